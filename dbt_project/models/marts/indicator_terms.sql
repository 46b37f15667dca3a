-- Grain: indicator × role × operand × lag.
select indicator, role, operand, operand_kind, coefficient, lag_years
from {{ ref('stg_indicator_terms') }}
order by indicator, role, operand, lag_years
