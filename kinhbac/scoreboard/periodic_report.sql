-- name: values
-- The newest figure of every indicator of the province within the report's period; one that is
-- not due yet gives way to one that is. Target and pace are those of its own period; forecast, what
-- is needed and outlook are known of the newest sound figure alone (table progress) and told only
-- if
-- this is it.
-- $1 first and $2 last day, $3 kinds of period.
select
    cells.*,
    changes.previous_change,
    changes.last_year_change,
    -- A figure that should have been followed before the report's last day is told, and not judged.
    coalesce(
        latest.sound_period_start = cells.period_start and latest.newer_due < $2::date, false
    ) as was_old,
    if(was_old, null, paces.value_due) as should_stand,
    paces.status as pace_status,
    -- What no period can bring is not told as needed (pages/report.sql).
    if(progress.outlook = 'never', null, progress.required_per_period) as required_per_period,
    progress.forecast,
    progress.forecast_low,
    progress.forecast_high,
    progress.outlook,
    progress.outlook_vi,
    indicators.name_vi,
    indicators.unit_vi,
    indicators.decimals,
    indicators.direction,
    indicators.owner,
    indicators.covers,
    indicators.span,
    indicators.least,
    indicators.most
from indicator_values as cells
inner join areas using (area)
inner join indicators using (indicator)
left join indicator_changes as changes using (indicator, area, period_start)
left join paces using (indicator, area, period_start)
left join progress using (indicator, area, period_start)
left join latest_values as latest using (indicator, area)
where
    areas.kind = 'province'
    and areas.valid_to is null
    and cells.period_start between $1::date and $2::date
    and list_contains($3::varchar[], cells.period_kind)
qualify
    row_number() over (
        partition by cells.indicator, cells.area
        order by cells.state = 'not_yet_due', cells.period_start desc
    )
    = 1
order by indicators.sector, cells.indicator
;

-- name: warnings
-- Those that are open and rest on figures of the period: each lives from its first to its last one.
select warnings.*
from warnings
inner join areas using (area)
where
    open
    and areas.kind = 'province'
    and areas.valid_to is null
    and first_period_start <= $2::date
    and last_period_start >= $1::date
    and list_contains($3::varchar[], warnings.period_kind)
    and data_state is distinct from 'old'
order by weight desc, warning
;

-- name: shared
-- What most communes are warned of: one matter each.
select
    any_value(indicators.name_vi) as name_vi,
    any_value(indicators.covers) as covers,
    any_value(indicators.span) as span,
    any_value(warnings.shared_by) as communes,
    count_if(warnings.level = 'red') as red,
    count_if(warnings.level = 'yellow') as yellow
from warnings
inner join indicators using (indicator)
where
    open
    and shared_by is not null
    and first_period_start <= $2::date
    and last_period_start >= $1::date
    and list_contains($3::varchar[], warnings.period_kind)
group by warnings.indicator, warnings.rule
order by max(weight) desc, warnings.indicator
;

-- name: warned
-- What tells communes apart, the heaviest first.
select areas.name_vi, count_if(level = 'red') as red, count_if(level = 'yellow') as yellow
from warnings
inner join areas using (area)
where
    open
    and areas.kind = 'commune'
    and shared_by is null
    and data_state is distinct from 'old'
    and first_period_start <= $2::date
    and last_period_start >= $1::date
    and list_contains($3::varchar[], warnings.period_kind)
group by area, areas.name_vi
order by max(weight) desc, area
limit 10
;

-- name: ranked
-- Where communes stand in composites that are part of no other, in their newest period.
select
    ranks.*,
    areas.name_vi as area_vi,
    areas.tile_column,
    areas.tile_row,
    indicators.name_vi,
    indicators.decimals
from composite_ranks as ranks
inner join areas using (area)
inner join indicators using (indicator)
where
    areas.kind = 'commune'
    and ranks.indicator not in (select component from composite_components)
    and ranks.period_start between $1::date and $2::date
    and list_contains($3::varchar[], ranks.period_kind)
qualify dense_rank() over (partition by ranks.indicator order by ranks.period_start desc) = 1
order by ranks.indicator, ranks.rank, ranks.area
;

-- name: series
-- Up to the end of the report's period. $1 indicator, $2 area, $3 last day.
select period, period_start, version, value, target, status
from indicator_values
where indicator = $1 and area = $2 and period_start <= $3::date
order by period_start
;

-- name: threshold
-- Of the definition that held for the figure. $1 indicator, $2 version.
select yellow_low, yellow_high, red_low, red_high, per
from limits
where indicator = $1 and version = $2 and rule = 'threshold'
;

-- name: province
select name_vi
from areas
where kind = 'province' and valid_to is null
order by area
;
