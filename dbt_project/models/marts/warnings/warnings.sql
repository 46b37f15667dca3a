-- Grain: warning, from the day on which it was first raised, also when it has been closed.
{%- set words = words_of(
    "warning",
    "warning_closed",
    "warning_says",
    "warning_limit",
    "warning_rests_on",
    "warning_first_figures",
    "colour",
    "period_text",
    "site",
) %}
with
    int_warnings as (select * from {{ ref("int_warnings") }}),

    int_warning_levels as (select * from {{ ref("int_warning_levels") }}),

    weighing as (select * from {{ source("registry", "weighing") }}),

    indicators as (select * from {{ ref("indicators") }}),

    sources as (select * from {{ ref("sources") }}),

    agencies as (select * from {{ source("registry", "agencies") }}),

    areas as (select * from {{ source("registry", "areas") }}),

    int_paces as (select * from {{ ref("int_paces") }}),

    int_deliveries as (select * from {{ ref("int_deliveries") }}),

    refresh as (select * from {{ source("registry", "refresh") }}),

    stg_published_warnings as (select * from {{ ref("stg_published_warnings") }}),

    stg_published_revisions as (select * from {{ ref("stg_published_revisions") }}),

    -- First figures that were revised, and by how much until their latest (McKenzie and Gamba,
    -- OECD 2008). What moved with a method or with borders was no revision of what it says.
    revised as (
        select
            indicator,
            area,
            period_start,
            abs(arg_max(new_value, new_release) - arg_min(old_value, new_release)) as moved
        from stg_published_revisions
        where cause not in ('method', 'border') and old_value is not null and new_value is not null
        group by indicator, area, period_start
    ),

    usual_revisions as (
        select indicator, area, median(moved) as moved, count(*) as revised_periods
        from revised
        group by indicator, area
        having count(*) >= 4  -- of fewer nothing is usual
    ),

    -- What most communes are warned of is one matter of the province, and tells none of them apart.
    shared as (
        select warnings.indicator, warnings.rule, count(distinct warnings.area) as communes
        from int_warnings as warnings
        inner join areas using (area)
        where
            warnings.open
            and warnings.data_state != 'old'
            and areas.kind = 'commune'
            and areas.valid_to is null
        group by warnings.indicator, warnings.rule
        having
            communes >= 10
            and 2 * communes
            > (select count(*) from areas where kind = 'commune' and valid_to is null)
    ),

    measured as (
        select
            series,
            period_start as judged_start,
            spread,
            {{ spreads_beyond("levels") }} as spreads_beyond,
            stake,
            stake_unit,
            stake_full
        from int_warning_levels as levels
    ),

    named as (
        select
            warnings.*,
            if(areas.kind = 'commune' and warnings.open, shared.communes, null) as shared_by,
            open and coalesce(action_due < refresh.as_of, false) as action_overdue,
            measured.spreads_beyond,
            usual.revised_periods,
            -- A pace moves with its figure.
            if(
                warnings.open
                and first.indicator is null
                and usual.moved * case
                    warnings.rule
                    when 'threshold'
                    then 1
                    when 'pace'
                    then abs(warnings.figure / nullif(warnings.value, 0))
                end
                > abs(warnings.figure - warnings.limit_value),
                usual.moved,
                null
            ) as first_figures_move,
            ({{ period_end_of("warnings.period_kind", "last_period_start") }} - since_start + 1)
            / 30.436875 as months_lasting,
            measured.spread,
            measured.stake,
            measured.stake_unit,
            measured.stake_full,
            coalesce(indicators.indicator_group, indicator_group_before) as indicator_group,
            coalesce(sources.source, source_before) as answering_source,
            coalesce(sources.sector, sector_before) as sector,
            coalesce(sources.owner, owner_before) as owner,
            coalesce(indicators.synthetic, sources.synthetic, synthetic_before)
            or response_synthetic as synthetic,
            indicators.direction,
            indicators.decimals,
            case when warnings.rule not in ('stale', 'late') then {{ year_target() }} end as target,
            paces.value_due,
            paces.needed_a_month,
            deliveries.due_date + 1 as overdue_since,
            coalesce(in_a_row > 0, true) as breaks,
            warnings.close_reason as close_reason_vi
            {%- for language in ["vi", "en"] %}
                ,
                {{ word_for(words, language, "warnings.level", "colour") }}
                as colour_{{ language }},
                coalesce(areas.name_{{ language }}, warnings.area) as area_{{ language }},
                coalesce(indicators.name_{{ language }}, warnings.indicator) as name_{{ language }},
                coalesce(sources.name_{{ language }}, warnings.source) as source_{{ language }},
                coalesce(agencies.name_{{ language }}, owner_before) as owner_{{ language }},
                closers.name_{{ language }} as closed_by_{{ language }},
                coalesce(indicators.unit_{{ language }}, '') as unit_{{ language }},
                case
                    when warnings.rule = 'change' and measure = 'percent'
                    then '%'
                    else {{ change_unit(words, language, "unit_" ~ language) }}
                end as change_unit_{{ language }},
                {{
                    measured(
                        "warnings.value",
                        "unit_" ~ language,
                        language,
                        "if(warnings.rule = 'threshold', limit_value, null)",
                        "indicators.decimals",
                    )
                }} as value_{{ language }},
                {{
                    period_in_words(
                        words,
                        language,
                        "warnings.period_kind",
                        "last_period_start",
                        "indicators.span",
                    )
                }} as last_{{ language }},
                {{ period_in_words(words, language, "warnings.period_kind", "since_start") }}
                as since_{{ language }}
            {%- endfor %}
        from int_warnings as warnings
        cross join refresh
        left join
            measured
            on {{
                series_of(
                    "warnings.indicator", "warnings.area", "warnings.rule", "last_period_start"
                )
            }} = measured.series
            and warnings.last_period_start = measured.judged_start
        left join shared using (indicator, rule)
        left join indicators as indicators using (indicator)
        left join
            sources as sources on coalesce(indicators.source, warnings.source) = sources.source
        left join agencies on sources.owner = agencies.agency
        left join agencies as closers on warnings.closed_by = closers.agency
        left join areas using (area)
        left join
            int_paces as paces
            on warnings.rule = 'pace'
            and warnings.indicator = paces.indicator
            and warnings.area = paces.area
            and warnings.last_period_start = paces.period_start
        left join
            int_deliveries as deliveries
            on warnings.rule = 'late'
            and warnings.source = deliveries.source
            and warnings.first_period_start = deliveries.period_start
        left join
            usual_revisions as usual
            on warnings.indicator = usual.indicator
            and warnings.area = usual.area
        left join
            revised as first
            on warnings.indicator = first.indicator
            and warnings.area = first.area
            and warnings.last_period_start = first.period_start
            {{ join_targets("warnings", "last_period_start") }}
    ),

    limited as (
        select
            named.*,
            {%- for part in ["red", "beyond", "lasting", "stake", "unattended"] %}
                if(open, {{ points(part) }}, null) as {{ part }}_points,
            {%- endfor %}
            red_points + beyond_points + lasting_points + stake_points + unattended_points as weight
            {%- for language in ["vi", "en"] %}
                , {{ warning_limit(language) }} as limit_{{ language }}
            {%- endfor %}
        from named
        cross join weighing
    )

select
    warning,
    rule,
    indicator,
    indicator_group,
    area,
    answering_source as source,
    sector,
    owner,
    level,
    worst_level,
    life,
    open,
    period_kind,
    {{ period_label("period_kind", "first_period_start") }} as first_period,
    first_period_start,
    {{ period_label("period_kind", "last_period_start") }} as last_period,
    last_period_start,
    figure,
    limit_value,
    value,
    target,
    data_state,
    raised_on,
    raised_in,
    reopened_on,
    times_reopened,
    closed_on,
    closed_in,
    closed_because,
    acknowledged_by,
    acknowledged_on,
    action_vi,
    action_en,
    action_by,
    action_decision,
    action_decided_on,
    action_due,
    action_overdue,
    shared_by,
    weight,
    red_points,
    beyond_points,
    lasting_points,
    stake_points,
    unattended_points,
    if(open, spread, null) as spread,
    if(open, spreads_beyond, null) as spreads_beyond,
    if(open, months_lasting, null) as months_lasting,
    if(open, stake, null) as stake,
    if(open, stake_unit, null) as stake_unit,
    first_figures_move,
    close_reason,
    -- Where not all is known of which it speaks, the last sentence stands.
    coalesce({{ warning_in_words(words, "vi") }}, text_vi_before) as text_vi,
    coalesce({{ warning_in_words(words, "en") }}, text_en_before) as text_en,
    response,
    synthetic
from limited
union all by name
-- What was closed before and has not come back stays as it was.
select *
from stg_published_warnings as before
where
    not before.open
    and not exists (select 1 from int_warnings as now where now.warning = before.warning)
