-- Grain: indicator × version × role × operand × lag.
select indicator, version, role, operand, operand_kind, coefficient, lag_years
from {{ ref('stg_indicator_terms') }}
order by indicator, version, role, operand, lag_years
