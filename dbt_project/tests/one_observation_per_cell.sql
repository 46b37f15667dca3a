{{ config(meta={"dagster": {"ref": {"name": "int_observations"}}}) }}
-- Cells that two observations claim: element × area × period.
select data_element, area, period_kind, period_start, list(extract) as extracts
from {{ ref("int_observations") }}
group by data_element, area, period_kind, period_start
having count(*) > 1
