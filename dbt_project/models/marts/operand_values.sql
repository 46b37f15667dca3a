-- Grain: data element × frequency × span × area × period: what enters the formulas.
select
    data_element,
    frequency,
    span,
    area,
    period_start,
    value,
    vintage,
    coalesce(withheld, false) as withheld,
    extracts
from {{ ref('int_operand_values') }}
order by data_element, frequency, span, area, period_start
