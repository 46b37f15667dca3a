-- Grain: indicator × area that has a target in the year of its newest sound value: how far it has
-- come, where it should stand, what is still needed, where the year is likely to end.
-- A few lines past 200: the figures and the outlook that is read off them.
{{ config(meta={"kept_by": "indicator"}) }}
{%- set words = words_of("progress", "progress_outlook", "period_text", "site") %}
with
    latest_values as (select * from {{ ref("latest_values") }} where {{ is_changed("indicator") }}),

    indicators as (select * from {{ ref("indicators") }}),

    int_forecasts as (select * from {{ ref("int_forecasts") }} where {{ is_changed("indicator") }}),

    refresh as (select * from {{ source("registry", "refresh") }}),

    int_additive_indicators as (select * from {{ ref("int_additive_indicators") }}),

    int_paces as (select * from {{ ref("int_paces") }} where {{ is_changed("indicator") }}),

    limits as (select * from {{ source("registry", "limits") }}),

    standing as (
        select
            latest.indicator,
            latest.area,
            year(latest.sound_period_start)::integer as year,
            latest.period_kind,
            latest.sound_period_start as period_start,
            latest.sound_value as value,
            latest.newer_due,
            latest.is_old,
            {{ year_target() }} as target,
            coalesce(own_targets.decision, targets.decision) as decision,
            indicators.direction,
            indicators.synthetic,
            indicators.decimals,
            indicators.span,
            indicators.unit_vi,
            indicators.unit_en
        from latest_values as latest
        inner join
            indicators as indicators using (indicator)
            {{ join_targets("latest", "latest.sound_period_start") }}
        where
            latest.sound_value is not null
            and latest.area_kind in ('province', 'commune')
            and {{ year_target() }} is not null
    ),

    ends as (
        select *
        from int_forecasts
        qualify row_number() over (partition by indicator, area order by period_start desc) = 1
    ),

    measured as (
        select
            standing.*,
            {{
                has_reached(
                    "standing",
                    "standing.value",
                    "standing.target",
                    "additive.indicator is not null",
                )
            }} as reached,
            if(
                standing.target != 0, {{ finite("100 * standing.value / standing.target") }}, null
            ) as target_percent,
            -- An old figure is set beside the target of its own year, and beside no day of today.
            if(standing.is_old, null, paces.value_due) as should_stand,
            if(standing.is_old, null, paces.pace) as pace_percent,
            {{ difference("standing.target", "standing.value") }} as gap,
            {{
                periods_between(
                    "standing.period_kind",
                    "standing.period_start",
                    "make_date(standing.year, 12, 31)",
                )
            }} - 1 as periods_left,
            standing.year < year(refresh.as_of) as is_over,
            additive.indicator is not null as adds_up,
            ends.forecast,
            ends.low as forecast_low,
            ends.high as forecast_high,
            ends.confidence as forecast_confidence,
            case
                when standing.is_old
                then 'old'
                when ends.indicator is null
                then 'not_asked'
                else ends.gap
            end as forecast_gap,
            case
                when limits.rule is null or paces.pace is null or standing.is_old
                then null
                when {{ breaks(settled("paces.pace"), "limits", "red") }}
                then 'far_behind'
                when {{ breaks(settled("paces.pace"), "limits", "yellow") }}
                then 'behind'
                else 'on_pace'
            end as pace_outlook
        from standing
        cross join refresh
        left join int_additive_indicators as additive on standing.indicator = additive.indicator
        left join
            int_paces as paces
            on standing.indicator = paces.indicator
            and standing.area = paces.area
            and standing.period_start = paces.period_start
        left join
            limits
            on standing.indicator = limits.indicator
            and paces.version = limits.version
            and limits.rule = 'pace'
        left join
            ends
            on standing.indicator = ends.indicator
            and standing.area = ends.area
            and standing.year = ends.year
            and not standing.is_old
    ),

    needed as (
        select
            *,
            if(
                adds_up and periods_left > 0 and not is_over and not is_old,
                gap / periods_left,
                null
            ) as required_per_period,
            if(
                adds_up,
                value
                / {{ periods_between("period_kind", "make_date(year, 1, 1)", "period_start") }},
                null
            ) as average_per_period,
            case
                when reached and (not is_old or periods_left = 0)
                then 'reached'
                when periods_left = 0
                then 'missed'
                when is_old
                then 'old'
                when is_over
                then 'open'
                when pace_outlook is not null
                then pace_outlook
                when forecast is null or direction = 'neutral'
                then 'open'
                when
                    direction = 'higher_is_better'
                    and {{ settled("forecast_low") }} >= {{ settled("target") }}
                then 'likely'
                when
                    direction = 'higher_is_better'
                    and {{ settled("forecast_high") }} < {{ settled("target") }}
                then 'unlikely'
                when
                    direction = 'lower_is_better'
                    and {{ settled("forecast_high") }} <= {{ settled("target") }}
                then 'likely'
                when
                    direction = 'lower_is_better'
                    and {{ settled("forecast_low") }} > {{ settled("target") }}
                then 'unlikely'
                else 'open'
            end as outlook,
            {% for language in ["vi", "en"] -%}
                {{ change_unit(words, language, "unit_" ~ language) }}
                as change_unit_{{ language }}{{ ',' if not loop.last }}
            {% endfor %}
        from measured
    )

select
    indicator,
    area,
    year,
    period_kind,
    period_start,
    {{ period_label("period_kind", "period_start") }} as period,
    value,
    target,
    decision,
    direction,
    reached,
    target_percent,
    should_stand,
    pace_percent,
    gap,
    periods_left,
    required_per_period,
    average_per_period,
    forecast,
    forecast_low,
    forecast_high,
    forecast_confidence,
    forecast_gap,
    outlook,
    {{ progress_in_words(words, "vi") }} as text_vi,
    {{ progress_in_words(words, "en") }} as text_en,
    synthetic
from needed
