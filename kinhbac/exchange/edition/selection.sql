-- name: state outside
-- What is held or late is missing outside: why a figure is not there is between the province and
-- those who deliver.
create temp macro state_outside(state) as if(state in ('held', 'late'), 'missing', state)
;

-- name: figure outside
create temp macro told_outside(state, value) as
if(state in ('value', 'provisional'), value, null)
;

-- name: chosen
-- Published indicators that are open; simulated ones only where the province asks for them.
create temp table chosen as
select indicator
from sealed.indicators
where
    published
    and access = 'open'
    and indicator in (select unnest($open))
    and (not synthetic or $simulated)
;

-- name: places
create temp table places as
select area
from sealed.areas
where kind in (select unnest($kinds))
;

-- name: indicator_values
create table indicator_values as
select
    indicator,
    area,
    period_kind,
    period_start,
    period,
    version,
    told_outside(state, value) as value,
    state_outside(state) as state,
    if(state in ('value', 'provisional'), vintage, null) as vintage,
    restated,
    if(state in ('value', 'provisional'), published_on, null) as published_on,
    synthetic
from sealed.indicator_values
semi join chosen using (indicator)
semi join places using (area)
where state <> 'not_yet_due' and (not synthetic or $simulated)
order by indicator, area, period_start
;

-- name: breakdown_values
create table breakdown_values as
select
    indicator,
    breakdown,
    category,
    category_vi,
    category_en,
    area,
    period_kind,
    period_start,
    period,
    told_outside(state, value) as value,
    state_outside(state) as state,
    synthetic
from sealed.breakdown_values
semi join chosen using (indicator)
semi join places using (area)
where state <> 'not_yet_due' and (not synthetic or $simulated)
order by indicator, breakdown, category, area, period_start
;

-- name: indicators
create table indicators as
select
    indicator,
    name_vi,
    name_en,
    indicator_group,
    sector,
    purpose,
    purpose_vi,
    published,
    version,
    formula,
    unit,
    unit_vi,
    unit_en,
    unit_measure,
    unit_power,
    frequency,
    span,
    direction,
    round_to,
    decimals,
    decision,
    source,
    owner,
    sources,
    valid_from,
    valid_to,
    synthetic,
    licence
from sealed.indicators
semi join chosen using (indicator)
where indicator in (from (select indicator from indicator_values))
order by indicator
;

-- name: old_figures
-- Areas whose newest figure should have been followed by a newer one. On which day it should have
-- been is not told: that is between the province and those who deliver.
create table old_figures as
select indicator, area
from sealed.latest_values
where
    is_old
    and (indicator, area) in (
        select (indicator_values.indicator, indicator_values.area)
        from indicator_values
        where value is not null
    )
order by indicator, area
;

-- name: areas
-- Areas that have figures, and the province itself; an area above one that is not here is none.
create table areas as
with
    kept as (
        select *
        from sealed.areas
        semi join places using (area)
        where kind = 'province' or area in (select indicator_values.area from indicator_values)
    )

select
    kept.area,
    kept.kind,
    kept.code,
    kept.name_vi,
    kept.name_en,
    above.area as parent,
    kept.valid_from,
    kept.valid_to
from kept
left join kept as above on kept.parent = above.area
order by kept.area
;

-- name: area_codes
create table area_codes as
select *
from sealed.area_codes
where area in (select areas.area from areas)
order by all
;

-- name: sign_offs
create table sign_offs as
select distinct indicator, signed_on
from sealed.sign_offs
where indicator in (select indicators.indicator from indicators)
order by all
;

-- name: release_info
create table release_info as
select release, as_of
from sealed.release_info
;
