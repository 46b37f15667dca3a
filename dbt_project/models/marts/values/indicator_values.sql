-- Grain: indicator × area × period that should have a value, of the indicators whose step is
-- published, each computed with the definition of its time.
{{ config(meta={"kept_by": "indicator"}) }}
with
    int_judged_values as (
        select * from {{ ref("int_judged_values") }} where {{ is_changed("indicator") }}
    ),

    refresh as (select * from {{ source("registry", "refresh") }}),

    limits as (select * from {{ source("registry", "limits") }}),

    last_values as (
        select * from {{ source("ledger", "last_values") }} where {{ is_changed("indicator") }}
    ),

    stg_published_values as (
        select * from {{ ref("stg_published_values") }} where {{ is_changed("indicator") }}
    ),

    exact_ends as ({{ exact_ends() }}),

    indicators as (select * from {{ source("registry", "indicators") }}),

    judged as (
        select
            cells.*,
            definitions.noise,
            definitions.scale,
            {{ settled("cells.value") }} as settled_value,
            limits.rule is not null as has_limits,
            limits.distance,
            {{ limits_at("limits", "cells.period_kind", "cells.period_start") }}
        from int_judged_values as cells
        inner join
            indicators as definitions
            on cells.indicator = definitions.indicator
            and cells.version = definitions.version
        left join
            limits
            on cells.indicator = limits.indicator
            and cells.version = limits.version
            and limits.rule = 'threshold'
        where cells.breakdown is null
    ),

    -- What a held or late cell shows: its own value in the last release, or else the newest
    -- earlier period that has a good one.
    held_cells as (
        select indicator, area, period_start from judged where value is null and len(all_holds) > 0
    ),

    earlier as (
        select
            held_cells.*,
            own.value,
            own.period_start as value_period_start,
            refresh.release as value_release
        from held_cells
        asof inner join
            (select * from judged where value is not null) as own
            on held_cells.indicator = own.indicator
            and held_cells.area = own.area
            and held_cells.period_start >= own.period_start
        cross join refresh
    )

select
    judged.indicator,
    judged.indicator_group,
    judged.area,
    judged.period_kind,
    judged.period_start,
    {{ period_label("judged.period_kind", "judged.period_start") }} as period,
    judged.version,
    judged.value,
    judged.numerator,
    judged.denominator,
    {%- for name, end, sign, events, nearest in [
        ("low", "-", "-1", "judged.numerator", "least"),
        ("high", "+", "1", "(judged.numerator + 1)", "greatest"),
    ] %}
        case
            when judged.value is null
            then null
            when judged.noise = 'share'
            then
                {{ nearest }} (
                    judged.value,
                    judged.scale * {{ wilson_end("judged.numerator", "judged.denominator", end) }}
                )
            when judged.noise is not null
            then
                coalesce(exact_ends.{{ name }}, {{ many_events_end(events, sign) }})
                * judged.scale
                / coalesce(judged.denominator, 1)
        end as value_{{ name }},
    {%- endfor %}
    {{ year_target() }} as target,
    case
        when judged.value is null or not judged.has_limits
        then null
        else {{ colour_of("judged", "judged.settled_value", "judged") }}
    end as status,
    judged.vintage,
    judged.state,
    judged.told_reason as reason,
    if(judged.value is null, judged.missing_operands, null) as missing_operands,
    coalesce(judged.told_reason = 'held', false)
    or (judged.value is not null and len(judged.all_holds) > 0) as held,
    list_sort(list_distinct(judged.all_holds)) as holds,
    case
        when len(judged.all_holds) = 0
        then null
        else coalesce(judged.value, last.value, earlier.value)
    end as last_good_value,
    case
        when len(judged.all_holds) = 0
        then null
        when judged.value is not null
        then judged.period_start
        when last.value is not null
        then last.value_period_start
        else earlier.value_period_start
    end as last_good_period_start,
    case
        when len(judged.all_holds) = 0
        then null
        when judged.value is not null
        then coalesce(last.value_release, refresh.release)
        when last.value is not null
        then last.value_release
        else earlier.value_release
    end as last_good_release,
    judged.restated,
    judged.age_days,
    judged.corrections,
    judged.method,
    case
        when published.published_in is not null
        then published.published_in
        when judged.value is not null
        then refresh.release
    end as published_in,
    case
        when published.published_in is not null
        then published.published_on
        when judged.value is not null
        then refresh.as_of
    end as published_on,
    judged.due_date,
    array_to_string(judged.sources, ', ') as source,
    judged.extracts,
    judged.synthetic
from judged
cross join refresh {{ join_targets("judged", "judged.period_start") }}
left join exact_ends on judged.noise != 'share' and judged.numerator = exact_ends.events
left join
    last_values as last
    on judged.indicator = last.indicator
    and judged.area = last.area
    and judged.period_start = last.period_start
left join
    stg_published_values as published
    on judged.indicator = published.indicator
    and judged.area = published.area
    and judged.period_start = published.period_start
left join
    earlier
    on judged.indicator = earlier.indicator
    and judged.area = earlier.area
    and judged.period_start = earlier.period_start
