-- Grain: indicator × area that has a target in the year of its newest sound value: how far it has
-- come, where it should stand, what is still needed, where the year can and will likely end, when
-- the target is reached and how likely. Past 200 lines: figures, and the outlook that is read off
-- them step by step, none of which another table asks for.
{{ config(meta={"kept_by": "indicator"}) }}
{%- set words = words_of(
    "progress",
    "outlook",
    "progress_gap",
    "progress_needed",
    "progress_ends",
    "progress_met",
    "progress_chance",
    "period_text",
    "site",
) %}
with
    latest_values as (select * from {{ ref("latest_values") }} where {{ is_changed("indicator") }}),

    indicators as (select * from {{ ref("indicators") }}),

    int_forecasts as (select * from {{ ref("int_forecasts") }} where {{ is_changed("indicator") }}),

    refresh as (select * from {{ source("registry", "refresh") }}),

    int_courses as (select * from {{ ref("int_courses") }}),

    int_paces as (select * from {{ ref("int_paces") }} where {{ is_changed("indicator") }}),

    int_judged_values as (
        select * from {{ ref("int_judged_values") }} where {{ is_changed("indicator") }}
    ),

    limits as (select * from {{ source("registry", "limits") }}),

    sound as (
        select indicator, area, period_start, value, denominator, method
        from int_judged_values
        where breakdown is null and state in ('value', 'provisional')
    ),

    standing as (
        select
            latest.indicator,
            latest.area,
            latest.area_kind,
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
            indicators.unit_en,
            coalesce(courses.course, 'mixed') as course,
            courses.least,
            courses.most
        from latest_values as latest
        inner join indicators as indicators using (indicator)
        left join
            int_courses as courses on latest.indicator = courses.indicator
            {{ join_targets("latest", "latest.sound_period_start") }}
        where
            latest.sound_value is not null
            and latest.area_kind in ('province', 'commune')
            and {{ year_target() }} is not null
    ),

    -- The forecast of the last period, and the first periods whose interval begins to meet the
    -- target and meets it whole.
    coming as (
        select
            indicator,
            area,
            max_by(forecasts.forecast, forecasts.period_start) as forecast,
            max_by(forecasts.low, forecasts.period_start) as forecast_low,
            max_by(forecasts.high, forecasts.period_start) as forecast_high,
            max_by(forecasts.confidence, forecasts.period_start) as forecast_confidence,
            any_value(forecasts.gap) as gap,
            min(forecasts.period_start) filter (
                where
                    {{ meets("direction", "forecasts.low", "target") }}
                    or {{ meets("direction", "forecasts.high", "target") }}
            ) as meets_from,
            min(forecasts.period_start) filter (
                where
                    {{ meets("direction", "forecasts.low", "target") }}
                    and {{ meets("direction", "forecasts.high", "target") }}
            ) as meets_until
        from standing
        inner join int_forecasts as forecasts using (indicator, area, year)
        where not standing.is_old
        group by indicator, area
    ),

    -- This year and the last one up to that figure: the denominator behind it, those of last year
    -- up to the same period and to its end, where it ended, and since when the target is met.
    two_years as (
        select
            standing.indicator,
            standing.area,
            sound.* exclude (indicator, area),
            sound.period_start = standing.period_start as is_own,
            sound.period_start = (standing.period_start - interval 1 year)::date as is_same_time,
            sound.period_start
            = {{ period_start_of("standing.period_kind", "make_date(standing.year - 1, 12, 31)") }}
            as is_last_end,
            year(sound.period_start) = standing.year as is_this_year,
            {{ meets("standing.direction", "sound.value", "standing.target") }} as is_met
        from standing
        inner join
            sound
            on standing.indicator = sound.indicator
            and standing.area = sound.area
            and sound.period_start
            between make_date(standing.year - 1, 1, 1) and standing.period_start
    ),

    so_far as (
        select
            indicator,
            area,
            max(denominator) filter (where is_own) as weight,
            max(denominator) filter (where is_same_time) as weight_by_then,
            max(denominator) filter (where is_last_end) as weight_of_last_year,
            max(value) filter (where is_last_end) as value_before,
            max(method) filter (where is_own) as method,
            max(method) filter (where is_same_time) as method_by_then,
            max(method) filter (where is_last_end) as method_of_last_year,
            max(period_start) filter (where is_this_year and not is_met) as last_short,
            list(period_start order by period_start) filter (where is_this_year) as starts
        from two_years
        group by indicator, area
    ),

    measured as (
        select
            standing.*,
            {{
                has_reached(
                    "standing", "standing.value", "standing.target", "standing.course = 'sum'"
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
                    "make_date(standing.year, 1, 1)",
                    "standing.period_start",
                )
            }} as periods_passed,
            {{
                periods_between(
                    "standing.period_kind",
                    "standing.period_start",
                    "make_date(standing.year, 12, 31)",
                )
            }} - 1 as periods_left,
            standing.year < year(refresh.as_of) as is_over,
            so_far.weight,
            -- Of the periods left, as of the same ones of last year.
            if(
                standing.course = 'ratio'
                and so_far.method = so_far.method_by_then
                and so_far.method = so_far.method_of_last_year
                and so_far.weight_of_last_year > so_far.weight_by_then,
                so_far.weight_of_last_year - so_far.weight_by_then,
                null
            ) as weight_left,
            if(
                so_far.method = so_far.method_of_last_year, so_far.value_before, null
            ) as value_before,
            coming.* exclude (indicator, area, gap),
            list_min(
                list_filter(
                    so_far.starts,
                    lambda start:so_far.last_short is null or start > so_far.last_short
                )
            ) as since,
            case
                when standing.is_old
                then 'old'
                when coming.indicator is null
                then 'not_asked'
                else coming.gap
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
        left join so_far on standing.indicator = so_far.indicator and standing.area = so_far.area
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
        left join coming on standing.indicator = coming.indicator and standing.area = coming.area
    ),

    bounded as (
        select
            *,
            {{ finite(possible_end("least")) }} as possible_low,
            {{ finite(possible_end("most")) }} as possible_high
        from measured
    ),

    reachable as (
        select
            *,
            coalesce(
                not {{
                    meets(
                        "direction",
                        "if(direction = 'lower_is_better', possible_low, possible_high)",
                        "target",
                    )
                }},
                false
            ) as is_out_of_reach,
            coalesce(
                {{
                    meets(
                        "direction",
                        "if(direction = 'lower_is_better', possible_high, possible_low)",
                        "target",
                    )
                }},
                false
            ) as is_certain
        from bounded
    ),

    probable as (
        select
            *,
            case
                when is_old or is_over or periods_left = 0 or direction = 'neutral'
                then null
                when is_out_of_reach
                then 0
                when is_certain
                then 100
                when forecast is not null
                then
                    {{
                        probability_of(
                            "direction", "target", "forecast", "forecast_low", "forecast_high"
                        )
                    }}
            end as probability
        from reachable
    ),

    judged as (
        select
            *,
            case
                when reached and (not is_old or periods_left = 0)
                then 'reached'
                when periods_left = 0
                then 'missed'
                when is_old
                then 'old'
                when is_over
                then 'open'
                when is_out_of_reach
                then 'never'
                when probability >= 97
                then 'on_course'
                when probability <= 3
                then 'at_risk'
                else coalesce(pace_outlook, 'open')
            end as outlook,
            case
                when periods_left = 0 or is_over or is_old or reached
                then null
                when course = 'ratio'
                then (target * (weight + weight_left) - value * weight) / weight_left
                when course != 'mixed'
                then gap / periods_left
            end as required_per_period,
            case
                course
                when 'sum'
                then value / periods_passed
                when 'newest'
                then {{ difference("value", "value_before") }} / periods_passed
            end as average_per_period
        from probable
    ),

    dated as (
        select
            *,
            case
                when outlook != 'open'
                then null
                when direction = 'neutral'
                then 'neutral'
                when is_over
                then 'not_all_in'
                when probability is not null
                then 'even'
                else forecast_gap
            end as outlook_gap,
            case
                when outlook = 'reached'
                then since
                when outlook = 'never' or (course = 'sum' and direction = 'lower_is_better')
                then null
                else meets_from
            end as met_from,
            case
                when outlook = 'reached'
                then since
                when outlook = 'never' or (course = 'sum' and direction = 'lower_is_better')
                then null
                else meets_until
            end as met_until
        from judged
    ),

    moving as (
        select
            *,
            coalesce(
                decimals, if(value = 0, 0, least(greatest(2 - floor(log10(abs(value))), 0), 6))
            )::integer as moved_digits
        from dated
    ),

    said as (
        select
            *,
            {{ clauses_of_progress() }},
            {{ figures_of_progress() }},
            {{ change_unit(words, "vi", "unit_vi") }} as change_unit_vi,
            {{ change_unit(words, "en", "unit_en") }} as change_unit_en
        from moving
    ),

    outlooks as (
        select
            *,
            -- Short of it by less than is shown of both.
            not reached
            and direction != 'neutral'
            and value_alone_said = target_said as is_nearly_met,
            {{ outlook_in_words(words, "vi") }} as outlook_vi,
            {{ outlook_in_words(words, "en") }} as outlook_en
        from said
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
    course,
    reached,
    target_percent,
    should_stand,
    pace_percent,
    gap,
    periods_left,
    required_per_period,
    average_per_period,
    weight_left,
    possible_low,
    possible_high,
    forecast,
    forecast_low,
    forecast_high,
    forecast_confidence,
    forecast_gap,
    probability,
    met_from,
    met_until,
    outlook,
    outlook_gap,
    outlook_vi,
    outlook_en,
    {{ progress_in_words(words, "vi") }} as text_vi,
    {{ progress_in_words(words, "en") }} as text_en,
    synthetic
from outlooks
