-- Grain: warning, from the day on which it was first raised, also when it has been closed.
{%- set words = words_of(
    "warning",
    "warning_closed",
    "warning_says",
    "warning_limit",
    "warning_rests_on",
    "colour",
    "period_text",
    "site",
) %}
with
    int_warnings as (select * from {{ ref("int_warnings") }}),

    indicators as (select * from {{ ref("indicators") }}),

    sources as (select * from {{ ref("sources") }}),

    agencies as (select * from {{ source("registry", "agencies") }}),

    areas as (select * from {{ source("registry", "areas") }}),

    int_paces as (select * from {{ ref("int_paces") }}),

    int_deliveries as (select * from {{ ref("int_deliveries") }}),

    refresh as (select * from {{ source("registry", "refresh") }}),

    stg_published_warnings as (select * from {{ ref("stg_published_warnings") }}),

    named as (
        select
            warnings.*,
            coalesce(indicators.indicator_group, indicator_group_before) as indicator_group,
            coalesce(sources.source, source_before) as answering_source,
            coalesce(sources.sector, sector_before) as sector,
            coalesce(sources.owner, owner_before) as owner,
            coalesce(indicators.synthetic, sources.synthetic, synthetic_before)
            or response_synthetic as synthetic,
            indicators.direction,
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
            {{ join_targets("warnings", "last_period_start") }}
    ),

    limited as (
        select
            *
            {%- for language in ["vi", "en"] %}
                , {{ warning_limit(language) }} as limit_{{ language }}
            {%- endfor %}
        from named
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
    open and coalesce(action_due < refresh.as_of, false) as action_overdue,
    close_reason,
    -- Where not all is known of which it speaks, the last sentence stands.
    coalesce({{ warning_in_words(words, "vi") }}, text_vi_before) as text_vi,
    coalesce({{ warning_in_words(words, "en") }}, text_en_before) as text_en,
    response,
    synthetic
from limited
cross join refresh
union all by name
-- What was closed before and has not come back stays as it was.
select *
from stg_published_warnings as before
where
    not before.open
    and not exists (select 1 from int_warnings as now where now.warning = before.warning)
