{{ config(meta={"dagster": {"ref": {"name": "warnings"}}}) }}
-- Two open warnings of one rule, indicator and area, or of one delivery.
select
    rule, indicator, area, source, if(rule in ('pace', 'late'), first_period_start, null) as of_what
from {{ ref("warnings") }}
where open
group by all
having count(*) > 1
