-- Grain: indicator of today that is not broken down: how its figure at the end of the year follows
-- from those of its periods (`course`), and the least and most that these may be.
-- `sum`: a year to date that adds up, of a flow, or of a flow over a stock such as the year's plan;
-- `least` is that of what a period adds, `most` of the whole. `ratio`: a year to date of two flows,
-- the mean of its periods' own ratios, weighted by their denominators. `newest`: the last period's
-- own figure. `mixed`: a year to date of other kinds, of operands of another span or of units, or
-- of
-- products; nothing follows.
with
    indicators as (select * from {{ source("registry", "indicators") }}),

    indicator_terms as (select * from {{ source("registry", "indicator_terms") }}),

    data_elements as (select * from {{ source("registry", "data_elements") }}),

    of_today as (select * from indicators where today and breakdown is null),

    -- Adding up or averaging what is never below zero gives nothing below its least (a count does
    -- not fall below its own); what is only averaged stays below its most.
    made_of as (
        select
            definitions.indicator,
            coalesce(
                bool_and(elements.over_time is not distinct from 'last') filter (
                    where terms.role = 'denominator'
                ),
                true
            ) as is_over_stocks,
            coalesce(
                bool_and(coalesce(elements.over_time in ('sum', 'cumulative'), false)), false
            ) as is_of_flows,
            coalesce(
                bool_and(
                    terms.span is not distinct from definitions.span and terms.product is null
                ) filter (where terms.operand is not null),
                true
            ) as is_plain,
            case
                when
                    bool_and(
                        coalesce(terms.coefficient * definitions.scale >= 0, false)
                        and coalesce(elements.least >= 0, false)
                    )
                then
                    if(
                        bool_or(terms.role = 'denominator'),
                        0,
                        sum(definitions.scale * terms.coefficient * elements.least)
                    )
            end as elements_least,
            if(
                count(*) = 1
                and bool_and(
                    elements.over_areas != 'sum'
                    and elements.over_time not in ('sum', 'cumulative')
                    and terms.coefficient * definitions.scale > 0
                ),
                max(definitions.scale * terms.coefficient * elements.most),
                null
            ) as elements_most
        from of_today as definitions
        left join indicator_terms as terms using (indicator, version)
        left join data_elements as elements on terms.operand = elements.data_element
        group by definitions.indicator
    )

select
    definitions.indicator,
    case
        when definitions.span_kind != 'year_to_date'
        then 'newest'
        when not made_of.is_plain
        then 'mixed'
        when made_of.is_over_stocks
        then 'sum'
        when made_of.is_of_flows
        then 'ratio'
        else 'mixed'
    end as course,
    case
        course
        when 'sum'
        then made_of.elements_least
        when 'ratio'
        then definitions.least
        when 'newest'
        then greatest(if(is_plain, made_of.elements_least, null), definitions.least)
    end as least,
    if(
        course = 'newest' and is_plain,
        least(made_of.elements_most, definitions.most),
        definitions.most
    ) as most
from of_today as definitions
inner join made_of using (indicator)
