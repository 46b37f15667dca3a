-- Grain: indicator × role × operand × lag.
select indicator, role, operand, operand_kind, coefficient, lag_years
from {{ source('registry', 'indicator_terms') }}
order by indicator, role, operand, lag_years
