{{ config(meta={"dagster": {"ref": {"name": "indicator_values"}}}) }}
-- Cells with neither value nor reason, or with both.
select indicator, area, period_start, value, reason
from {{ ref("indicator_values") }}
where (value is null) = (reason is null)
