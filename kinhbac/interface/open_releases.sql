-- name: shown_indicators
-- The published indicators of these accesses. A column that a release does not have is empty; an
-- indicator of which it does not say who may see it is internal.
create macro memory.main.shown_indicators(accesses) as table
select
    indicator,
    name_vi,
    name_en,
    indicator_group,
    sector,
    purpose,
    version,
    formula,
    unit,
    unit_vi,
    unit_en,
    frequency,
    span,
    area_kinds,
    direction,
    round_to,
    decision,
    source,
    owner,
    valid_from,
    valid_to,
    coalesce(access, 'internal') as access,
    licence,
    synthetic
from (
    from release.main.indicators
    union all by name
    select null::varchar as access, null::varchar as licence
    where false
)
where published and coalesce(access, 'internal') in accesses
;

-- name: shown_cells
-- The figures of these indicators, whole and by the categories of breakdowns; without simulated
-- ones unless they are asked for.
create macro memory.main.shown_cells(accesses, simulated) as table
select
    cells.indicator,
    cells.area,
    cells.breakdown,
    cells.category,
    cells.period_kind,
    cells.period,
    cells.period_start,
    cells.value,
    indicators.unit,
    cells.state,
    cells.reason,
    cells.vintage,
    cells.target,
    cells.status,
    cells.last_good_value,
    cells.last_good_period_start,
    cells.published_on,
    cells.synthetic,
    indicators.indicator_group
from (
    from release.main.indicator_values
    union all by name
    from release.main.breakdown_values
) as cells
inner join memory.main.shown_indicators(accesses) as indicators using (indicator)
where simulated or not cells.synthetic
;

-- name: shown_cells_as_of
-- Whole figures as they were published by a day. Of one that was revised since, its value of then
-- is known, and nothing else.
create macro memory.main.shown_cells_as_of(accesses, simulated, day) as table
select
    shown.* replace(
        published.value as value,
        case
            when published.revised_on is null then shown.state
            when published.value is null then 'missing'
            else 'value'
        end as state,
        if(published.revised_on is null, shown.reason, null) as reason,
        if(published.revised_on is null, shown.vintage, null) as vintage,
        if(published.revised_on is null, shown.target, null) as target,
        if(published.revised_on is null, shown.status, null) as status,
        if(published.revised_on is null, shown.last_good_value, null) as last_good_value,
        if(
            published.revised_on is null, shown.last_good_period_start, null
        ) as last_good_period_start
    )
from memory.main.shown_cells(accesses, simulated) as shown
inner join
    indicator_values_as_of(day) as published
    on shown.indicator = published.indicator
    and shown.area = published.area
    and shown.period_kind = published.period_kind
    and shown.period_start = published.period_start
where shown.breakdown is null
;

-- name: accesses
select indicator, access
from memory.main.shown_indicators(['open', 'shared', 'internal'])
;

-- name: areas
select area
from areas
;
