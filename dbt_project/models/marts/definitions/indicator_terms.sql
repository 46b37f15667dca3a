-- Grain: indicator × version × role × operand × lag.
with
    indicator_terms as (select * from {{ source("registry", "indicator_terms") }}),

    indicators as (select * from {{ source("registry", "indicators") }})

select terms.indicator, terms.version, role, operand, operand_kind, coefficient, lag_years
from indicator_terms as terms
inner join indicators as definitions using (indicator, version)
where definitions.breakdown is null
