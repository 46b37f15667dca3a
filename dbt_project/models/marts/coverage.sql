-- Grain: indicator × area × period that should have a value.
select
    indicator,
    area,
    period_kind,
    period_start,
    period,
    case
        when value is not null then 'present'
        when reason in ('empty_denominator', 'not_scored') then 'not_applicable'
        when reason = 'missing_operand' then 'missing'
        else reason
    end as coverage,
    due_date,
    missing_operands
from {{ ref('indicator_values') }}
order by indicator, area, period_start
