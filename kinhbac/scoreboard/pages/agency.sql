-- name: indicators
-- What each agency answers for, with the newest figure of the province.
select
    indicators.owner,
    indicators.indicator,
    indicators.name_vi,
    indicators.name_en,
    indicators.covers,
    indicators.span,
    indicators.unit_vi,
    indicators.unit_en,
    indicators.decimals,
    indicators.synthetic,
    latest.area,
    latest.period,
    latest.period_kind,
    latest.period_start,
    latest.value,
    latest.judgement
from indicators
left join
    (
        select latest_values.*
        from latest_values
        inner join areas using (area)
        where areas.kind = 'province' and areas.valid_to is null
    ) as latest using (indicator)
where indicators.published
order by indicators.owner, indicators.name_vi
;

-- name: warnings
-- Open warnings of the province, and how many communes are warned of each indicator.
select *
from
    (
        select
            warnings.owner,
            warnings.indicator,
            indicators.name_vi,
            indicators.name_en,
            indicators.covers,
            indicators.span,
            any_value(warnings.area) filter (where areas.kind = 'province') as area,
            any_value(areas.name_vi) filter (where areas.kind = 'province') as area_vi,
            any_value(areas.name_en) filter (where areas.kind = 'province') as area_en,
            any_value(warnings.last_period) filter (where areas.kind = 'province') as last_period,
            any_value(warnings.level) filter (where areas.kind = 'province') as level,
            any_value(text_vi) filter (where areas.kind = 'province') as text_vi,
            any_value(text_en) filter (where areas.kind = 'province') as text_en,
            any_value(life) filter (where areas.kind = 'province') as life,
            count_if(areas.kind = 'commune' and warnings.level = 'red') as red,
            count_if(areas.kind = 'commune' and warnings.level = 'yellow') as yellow,
            bool_or(warnings.synthetic) as synthetic,
            max(warnings.weight) as weight
        from warnings
        inner join areas using (area)
        inner join indicators using (indicator)
        where open and data_state is distinct from 'old' and areas.kind in ('province', 'commune')
        group by all
    )
order by owner, level is null, level != 'red', weight desc, indicator
;

-- name: decisions
-- What was decided that an agency is to do, or about what it answers for, and what it answered.
select
    warnings.indicator,
    warnings.area,
    warnings.last_period,
    warnings.owner,
    warnings.life,
    warnings.acknowledged_by,
    warnings.acknowledged_on,
    warnings.action_by,
    warnings.action_vi,
    warnings.action_en,
    warnings.action_decision,
    warnings.action_due,
    warnings.action_overdue,
    warnings.closed_on,
    warnings.close_reason,
    warnings.synthetic,
    indicators.name_vi,
    indicators.name_en,
    areas.name_vi as area_vi,
    areas.name_en as area_en
from warnings
inner join areas using (area)
inner join indicators using (indicator)
where action_vi is not null or acknowledged_on is not null or close_reason is not null
order by action_overdue desc, action_due nulls last, warnings.warning
;

-- name: deliveries
-- The newest deliveries of each source that are due, and the next one.
select
    deliveries.owner,
    deliveries.source,
    sources.name_vi,
    sources.name_en,
    deliveries.period_kind,
    deliveries.period_start,
    deliveries.due_date,
    deliveries.state,
    deliveries.received_on,
    deliveries.days_late,
    deliveries.synthetic
from deliveries
inner join sources using (source)
qualify
    row_number() over (partition by deliveries.source order by deliveries.period_start desc) <= 3
order by deliveries.owner, sources.name_vi, deliveries.period_start desc
;

-- name: named_worklist
-- What stands in a work list by its key is told by its name.
create or replace temporary table named_worklist as
with
    keys as (
        select data_element as key, name_vi, name_en
        from data_elements
        union all
        select indicator as key, name_vi, name_en
        from indicators
        union all
        select source as key, name_vi, name_en
        from sources
        union all
        select area as key, name_vi, name_en
        from areas
    ),

    named as (
        select *
        from keys
        qualify row_number() over (partition by key order by name_vi) = 1
    ),

    names as (
        select
            map_from_entries(list((key, name_vi))) as vi,
            map_from_entries(list((key, name_en))) as en
        from named
    )

select
    worklist.* exclude (place_vi),
    array_to_string(
        [coalesce(names.vi[part], part) for part in string_split(worklist.place_vi, ', ')], ', '
    ) as place_vi,
    array_to_string(
        [coalesce(names.en[part], part) for part in string_split(place, ', ')], ', '
    ) as place_en
from worklist
cross join names
;

-- name: worklist
select agency, item, source, place_vi, place_en, since, count(*) as n
from named_worklist
group by all
order by agency, item, source, place_vi
;

-- name: quality
-- Every quarter of the measures that speak for a word.
select subject, measure, value, unit, peer_median, standing, period_start
from quality
where level = 'agency' and period_kind = 'quarter' and list_contains($1, measure)
order by subject, measure, period_start
;
