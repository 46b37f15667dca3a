-- Grain: indicator × area that has a target in the year of its newest sound value: how far it has
-- come, where it should stand, what is still needed, where the year can and will likely end, when
-- the
-- target is reached and how likely. Past 200 lines: the figures and the outlook that is read off
-- them.
{{ config(meta={"kept_by": "indicator"}) }}
{%- set words = words_of(
    "progress",
    "progress_outlook",
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

    -- Since when the target of the year is met without a break.
    met as (
        select
            standing.indicator,
            standing.area,
            max(sound.period_start) filter (
                where not {{ meets("direction", "sound.value", "target") }}
            ) as last_short,
            list(sound.period_start order by sound.period_start) as starts,
            list_min(
                list_filter(starts, lambda one:last_short is null or one > last_short)
            ) as since
        from standing
        inner join
            sound
            on standing.indicator = sound.indicator
            and standing.area = sound.area
            and sound.period_start between make_date(standing.year, 1, 1) and standing.period_start
        group by standing.indicator, standing.area
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
            own.denominator as weight,
            -- Of the periods left, as of the same ones of last year.
            if(
                standing.course = 'ratio'
                and own.method = same_time.method
                and own.method = year_before.method
                and year_before.denominator > same_time.denominator,
                year_before.denominator - same_time.denominator,
                null
            ) as weight_left,
            if(own.method = year_before.method, year_before.value, null) as value_before,
            coming.* exclude (indicator, area, gap),
            met.since,
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
        left join
            sound as own
            on standing.indicator = own.indicator
            and standing.area = own.area
            and standing.period_start = own.period_start
        left join
            sound as same_time
            on standing.indicator = same_time.indicator
            and standing.area = same_time.area
            and (standing.period_start - interval 1 year)::date = same_time.period_start
        left join
            sound as year_before
            on standing.indicator = year_before.indicator
            and standing.area = year_before.area
            and year_before.period_start
            = {{ period_start_of("standing.period_kind", "make_date(standing.year - 1, 12, 31)") }}
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
        left join met on standing.indicator = met.indicator and standing.area = met.area
    ),

    bounded as (
        select
            *,
            {{ finite(possible_end("least")) }} as possible_low,
            {{ finite(possible_end("most")) }} as possible_high,
            {{ meets("direction", "possible_low", "target") }} as low_meets,
            {{ meets("direction", "possible_high", "target") }} as high_meets,
            if(direction = 'lower_is_better', possible_low, possible_high) as best_end,
            if(direction = 'lower_is_better', possible_high, possible_low) as worst_end,
            coalesce(not {{ meets("direction", "best_end", "target") }}, false) as is_out_of_reach,
            coalesce({{ meets("direction", "worst_end", "target") }}, false) as is_certain
        from measured
    ),

    judged as (
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
            end as probability,
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
                when probability >= 90
                then 'on_course'
                when probability <= 10
                then 'at_risk'
                else coalesce(pace_outlook, 'open')
            end as outlook,
            case
                when outlook != 'open'
                then null
                when direction = 'neutral'
                then 'neutral'
                when is_over
                then 'not_all_in'
                when probability is not null
                then 'even'
                when forecast_gap = 'not_asked' and area_kind = 'commune'
                then 'province_only'
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
                when outlook = 'reached' then since when met_from is not null then meets_until
            end as met_until,
            case
                when periods_left = 0 or is_over or is_old
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
            end as average_per_period,
            -- Equal at twelve digits, and no further.
            reached
            and if(
                direction = 'lower_is_better', value > target, value < target
            ) as is_met_by_rounding,
            case
                when outlook in ('reached', 'never') or required_per_period is null
                then null
                when course = 'ratio'
                then 'must_be'
                when course = 'sum' and direction = 'higher_is_better'
                then 'must_add'
                when course = 'sum' and direction = 'lower_is_better' and gap >= 0
                then 'may_add'
                when course = 'newest' and direction != 'neutral' and gap > 0
                then 'must_rise'
                when course = 'newest' and direction != 'neutral' and gap < 0
                then 'must_fall'
            end as needed,
            case
                when outlook = 'never'
                then 'never_' || if(course = 'sum', 'total', direction)
                when course != 'ratio' or outlook = 'old'
                then null
                when outlook = 'reached' and is_certain
                then 'certain_' || direction
                else 'between'
            end as ends,
            case
                when outlook = 'reached'
                then 'since'
                when met_until is null
                then 'perhaps'
                when met_from < met_until
                then 'between'
                else 'in'
            end as met,
            case
                when probability in (0, 100)
                then null
                when probability = 1
                then 'below_one'
                when probability = 99
                then 'above_99'
                when probability is not null
                then 'percent'
            end as chance,
            {% for language in ["vi", "en"] -%}
                {{ change_unit(words, language, "unit_" ~ language) }}
                as change_unit_{{ language }}{{ ',' if not loop.last }}
            {% endfor %}
        from bounded
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
    {{ progress_in_words(words, "vi") }} as text_vi,
    {{ progress_in_words(words, "en") }} as text_en,
    synthetic
from judged
