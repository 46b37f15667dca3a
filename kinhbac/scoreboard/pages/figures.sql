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
-- The newest figure of each area that is compared, and the rank that those who are ranked had in
-- the
-- period before and a year ago, among those of them who had a figure then. How far a rank holds is
-- told of a composite by its own draws.
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
    latest.compared_with,
    latest.previous_change,
    latest.last_year_change,
    latest.better,
    evidence.value_low,
    evidence.value_high,
    coalesce(evidence.rank_low, ranks.rank_low) as rank_low,
    coalesce(evidence.rank_high, ranks.rank_high) as rank_high,
    if(
        latest.rank is null or latest.previous_value is null,
        null,
        rank() over (
            partition by
                latest.indicator,
                latest.area_kind = 'commune',
                latest.period_start,
                latest.rank is null or latest.previous_value is null
            order by
                round(
                    if(indicators.direction = 'lower_is_better', 1, -1) * latest.previous_value, 9
                )
        )
    ) as previous_rank,
    if(
        latest.rank is null or latest.last_year_value is null,
        null,
        rank() over (
            partition by
                latest.indicator,
                latest.area_kind = 'commune',
                latest.period_start,
                latest.rank is null or latest.last_year_value is null
            order by
                round(
                    if(indicators.direction = 'lower_is_better', 1, -1) * latest.last_year_value, 9
                )
        )
    ) as last_year_rank,
    evidence.differs,
    evidence.beyond_chance,
    areas.tile_column
from latest_values as latest
inner join areas using (area)
inner join indicators on latest.indicator = indicators.indicator
left join evidence on latest.indicator = evidence.indicator and latest.area = evidence.area
left join
    composite_ranks as ranks
    on latest.indicator = ranks.indicator
    and latest.area = ranks.area
    and latest.period_start = ranks.period_start
where
    area_kind != 'province'
    or latest.indicator in (select indicator from latest_values where area_kind = 'peer_province')
order by latest.indicator, latest.rank nulls last, latest.value desc nulls last, latest.area
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
-- What no period can bring is not told as needed (report.sql).
select progress.* replace (if(outlook = 'never', null, required_per_period) as required_per_period)
from progress
inner join home using (indicator, area)
;

-- name: forecasts
select forecasts.*
from forecasts
inner join home using (indicator, area)
order by indicator, period_start
;
