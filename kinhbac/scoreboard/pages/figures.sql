-- name: series
select
    cells.indicator,
    cells.area,
    cells.period,
    cells.period_start,
    cells.value,
    cells.target,
    changes.previous_change,
    changes.last_year_change
from indicator_values as cells
left join indicator_changes as changes using (indicator, area, period_start)
where (indicator, area) in (select (indicator, area) from home)
order by indicator, period_start
;

-- name: home
create or replace temporary table home as
select
    indicator,
    first(area order by
        kind != 'province', became_ours is null, valid_to is not null,
        kind = 'peer_province', area
    ) as area
from (select distinct indicator, area from indicator_values)
inner join areas using (area)
left join (
    select distinct predecessor as area, true as became_ours
    from area_successions
    inner join areas as successors on successor = successors.area
    where successors.kind = 'province'
) using (area)
group by indicator
;

-- name: compared
select
    latest.indicator,
    latest.area,
    latest.period,
    latest.value,
    latest.judgement,
    latest.period_kind,
    latest.period_start,
    latest.area_kind,
    latest.peers_all,
    latest.rank,
    latest.movement,
    latest.better,
    evidence.value_low,
    evidence.value_high,
    evidence.rank_low,
    evidence.rank_high,
    evidence.differs,
    evidence.beyond_chance,
    areas.tile_column
from latest_values as latest
inner join areas using (area)
left join evidence using (indicator, area)
where
    area_kind != 'province'
    or indicator in (select indicator from latest_values where area_kind = 'peer_province')
order by indicator, rank nulls last, value desc nulls last, area
;

-- name: latest
-- Of the area that is shown first.
select latest.*, evidence.value_low, evidence.value_high, evidence.beyond_chance
from latest_values as latest
inner join home using (indicator, area)
left join evidence using (indicator, area)
;

-- name: funnels
-- Those of one period alone: limits of different ones would cross. Communes, or provinces of what
-- is told of provinces only.
select *
from evidence
inner join areas using (area)
where expected is not null and kind in ('commune', 'province', 'peer_province') and denominator > 0
qualify
    period_start = max(period_start) over (partition by indicator)
    and (
        kind = 'commune'
        or (
            count(*) filter (where kind = 'commune') over (partition by indicator) = 0
            and count(*) over (partition by indicator) > 1
        )
    )
order by indicator, denominator, area
;

-- name: progress
select progress.*
from progress
inner join home using (indicator, area)
;

-- name: forecasts
select forecasts.*
from forecasts
inner join home using (indicator, area)
order by indicator, period_start
;
