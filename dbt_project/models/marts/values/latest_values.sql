-- Grain: indicator × area that stands today: the newest period that is due, the newest sound
-- figure with its movement, what may be said of it today, and where it lies among its peers.
-- Past 200 lines because what makes a figure current, judged and ranked is one chain.
{{ config(meta={"kept_by": "indicator"}) }}
with
    indicator_values as (
        select * from {{ ref("indicator_values") }} where {{ is_changed("indicator") }}
    ),

    areas as (select * from {{ source("registry", "areas") }}),

    indicators as (select * from {{ ref("indicators") }}),

    declared_indicators as (select * from {{ source("registry", "indicators") }}),

    sources as (select * from {{ source("registry", "sources") }}),

    int_paces as (select * from {{ ref("int_paces") }} where {{ is_changed("indicator") }}),

    int_courses as (select * from {{ ref("int_courses") }}),

    refresh as (select * from {{ source("registry", "refresh") }}),

    indicator_changes as (
        select * from {{ ref("indicator_changes") }} where {{ is_changed("indicator") }}
    ),

    cells as (
        select
        values
            .*,
            areas.kind as area_kind,
            areas.alike,
            indicators.sector,
            indicators.direction,
            indicators.covers = 'to_date' as runs_on,
            {{ carried_ahead("values") }} as carried,
        values.state in ('value', 'provisional') and not carried as sound
        from indicator_values as
        values
        inner join areas using (area)
        inner join indicators as indicators using (indicator)
        cross join refresh
        where areas.valid_to is null
    ),

    stands as ({{ registered_areas("areas") }}),

    newest as (
        select cells.*, {{ settled("cells.value") }} as settled_value
        from cells
        qualify
            row_number() over (
                partition by cells.indicator, cells.area
                order by cells.state = 'not_yet_due' or cells.carried, cells.period_start desc
            )
            = 1
    ),

    good as (
        select indicator, area, value, period, period_kind, period_start
        from cells
        where sound
        qualify row_number() over (partition by indicator, area order by period_start desc) = 1
    ),

    -- The longest of the terms of those who deliver what an irregular indicator rests on.
    terms as (
        select definitions.indicator, definitions.valid_to, max(sources.due_days) as due_days
        from declared_indicators as definitions
        inner join sources on list_contains(definitions.sources, sources.source)
        where definitions.today and definitions.expected_from is null
        group by definitions.indicator, definitions.valid_to
    ),

    -- A regular figure is followed by the next one that has a day; an irregular one within the
    -- time that its kind of period leaves.
    followed as (
        select
            good.indicator,
            good.area,
            -- What is defined no longer is not followed by anything.
            case
                when any_value(terms.indicator) is null
                then min(cells.due_date)
                when
                    any_value(terms.valid_to)
                    <= any_value({{ period_end_of("good.period_kind", "good.period_start") }})
                then null
                else
                    any_value(
                        {{ follows_until("good.period_kind", "good.period_start", "due_days") }}
                    )
            end as newer_due
        from good
        left join terms using (indicator)
        left join
            cells
            on good.indicator = cells.indicator
            and good.area = cells.area
            and good.period_start < cells.period_start
        group by good.indicator, good.area
    ),

    judged as (
        select
            newest.*,
            good.value as sound_value,
            good.period as sound_period,
            good.period_start as sound_period_start,
            followed.newer_due,
            coalesce(followed.newer_due < refresh.as_of, false) as is_old,
            [newest.status, paces.status] as levels,
            {{
                has_reached(
                    "newest",
                    "newest.value",
                    "newest.target",
                    "coalesce(courses.course = 'sum', false)",
                )
            }} as reached
        from newest
        cross join refresh
        left join good using (indicator, area)
        left join followed using (indicator, area)
        left join int_courses as courses on newest.indicator = courses.indicator
        left join
            int_paces as paces
            on newest.indicator = paces.indicator
            and newest.area = paces.area
            and newest.period_start = paces.period_start
    ),

    -- A province is ranked with its peers, a commune with communes, and among those alike: a ward
    -- with wards; only figures of one period.
    placed as (
        select
            indicator,
            area,
            count(*) over peers as peers,
            if(direction = 'neutral' or peers < 3, null, rank() over best_first) as place,
            median(value) over likes as peer_median,
            min(value) over likes as peer_low,
            max(value) over likes as peer_high,
            count(*) over likes as likes,
            if(direction = 'neutral' or likes < 3, null, rank() over best_alike) as like_place,
            -- Those who share a place share the middle of it: nobody is above himself.
            100 * (likes - like_place - (count(*) over ties - 1) / 2) / (likes - 1) as percentile
        from judged
        where sound and not is_old
        window
            peers as (
                partition by indicator, area_kind in ('province', 'peer_province'), period_start
            ),
            likes as (partition by indicator, alike, period_start),
            ties as (partition by indicator, alike, period_start, settled_value),
            best_first as (
                partition by indicator, area_kind in ('province', 'peer_province'), period_start
                order by if(direction = 'lower_is_better', settled_value, - settled_value)
            ),
            best_alike as (
                partition by indicator, alike, period_start
                order by if(direction = 'lower_is_better', settled_value, - settled_value)
            )
    )

select
    judged.indicator,
    judged.indicator_group,
    judged.sector,
    judged.area,
    judged.area_kind,
    judged.period_kind,
    judged.period_start,
    judged.period,
    judged.value,
    if(judged.is_old, null, judged.status) as status,
    case
        when judged.held
        then 'held'
        when judged.state = 'late'
        then 'late'
        when judged.value is null
        then 'no_value'
        when judged.is_old
        then 'old'
        when list_contains(judged.levels, 'red')
        then 'red'
        when list_contains(judged.levels, 'yellow')
        then 'yellow'
        when list_contains(judged.levels, 'unsure')
        then 'unsure'
        when judged.reached
        then 'reached'
        when list_contains(judged.levels, 'green')
        then 'green'
        else 'no_limits'
    end as judgement,
    judged.newer_due,
    judged.is_old,
    judged.target,
    judged.state,
    judged.reason,
    judged.held,
    judged.last_good_value,
    judged.last_good_period_start,
    judged.sound_value,
    judged.sound_period,
    judged.sound_period_start,
    judged.vintage,
    changes.previous_value,
    changes.previous_change,
    changes.previous_change_percent,
    changes.last_year_value,
    changes.last_year_change,
    changes.last_year_change_percent,
    if(judged.runs_on, 'last_year', 'previous') as compared_with,
    if(judged.runs_on, changes.last_year_change, changes.previous_change) as movement,
    case
        when movement is null or judged.direction = 'neutral' or judged.is_old
        then null
        when movement = 0
        then 'same'
        when (movement > 0) = (judged.direction = 'higher_is_better')
        then 'better'
        else 'worse'
    end as better,
    placed.place as rank,
    coalesce(placed.peers, 0) as peers,
    {{ all_peers() }} as peers_all,
    placed.like_place as like_rank,
    coalesce(placed.likes, 0) as likes,
    placed.percentile,
    placed.peer_median,
    placed.peer_low,
    placed.peer_high,
    judged.synthetic
from judged
left join placed using (indicator, area)
left join
    indicator_changes as changes
    on judged.indicator = changes.indicator
    and judged.area = changes.area
    and judged.sound_period_start = changes.period_start
    {{
        join_counts(
            "judged.area_kind", period_end_of("judged.period_kind", "judged.period_start")
        )
    }}
