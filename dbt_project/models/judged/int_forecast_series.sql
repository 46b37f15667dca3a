-- Grain: indicator × area × period of the unbroken run of sound figures up to the newest one, of
-- regular series with a target this year: what a forecast may rest on. A year to date that adds
-- up is told by its increments; one that does not (a ratio of two flows) is left out. `least` and
-- `most` are what the bounds of its data elements leave to it (a count does not fall below its own)
-- and its own range; of a year to date `least` is that of what a period adds, `most` of the whole.
{{ config(meta={"kept_by": "indicator"}) }}
with
    indicators as (select * from {{ source("registry", "indicators") }}),

    refresh as (select * from {{ source("registry", "refresh") }}),

    int_additive_indicators as (select * from {{ ref("int_additive_indicators") }}),

    targets as (select * from {{ source("registry", "targets") }}),

    int_judged_values as (
        select * from {{ ref("int_judged_values") }} where {{ is_changed("indicator") }}
    ),

    areas as (select * from {{ source("registry", "areas") }}),

    indicator_terms as (select * from {{ source("registry", "indicator_terms") }}),

    data_elements as (select * from {{ source("registry", "data_elements") }}),

    asked as (
        select definitions.indicator, additive.indicator is not null as adds_up
        from indicators as definitions
        cross join refresh
        left join int_additive_indicators as additive using (indicator)
        where
            definitions.today
            and definitions.breakdown is null
            and definitions.expected_from is not null
            and definitions.frequency in ('month', 'quarter')
            and (definitions.span_kind = 'period' or additive.indicator is not null)
            and exists (
                select 1
                from targets
                where
                    targets.indicator = definitions.indicator and targets.year = year(refresh.as_of)
            )
    ),

    -- Adding up or averaging what is never below zero gives nothing below its least; what is only
    -- averaged stays below its most.
    bounded as (
        select
            definitions.indicator,
            any_value(definitions.least) as range_least,
            any_value(definitions.most) as range_most,
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
        from indicators as definitions
        inner join
            indicator_terms as terms
            on definitions.indicator = terms.indicator
            and definitions.version = terms.version
        left join data_elements as elements on terms.operand = elements.data_element
        where definitions.today
        group by definitions.indicator
    ),

    cells as (
        select
            judged.indicator,
            judged.area,
            judged.period_kind,
            judged.period_start,
            judged.value,
            asked.adds_up,
            judged.method,
            lag(judged.period_start) over series as start_before,
            lag(judged.method) over series as method_before,
            lag(judged.value) over series as value_before
        from int_judged_values as judged
        inner join asked using (indicator)
        inner join
            areas on judged.area = areas.area and areas.kind = 'province' and areas.valid_to is null
        where judged.breakdown is null and judged.state in ('value', 'provisional')
        window series as (partition by judged.indicator, judged.area order by judged.period_start)
    ),

    runs as (
        select
            *,
            count(*) filter (
                where
                    start_before is distinct from {{ period_before("period_kind", "period_start") }}
                    or method_before != method
            ) over (partition by indicator, area order by period_start rows unbounded preceding)
            as run
        from cells
    )

select
    indicator,
    area,
    period_kind,
    period_start,
    case
        when not adds_up
        then value
        when month(period_start) = 1
        then value
        -- Where the run begins inside a year nothing is known of the months before.
        when start_before is distinct from {{ period_before("period_kind", "period_start") }}
        then null
        else {{ difference("value", "value_before") }}
    end as figure,
    if(adds_up, value, null) as added_to,
    if(adds_up, elements_least, greatest(elements_least, range_least)) as least,
    if(adds_up, range_most, least(elements_most, range_most)) as most
from runs
left join bounded using (indicator)
qualify run = max(run) over (partition by indicator, area) and figure is not null
