-- Grain: warning, before it is put into words: what the last release remembers, carried on by
-- what stands today and what people have answered.
-- Past 200 lines because a warning's life is one machine: raised, answered, closed, raised again.
with
    stg_published_warnings as (select * from {{ ref("stg_published_warnings") }}),

    int_warning_states as (select * from {{ ref("int_warning_states") }}),

    int_warning_levels as (select * from {{ ref("int_warning_levels") }}),

    refresh as (select * from {{ source("registry", "refresh") }}),

    responses as (select * from {{ source("registry", "responses") }}),

    remembered as (
        select
            *,
            if(
                rule = 'late',
                warning,
                {{ series_of("indicator", "area", "rule", "first_period_start") }}
            ) as series
        from stg_published_warnings
    ),

    states as (
        select
            *,
            if(
                rule = 'late',
                series,
                concat_ws(
                    '/',
                    indicator,
                    area,
                    rule,
                    {{ period_label("period_kind", "first_period_start") }}
                )
            ) as name
        from int_warning_states
    ),

    -- What stands today, has no open warning, and is no old news.
    unmet as (
        select states.*
        from states
        where
            level is not null
            and is_news
            and not exists (
                select 1 from remembered where remembered.open and remembered.series = states.series
            )
            -- Closed by a person: the same run comes back only when it gets worse.
            and not exists (
                select 1
                from remembered
                where
                    not remembered.open
                    and remembered.series = states.series
                    and remembered.closed_because = 'decided'
                    and states.first_period_start
                    <= greatest(remembered.first_period_start, remembered.last_period_start)
                    and not (states.level = 'red' and remembered.level = 'yellow')
            )
    ),

    -- The closed warning as which it comes back: of this year, or of the same run.
    reopened as (
        select unmet.series, remembered.warning
        from unmet
        inner join remembered using (series)
        where
            not remembered.open
            and (
                remembered.warning = unmet.name
                or year(remembered.first_period_start) = year(unmet.judged_start)
                or unmet.first_period_start
                <= greatest(remembered.first_period_start, remembered.last_period_start)
            )
        qualify
            row_number() over (
                partition by unmet.series
                order by
                    remembered.warning = unmet.name desc,
                    remembered.closed_in desc,
                    remembered.first_period_start desc
            )
            = 1
    ),

    -- What the figures of today say of the period on which an open warning stood.
    level_then as (
        select remembered.warning, levels.level
        from (select * from remembered where open) as remembered
        asof left join
            int_warning_levels as levels
            on remembered.series = levels.series
            and remembered.last_period_start >= levels.period_start
    ),

    paired as (
        select remembered, states, false as comes
        from remembered
        left join states using (series)
        where remembered.open
        union all
        select remembered, unmet as states, true as comes
        from unmet
        left join reopened on unmet.series = reopened.series
        left join remembered on reopened.warning = remembered.warning
    ),

    -- The figure on which it stood is withheld: nothing is raised or cleared by older ones.
    lives as (
        select
            paired.*,
            not comes
            and coalesce(states.rule in ('threshold', 'pace', 'change'), false)
            and states.data_state != 'fresh'
            and coalesce(states.period_start < remembered.last_period_start, true) as is_withheld,
            case
                when comes or is_withheld or states.level is not null
                then null
                when
                    states.series is null
                    and remembered.rule = 'pace'
                    and exists (
                        select 1
                        from states as later
                        where
                            later.rule = 'pace'
                            and later.indicator = remembered.indicator
                            and later.area = remembered.area
                    )
                then 'new_year'
                when states.series is null
                then 'no_longer_asked'
                when
                    states.rule = 'change'
                    and states.period_start is not null
                    and states.figure is null
                then 'not_judged'
                when remembered.rule in ('stale', 'late') or level_then.level is not null
                then 'cleared'
                else 'revised'
            end as ended,
            coalesce(remembered.warning, states.name) as warning,
            not is_withheld
            and states.series is not null
            and (states.level is not null or states.rule != 'late')
            and (states.period_start is not null or states.rule in ('stale', 'late'))
            and (states.figure is not null or states.rule != 'change') as is_told_anew
        from paired
        left join level_then on paired.remembered.warning = level_then.warning
    ),

    told as (
        select
            warning,
            comes,
            ended,
            remembered as before,
            is_told_anew,
            coalesce(states.rule, remembered.rule) as rule,
            coalesce(states.indicator, remembered.indicator) as indicator,
            coalesce(states.area, remembered.area) as area,
            coalesce(states.source, remembered.source) as source,
            coalesce(states.period_kind, remembered.period_kind) as period_kind,
            if(is_withheld or ended is not null, remembered.level, states.level) as level,
            if('red' in (level, remembered.worst_level), 'red', 'yellow') as worst_level,
            coalesce(
                remembered.first_period_start, states.first_period_start
            ) as first_period_start,
            coalesce(states.first_period_start, remembered.first_period_start) as since_start,
            if(
                is_told_anew, states.period_start, remembered.last_period_start
            ) as last_period_start,
            if(is_told_anew, states.figure, remembered.figure) as figure,
            if(
                is_told_anew,
                if(level = 'red', states.red_limit, states.yellow_limit),
                remembered.limit_value
            ) as limit_value,
            if(is_told_anew, states.value, remembered.value) as value,
            if(is_told_anew, states.in_a_row, null) as in_a_row,
            coalesce(states.against, null) as against,
            coalesce(states.measure, null) as measure,
            coalesce(states.data_state, remembered.data_state) as data_state,
            coalesce(remembered.raised_on, refresh.as_of) as raised_on,
            coalesce(remembered.raised_in, refresh.release) as raised_in,
            if(
                comes and remembered.warning is not null, refresh.as_of, remembered.reopened_on
            ) as reopened_on,
            coalesce(remembered.times_reopened, 0)
            + if(comes and remembered.warning is not null, 1, 0) as times_reopened
        from lives
        cross join refresh
    ),

    -- An answer counts for one warning, and once it has come back only if it came after that.
    answers as (
        select told.warning, responses.*
        from told
        inner join
            responses
            on told.indicator = responses.indicator
            and told.area = responses.area
            and told.rule = responses.rule
        cross join refresh
        where
            told.ended is null
            and responses.acknowledged_on
            between greatest(told.first_period_start, told.reopened_on) and refresh.as_of
            and not exists (
                select 1
                from remembered
                where
                    remembered.response = responses.response and remembered.warning != told.warning
            )
        qualify
            row_number() over (
                partition by told.warning
                order by responses.acknowledged_on desc, responses.response
            )
            = 1
    ),

    answered as (
        select
            told.*,
            coalesce(answers.closed_on <= refresh.as_of, false) as is_decided,
            coalesce(told.ended, if(is_decided, 'decided', null)) as closed_because,
            coalesce(answers.action_decided_on <= refresh.as_of, false) as has_action,
            {%- for column in ["response", "acknowledged_by", "acknowledged_on"] %}
                if(
                    told.ended is null, answers.{{ column }}, told.before.{{ column }}
                ) as {{ column }},
            {%- endfor %}
            {%- for column in [
                "action_vi",
                "action_en",
                "action_by",
                "action_decision",
                "action_decided_on",
                "action_due",
            ] %}
                case
                    when told.ended is not null
                    then told.before.{{ column }}
                    when has_action
                    then answers.{{ column }}
                end as {{ column }},
            {%- endfor %}
            if(is_decided, answers.close_reason_vi, null) as close_reason,
            if(is_decided, answers.close_reason_en, null) as close_reason_en,
            if(is_decided, answers.closed_by, null) as closed_by,
            coalesce(answers.synthetic, false) as response_synthetic,
            refresh.as_of,
            refresh.release
        from told
        cross join refresh
        left join answers on told.warning = answers.warning
    )

select
    * exclude (before, comes, ended, is_told_anew, is_decided, has_action, as_of, release),
    before.indicator_group as indicator_group_before,
    before.source as source_before,
    before.sector as sector_before,
    before.owner as owner_before,
    before.synthetic as synthetic_before,
    before.text_vi as text_vi_before,
    before.text_en as text_en_before,
    closed_because is null as open,
    case
        when closed_because is not null
        then 'closed'
        when has_action
        then 'action_decided'
        when response is not null
        then 'acknowledged'
        when times_reopened > 0
        then 'reopened'
        else 'raised'
    end as life,
    if(closed_because is null, null, as_of) as closed_on,
    if(closed_because is null, null, release) as closed_in
from answered
