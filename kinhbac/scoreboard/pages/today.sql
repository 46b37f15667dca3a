-- name: decide
-- The province's own; what is old is told as old (latest_values.judgement).
select
    warnings.*,
    indicators.name_vi,
    indicators.name_en,
    agencies.name_vi as owner_vi,
    agencies.name_en as owner_en
from warnings
inner join areas using (area)
left join indicators using (indicator)
left join agencies on warnings.owner = agencies.agency
where
    open
    and data_state is distinct from 'old'
    and areas.kind = 'province'
    and areas.valid_to is null
order by weight desc, warning
;

-- name: shared
-- What most communes are warned of: one matter, as heavy as its heaviest.
select
    warnings.indicator,
    warnings.rule,
    warnings.owner,
    any_value(warnings.shared_by) as shared_by,
    max(warnings.weight) as weight,
    min(warnings.raised_on) as raised_on,
    count_if(warnings.level = 'red') as red,
    count_if(warnings.level = 'yellow') as yellow,
    count_if(warnings.life in ('raised', 'reopened')) as unanswered,
    if(red > 0, 'red', 'yellow') as level,
    bool_or(warnings.synthetic) as synthetic,
    (select count(*) from areas where kind = 'commune' and valid_to is null) as of_communes,
    any_value(indicators.name_vi) as name_vi,
    any_value(indicators.name_en) as name_en,
    any_value(indicators.covers) as covers,
    any_value(indicators.span) as span,
    any_value(agencies.name_vi) as owner_vi,
    any_value(agencies.name_en) as owner_en
from warnings
inner join indicators using (indicator)
left join agencies on warnings.owner = agencies.agency
where warnings.open and warnings.shared_by is not null
group by warnings.indicator, warnings.rule, warnings.owner
;

-- name: communes
select
    warnings.indicator as scope_key,
    count(*) filter (where level = 'red') as own_red,
    count(*) filter (where level = 'yellow') as own_yellow,
    any_value(indicators.name_vi) as name_vi,
    any_value(indicators.name_en) as name_en,
    any_value(indicators.covers) as covers,
    any_value(indicators.span) as span,
    any_value(indicators.synthetic) as synthetic
from warnings
inner join areas using (area)
inner join indicators using (indicator)
where open and areas.kind = 'commune' and shared_by is null and data_state is distinct from 'old'
group by warnings.indicator
order by max(weight) desc, scope_key
;

-- name: moved
select warnings.*, areas.kind, coalesce(closed_in = release, false) as closed_now
from warnings
cross join release_info
inner join areas using (area)
where
    areas.kind = 'province' and (closed_in = release or raised_in = release or reopened_on = as_of)
order by closed_now, level != 'red', warning
;

-- name: revised
select
    revisions.*,
    indicators.name_vi,
    indicators.name_en,
    indicators.span,
    indicators.decimals,
    areas.name_vi as area_vi,
    areas.name_en as area_en
from revisions
cross join release_info
inner join indicators using (indicator)
inner join areas using (area)
where new_release = release
order by areas.kind != 'province', indicator, area, revisions.period_start
;

-- name: late
select
    deliveries.*,
    sources.name_vi,
    sources.name_en,
    agencies.name_vi as owner_vi,
    agencies.name_en as owner_en
from deliveries
inner join sources using (source)
left join agencies on deliveries.owner = agencies.agency
where deliveries.state in ('late', 'refused')
order by deliveries.state, due_date, source
;

-- name: holds
select
    holds.*,
    sources.name_vi,
    sources.name_en,
    agencies.name_vi as owner_vi,
    agencies.name_en as owner_en
from holds
left join sources using (source)
left join agencies on holds.owner = agencies.agency
order by cells desc, hold
;

-- name: overdue
select warnings.*, areas.name_vi, areas.name_en
from warnings
inner join areas using (area)
where action_overdue
order by action_due, warning
;
