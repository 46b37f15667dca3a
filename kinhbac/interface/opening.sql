-- name: edition_cells
create temp table cells as
from read_parquet($files)
;

-- name: edition_categories
create temp table categories (
    breakdown varchar, category varchar, name_vi varchar, name_en varchar
)
;

-- name: edition_names_of_categories
insert into categories
from read_parquet($file)
;

-- name: edition_figures
create table release.main.indicator_values as
select * exclude (breakdown, category)
from cells
where breakdown = '_T'
;

-- name: edition_breakdowns
create table release.main.breakdown_values as
select
    indicator,
    breakdown,
    category,
    categories.name_vi as category_vi,
    categories.name_en as category_en,
    area,
    period_kind,
    period_start,
    period,
    value,
    state,
    synthetic
from cells
left join categories using (breakdown, category)
where breakdown <> '_T'
;

-- name: edition_indicators
create table release.main.indicators as
select *, true as published, 'open' as access
from read_parquet($file)
;

-- name: edition_areas
create table release.main.areas as
from read_parquet($file)
;

-- name: edition_info
create table release.main.release_info as
select
    $release::integer as release,
    $as_of::date as as_of,
    null::integer as previous_release,
    null::date as previous_as_of,
    coalesce((select bool_or(synthetic) from cells), false) as synthetic
;

-- name: shown_indicators
-- The published indicators of these accesses. A column that a release, or an edition, does not have
-- is empty; an indicator of which it is not said who may see it is internal.
create macro memory.main.shown_indicators(accesses) as table
select
    indicator,
    name_vi,
    name_en,
    indicator_group,
    sector,
    purpose,
    purpose_vi,
    version,
    formula,
    unit,
    unit_vi,
    unit_en,
    coalesce(unit_measure, unit) as unit_measure,
    coalesce(unit_power, 0) as unit_power,
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
    select
        null::integer as version,
        null::varchar as area_kinds,
        null::varchar as unit_measure,
        null::varchar as purpose_vi,
        null::integer as unit_power,
        null::integer as round_to,
        null::varchar as source,
        null::varchar as access,
        null::varchar as licence
    where false
)
where published and coalesce(access, 'internal') in accesses
;

-- name: shown_cells
-- The figures of these indicators, whole and by the categories of breakdowns.
create macro memory.main.shown_cells(accesses) as table
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
    union all by name
    select
        null::varchar as reason,
        null::double as target,
        null::varchar as status,
        null::double as last_good_value,
        null::date as last_good_period_start
    where false
) as cells
inner join memory.main.shown_indicators(accesses) as indicators using (indicator)
;

-- name: shown_cells_as_of
-- Whole figures as they were published by a day. Of one that was revised since, its value of then
-- is known, and nothing else.
create macro memory.main.shown_cells_as_of(accesses, day) as table
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
from memory.main.shown_cells(accesses) as shown
inner join
    indicator_values_as_of(day) as published
    on shown.indicator = published.indicator
    and shown.area = published.area
    and shown.period_kind = published.period_kind
    and shown.period_start = published.period_start
where shown.breakdown is null
;
