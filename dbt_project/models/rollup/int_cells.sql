-- Grain: indicator × version of its definition × area × period that should have a value.
-- An indicator with several definitions is computed with each of them for all its periods;
-- `of_its_time` marks the one that was valid then.
-- Regular indicators owe one for each of today's areas from the first expected period on,
-- and for each area that has ended and lives on in another one for the periods in which it
-- stood; those of irregular sources only where at least one operand was delivered.
{{ config(meta={"kept_by": "indicator"}) }}
with
    indicators as (
        select * from {{ source("registry", "indicators") }} where {{ is_changed("indicator") }}
    ),

    refresh as (select * from {{ source("registry", "refresh") }}),

    areas as (select * from {{ source("registry", "areas") }}),

    int_periods as (select * from {{ ref("int_periods") }}),

    area_parts as (select * from {{ source("registry", "area_parts") }}),

    indicator_terms as (select * from {{ source("registry", "indicator_terms") }}),

    int_area_values as (select * from {{ ref("int_area_values") }}),

    data_elements as (select * from {{ source("registry", "data_elements") }}),

    definitions as (
        select
            indicator,
            version,
            frequency,
            unnest(area_kinds) as area_kind,
            expected_from,
            valid_from,
            valid_to,
            min(coalesce(valid_from, date '0001-01-01')) over (partition by indicator) as first_day,
            max(coalesce(valid_to, date '9999-12-31')) over (partition by indicator) as last_day
        from indicators
    ),

    regular as (
        select
            definitions.indicator,
            definitions.version,
            areas.area,
            periods.period_start,
            {{ of_its_time("periods.period_start") }} as of_its_time
        from definitions
        cross join refresh
        inner join
            areas
            on definitions.area_kind = areas.kind
            and refresh.as_of >= coalesce(areas.valid_from, refresh.as_of)
        inner join
            int_periods as periods
            on definitions.frequency = periods.period_kind
            and periods.period_start >= greatest(definitions.expected_from, definitions.first_day)
            and periods.period_start <= definitions.last_day
            and (
                coalesce(areas.valid_to, refresh.as_of) >= refresh.as_of
                or (
                    areas.area in (select part from area_parts)
                    and periods.period_end <= areas.valid_to
                    and periods.period_end >= coalesce(areas.valid_from, periods.period_end)
                )
            )
        where definitions.expected_from is not null
    ),

    -- Data elements under an irregular indicator, at any depth.
    leaves as (
        with recursive
            tree as (
                select terms.indicator, terms.operand, terms.operand_kind
                from indicator_terms as terms
                union
                select tree.indicator, terms.operand, terms.operand_kind
                from tree
                inner join indicator_terms as terms on tree.operand = terms.indicator
                where tree.operand_kind = 'indicator'
            )

        select indicator, operand as data_element
        from tree
        where operand_kind = 'data_element'
    ),

    irregular as (
        select distinct
            definitions.indicator,
            definitions.version,
            own.area,
            {{ period_start_of("definitions.frequency", "own.period_start") }}
            as first_day_of_period,
            {{ of_its_time("first_day_of_period") }} as of_its_time
        from definitions
        inner join leaves using (indicator)
        inner join int_area_values as own using (data_element)
        inner join areas on own.area = areas.area and definitions.area_kind = areas.kind
        where
            definitions.expected_from is null
            and {{ period_length("own.period_kind") }}
            <= {{ period_length("definitions.frequency") }}
            and own.period_start >= definitions.first_day
            and own.period_start <= definitions.last_day
    ),

    -- What rests on nothing but stocks of longer periods has a cell in each shorter period into
    -- which they are carried. Few do: they are looked up first.
    stocks as materialized(
        select definitions.*, leaves.data_element, elements.carry
        from definitions
        inner join leaves using (indicator)
        inner join data_elements as elements using (data_element)
        where definitions.expected_from is null
        qualify
            min({{ period_length("elements.frequency") }}) over (partition by definitions.indicator)
            > {{ period_length("definitions.frequency") }}
    ),

    carried as (
        select distinct
            definitions.indicator,
            definitions.version,
            own.area,
            periods.period_start,
            {{ of_its_time("periods.period_start") }} as of_its_time
        from stocks as definitions
        inner join int_area_values as own using (data_element)
        inner join areas on own.area = areas.area and definitions.area_kind = areas.kind
        inner join
            int_periods as periods
            on definitions.frequency = periods.period_kind
            and periods.period_start >= own.period_start
            and {{
                periods_between(
                    "own.period_kind",
                    "own.period_start",
                    period_end_of(
                        "own.period_kind",
                        period_start_of("own.period_kind", "periods.period_end"),
                    ),
                )
            }} <= 1 + definitions.carry
        where periods.period_start between definitions.first_day and definitions.last_day
    )

select *
from regular
union all
select *
from irregular
union all
select *
from carried
