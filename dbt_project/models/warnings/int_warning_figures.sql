-- Grain: indicator × area × rule × period with a sound figure: what the rule judges, with the
-- limits of the definition of its time. What is missing, late or held is no row; a change in
-- percent
-- from zero or below is one without a figure, which breaks no limit and ends what stood.
{{ config(meta={"kept_by": "indicator"}) }}
with
    int_judged_values as (
        select * from {{ ref("int_judged_values") }} where {{ is_changed("indicator") }}
    ),

    limits as (select * from {{ source("registry", "limits") }}),

    indicators as (select * from {{ source("registry", "indicators") }}),

    int_data_states as (
        select * from {{ ref("int_data_states") }} where {{ is_changed("indicator") }}
    ),

    refresh as (select * from {{ source("registry", "refresh") }}),

    int_paces as (select * from {{ ref("int_paces") }} where {{ is_changed("indicator") }}),

    int_changes as (select * from {{ ref("int_changes") }} where {{ is_changed("indicator") }}),

    sound as (
        select
            judged.indicator,
            judged.area,
            judged.period_kind,
            judged.period_start,
            judged.value,
            definitions.noise,
            definitions.scale,
            judged.numerator as count,
            if(judged.denominator is null, 1, nullif(greatest(judged.denominator, 0), 0)) as whole,
            coalesce(judged.denominator, judged.numerator) as stake,
            limits.* exclude (indicator, version, per, yellow_low, yellow_high, red_low, red_high),
            {{ limits_at("limits", "judged.period_kind", "judged.period_start") }}
        from int_judged_values as judged
        inner join limits on judged.indicator = limits.indicator and judged.version = limits.version
        inner join
            indicators as definitions
            on judged.indicator = definitions.indicator
            and judged.version = definitions.version
        inner join
            int_data_states as data_states
            on judged.indicator = data_states.indicator
            and judged.area = data_states.area
        cross join refresh
        where
            judged.breakdown is null
            and judged.state in ('value', 'provisional')
            and not {{ carried_ahead("judged") }}
    ),

    moved as (
        select
            *,
            if(
                against = 'previous',
                {{ period_before("period_kind", "period_start") }},
                (period_start - interval 1 year)::date
            ) as earlier_start
        from sound
        where rule = 'change'
    ),

    figures as (
        select
            *,
            value as figure,
            false as has_no_base,
            null::double as due,
            null::double as count_then,
            null::double as whole_then
        from sound
        where rule = 'threshold'
        union all
        select sound.*, paces.pace, false, paces.value_due, null, null
        from sound
        inner join int_paces as paces using (indicator, area, period_start)
        where sound.rule = 'pace'
        union all
        select
            moved.* exclude (earlier_start),
            case
                moved.against || ' ' || moved.measure
                when 'previous percent'
                then changes.previous_change_percent
                when 'previous unit'
                then changes.previous_change
                when 'last_year percent'
                then changes.last_year_change_percent
                else changes.last_year_change
            end,
            moved.measure = 'percent'
            and coalesce(
                if(
                    moved.against = 'previous',
                    changes.previous_percent_gap,
                    changes.last_year_percent_gap
                )
                in ('zero_base', 'negative_base'),
                false
            ),
            null,
            earlier.numerator,
            if(earlier.denominator is null, 1, nullif(greatest(earlier.denominator, 0), 0))
        from moved
        inner join int_changes as changes using (indicator, area, period_start)
        inner join
            int_judged_values as earlier
            on moved.indicator = earlier.indicator
            and moved.area = earlier.area
            and moved.earlier_start = earlier.period_start
            and earlier.breakdown is null
            and earlier.state in ('value', 'provisional')
    )

select
    {{ series_of("indicator", "area", "rule", "period_start") }} as series,
    * exclude (noise, scale, count, whole, has_no_base, due, count_then, whole_then),
    -- How far the truth behind a counted figure lies beyond the limit, in standard deviations.
    {%- for colour in ["yellow", "red"] %}
        greatest(
            {%- for end, sign in [("low", "-"), ("high", "")] %}
                {{ sign }} {{ distance_beyond(colour ~ "_" ~ end) }}{{ ',' if not loop.last }}
            {%- endfor %}
        ) as {{ colour }}_distance{{ ',' if not loop.last }}
    {%- endfor %}
from figures
where figure is not null or has_no_base
