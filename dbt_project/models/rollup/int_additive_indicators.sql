-- Grain: indicator whose year to date adds up from period to period, by the definition of today:
-- a flow, or a flow over a stock such as the year's plan; not a ratio of two flows, nor what takes
-- operands of another span or of units, or multiplies them.
with
    indicators as (select * from {{ source("registry", "indicators") }}),

    indicator_terms as (select * from {{ source("registry", "indicator_terms") }}),

    data_elements as (select * from {{ source("registry", "data_elements") }})

select definitions.indicator
from indicators as definitions
where
    definitions.today
    and definitions.breakdown is null
    and definitions.span_kind = 'year_to_date'
    and not exists (
        select 1
        from indicator_terms as terms
        left join data_elements as elements on terms.operand = elements.data_element
        where
            terms.indicator = definitions.indicator
            and terms.version = definitions.version
            and (
                terms.span is distinct from definitions.span
                or terms.product is not null
                or (terms.role = 'denominator' and elements.over_time is distinct from 'last')
            )
    )
