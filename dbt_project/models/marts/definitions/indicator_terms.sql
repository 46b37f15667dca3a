-- Grain: indicator × version × role × operand × lag.
with
    stg_indicator_terms as (select * from {{ ref("stg_indicator_terms") }}),

    stg_indicators as (select * from {{ ref("stg_indicators") }})

select terms.indicator, terms.version, role, operand, operand_kind, coefficient, lag_years
from stg_indicator_terms as terms
inner join stg_indicators as definitions using (indicator, version)
where definitions.breakdown is null
