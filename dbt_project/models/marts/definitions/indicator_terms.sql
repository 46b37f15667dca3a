-- Grain: indicator × version × place in the formula.
with
    indicator_terms as (select * from {{ source("registry", "indicator_terms") }}),

    indicators as (select * from {{ source("registry", "indicators") }})

select
    terms.indicator,
    terms.version,
    place,
    role,
    product,
    factor,
    within,
    within_factor,
    operand,
    operand_kind,
    coefficient,
    lag_months,
    terms.span
from indicator_terms as terms
inner join indicators as definitions using (indicator, version)
where definitions.breakdown is null
