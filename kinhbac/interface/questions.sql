-- name: indicators
from memory.main.shown_indicators($accesses::varchar[])
where
    (len($group::varchar[]) = 0 or list_contains($group::varchar[], indicator_group))
    and (len($sector::varchar[]) = 0 or list_contains($sector::varchar[], sector))
order by indicator
limit $limit + 1
offset $offset
;

-- name: indicator
-- One indicator, with what there is of it: whole figures, of how many areas, from when to when.
select
    indicators.*,
    count(cells.value) as figures,
    count(distinct cells.area) filter (cells.value is not null) as areas,
    min(cells.period_start) filter (cells.value is not null) as first_period_start,
    max(cells.period_start) filter (cells.value is not null) as last_period_start
from memory.main.shown_indicators($accesses::varchar[]) as indicators
left join
    memory.main.shown_cells($accesses::varchar[]) as cells
    on indicators.indicator = cells.indicator
    and cells.breakdown is null
where indicators.indicator = $indicator
group by all
;

-- name: areas
select area, kind, code, name_vi, name_en, parent, valid_from, valid_to
from areas
where
    (len($kind::varchar[]) = 0 or list_contains($kind::varchar[], kind))
    and (len($parent::varchar[]) = 0 or list_contains($parent::varchar[], parent))
order by area
limit $limit + 1
offset $offset
;

-- name: as_it_stands
select *
from memory.main.shown_cells($accesses::varchar[])
;

-- name: as_of
select *
from memory.main.shown_cells_as_of($accesses::varchar[], $as_of::date)
;

-- name: first_day
-- The day on which the first of all figures was published; none before anything was.
select min(published_on)
from indicator_values
;

-- name: values
-- Figures of «asked», which is one of the two above.
select * exclude (indicator_group)
from asked
where
    (len($indicator::varchar[]) = 0 or list_contains($indicator::varchar[], indicator))
    and (len($area::varchar[]) = 0 or list_contains($area::varchar[], area))
    and (len($group::varchar[]) = 0 or list_contains($group::varchar[], indicator_group))
    and (len($state::varchar[]) = 0 or list_contains($state::varchar[], state))
    and (len($period::varchar[]) = 0 or list_contains($period::varchar[], period))
    and period_start
    between coalesce($since::date, period_start) and coalesce($until::date, period_start)
    and if(
        len($breakdown::varchar[]) = 0,
        breakdown is null,
        list_contains($breakdown::varchar[], breakdown)
    )
order by indicator, breakdown, category, area, period_start
limit $limit + 1
offset $offset
;

-- name: indicator_labels
select indicator, name_vi, name_en, unit, unit_vi, unit_en, unit_measure, unit_power, round_to
from memory.main.shown_indicators($accesses::varchar[])
where list_contains($keys::varchar[], indicator)
;

-- name: area_labels
select area, name_vi, name_en
from areas
where list_contains($keys::varchar[], area)
;

-- name: category_labels
select distinct breakdown || '-' || category as breakdown, category_vi, category_en
from breakdown_values
where list_contains($keys::varchar[], indicator)
;

-- name: warnings
select
    warning,
    rule,
    indicator,
    indicator_group,
    area,
    source,
    sector,
    owner,
    level,
    worst_level,
    life,
    open,
    first_period,
    last_period,
    figure,
    limit_value,
    value,
    target,
    data_state,
    raised_on,
    reopened_on,
    closed_on,
    closed_because,
    acknowledged_by,
    acknowledged_on,
    action_vi,
    action_en,
    action_by,
    action_due,
    action_overdue,
    text_vi,
    text_en,
    synthetic
from warnings
where
    (len($indicator::varchar[]) = 0 or list_contains($indicator::varchar[], indicator))
    and (len($area::varchar[]) = 0 or list_contains($area::varchar[], area))
    and (len($group::varchar[]) = 0 or list_contains($group::varchar[], indicator_group))
    and (len($owner::varchar[]) = 0 or list_contains($owner::varchar[], owner))
    and (len($level::varchar[]) = 0 or list_contains($level::varchar[], level))
    and open = coalesce($open::boolean, open)
order by warning
limit $limit + 1
offset $offset
;

-- name: coverage
select
    indicator_group,
    sector,
    sector_vi,
    sector_en,
    needs,
    needs_without_indicator,
    proposed,
    agreed,
    computed,
    published,
    missing_operands
from coverage_matrix
where
    (len($group::varchar[]) = 0 or list_contains($group::varchar[], indicator_group))
    and (len($sector::varchar[]) = 0 or list_contains($sector::varchar[], sector))
order by indicator_group, sector
limit $limit + 1
offset $offset
;

-- name: release
select release, as_of, previous_release, previous_as_of, synthetic
from release_info
;

-- name: keys_of_indicators
select indicator, access
from memory.main.shown_indicators(['open', 'shared', 'internal'])
;

-- name: keys_of_areas
select area, 'open'
from areas
;

-- name: keys_of_sectors
select distinct sector, access
from memory.main.shown_indicators(['open', 'shared', 'internal'])
;

-- name: keys_of_breakdowns
select distinct parts.breakdown, indicators.access
from breakdown_values as parts
inner join
    memory.main.shown_indicators(['open', 'shared', 'internal']) as indicators using (indicator)
;

-- name: keys_of_needs
-- Sectors of what is needed, also where no indicator is published.
select distinct sector, 'internal'
from coverage_matrix
;

-- name: keys_of_owners
select agency, 'internal'
from agencies
;
