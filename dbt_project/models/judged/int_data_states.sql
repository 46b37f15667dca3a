-- Grain: indicator that declares «warn» today × own area that stands today: how its data stand.
-- Peers are there to be compared with; nobody here answers for them.
{{ config(meta={"kept_by": "indicator"}) }}
with
    indicators as (select * from {{ source("registry", "indicators") }}),

    refresh as (select * from {{ source("registry", "refresh") }}),

    limits as (select * from {{ source("registry", "limits") }}),

    int_judged_values as (
        select * from {{ ref("int_judged_values") }} where {{ is_changed("indicator") }}
    ),

    areas as (select * from {{ source("registry", "areas") }}),

    sources as (select * from {{ source("registry", "sources") }}),

    warned as (
        select
            definitions.indicator,
            definitions.expected_from is not null as regular,
            -- The longest of the terms of those who deliver what it rests on.
            (
                select max(sources.due_days)
                from sources
                where list_contains(definitions.sources, sources.source)
            ) as due_days
        from indicators as definitions
        cross join refresh
        where
            definitions.today
            and definitions.breakdown is null
            and coalesce(definitions.valid_to, refresh.as_of) >= refresh.as_of
            and exists (
                select 1
                from limits
                where
                    limits.indicator = definitions.indicator
                    and limits.version = definitions.version
            )
    ),

    cells as (
        select
            warned.indicator,
            warned.regular,
            warned.due_days,
            judged.area,
            judged.period_kind,
            judged.period_start,
            judged.state,
            judged.value,
            judged.state in ('value', 'provisional') and not {{ carried_ahead("judged") }} as sound,
            -- Nobody waits for what does not apply or is not to be told.
            judged.state in ('held', 'late', 'missing')
            and coalesce(judged.due_date < refresh.as_of, true) as lacking
        from int_judged_values as judged
        inner join warned using (indicator)
        inner join areas using (area)
        cross join refresh
        where
            judged.breakdown is null
            and areas.kind in ('province', 'commune')
            and refresh.as_of between coalesce(areas.valid_from, refresh.as_of) and coalesce(
                areas.valid_to, refresh.as_of
            )
    ),

    placed as (
        select
            *, max(if(sound, period_start, null)) over (partition by indicator, area) as sound_start
        from cells
    )

select
    indicator,
    area,
    regular,
    period_kind,
    sound_start,
    max(if(sound, period_start, null)) = max(period_start) filter (where sound or lacking) as fresh,
    case
        when not coalesce(fresh, not bool_or(lacking))
        then arg_max(state, period_start) filter (where lacking)
        -- Nobody owes a day's figure of what comes when it comes, and a newer one is due all the
        -- same.
        when
            not regular
            and {{ follows_until("period_kind", "sound_start", "any_value(due_days)") }}
            < any_value(refresh.as_of)
        then 'old'
        else 'fresh'
    end as data_state,
    max(period_start) filter (where sound or lacking) as newest_start,
    arg_max(value, period_start) filter (where sound) as value,
    count(*) filter (
        where lacking and period_start > coalesce(sound_start, date '0001-01-01')
    ) as owed,
    min(period_start) filter (
        where lacking and period_start > coalesce(sound_start, date '0001-01-01')
    ) as owed_start
from placed
cross join refresh
group by indicator, area, regular, period_kind, sound_start
