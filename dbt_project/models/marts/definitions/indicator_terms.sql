-- Grain: indicator × version × role × operand × lag.
select terms.indicator, terms.version, role, operand, operand_kind, coefficient, lag_years
from {{ ref("stg_indicator_terms") }} as terms
inner join {{ ref("stg_indicators") }} as definitions using (indicator, version)
where definitions.breakdown is null
