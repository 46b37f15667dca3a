-- Grain: indicator × area that stands today: the newest period that is due, the newest sound
-- figure with its movement, and where it lies among its peers.
{{ config(meta={"kept_by": "indicator"}) }}
with
    indicator_values as (
        select * from {{ ref("indicator_values") }} where {{ is_changed("indicator") }}
    ),

    areas as (select * from {{ source("registry", "areas") }}),

    indicators as (select * from {{ ref("indicators") }}),

    refresh as (select * from {{ source("registry", "refresh") }}),

    indicator_changes as (
        select * from {{ ref("indicator_changes") }} where {{ is_changed("indicator") }}
    ),

    cells as (
        select
        values
            .*,
            areas.kind as area_kind,
            indicators.sector,
            indicators.direction,
            {{ carried_ahead("values") }} as carried,
        values.state in ('value', 'provisional') and not carried as sound
        from indicator_values as
        values
        inner join areas using (area)
        inner join indicators as indicators using (indicator)
        cross join refresh
        where areas.valid_to is null
    ),

    newest as (
        select *, {{ settled("value") }} as settled_value
        from cells
        qualify
            row_number() over (
                partition by indicator, area
                order by state = 'not_yet_due' or carried, period_start desc
            )
            = 1
    ),

    good as (
        select indicator, area, value, period, period_start
        from cells
        where sound
        qualify row_number() over (partition by indicator, area order by period_start desc) = 1
    ),

    -- A province is compared with its peers, a commune with communes; only figures of one period.
    placed as (
        select
            indicator,
            area,
            median(value) over peers as peer_median,
            min(value) over peers as peer_low,
            max(value) over peers as peer_high,
            count(*) over peers as peers,
            if(
                direction = 'neutral' or peers < 3,
                null,
                (rank() over best_first + rank() over best_first + count(*) over ties - 1) / 2
            ) as place
        from newest
        where sound
        window
            peers as (
                partition by indicator, area_kind in ('province', 'peer_province'), period_start
            ),
            ties as (
                partition by
                    indicator,
                    area_kind in ('province', 'peer_province'),
                    period_start,
                    settled_value
            ),
            best_first as (
                partition by indicator, area_kind in ('province', 'peer_province'), period_start
                order by if(direction = 'lower_is_better', settled_value, - settled_value)
            )
    )

select
    newest.indicator,
    newest.indicator_group,
    newest.sector,
    newest.area,
    newest.area_kind,
    newest.period_kind,
    newest.period_start,
    newest.period,
    newest.value,
    newest.status,
    newest.target,
    newest.state,
    newest.reason,
    newest.held,
    newest.last_good_value,
    newest.last_good_period_start,
    good.value as sound_value,
    good.period as sound_period,
    good.period_start as sound_period_start,
    newest.vintage,
    changes.previous_value,
    changes.previous_change,
    changes.previous_change_percent,
    changes.last_year_value,
    changes.last_year_change,
    changes.last_year_change_percent,
    case
        when changes.previous_change is null or newest.direction = 'neutral'
        then null
        when changes.previous_change = 0
        then 'same'
        when (changes.previous_change > 0) = (newest.direction = 'higher_is_better')
        then 'better'
        else 'worse'
    end as better,
    placed.place as rank,
    coalesce(placed.peers, 0) as peers,
    100 * (placed.peers - placed.place) / (placed.peers - 1) as percentile,
    placed.peer_median,
    placed.peer_low,
    placed.peer_high,
    newest.synthetic
from newest
left join good using (indicator, area)
left join placed using (indicator, area)
left join
    indicator_changes as changes
    on newest.indicator = changes.indicator
    and newest.area = changes.area
    and good.period_start = changes.period_start
