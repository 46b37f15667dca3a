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

-- name: moved
select
    warnings.*,
    indicators.name_vi,
    indicators.name_en,
    coalesce(closed_in = release, false) as closed_now
from warnings
cross join release_info
inner join areas using (area)
inner join indicators using (indicator)
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
    areas.name_en as area_en,
    areas.kind = 'province' as of_province
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

-- name: due
-- Actions that are overdue or due within a week, the province's and those of communes.
select
    warnings.*,
    areas.name_vi,
    areas.name_en,
    areas.kind = 'province' as of_province,
    action_due - as_of as days_left
from warnings
cross join release_info
inner join areas using (area)
where open and action_vi is not null and action_due <= as_of + 7
order by action_due, warning
;

-- name: deliveries_due
select
    deliveries.due_date,
    deliveries.period_kind,
    deliveries.period_start,
    deliveries.owner,
    any_value(agencies.short_vi) as owner_vi,
    any_value(agencies.short_en) as owner_en
from deliveries
cross join release_info
left join agencies on deliveries.owner = agencies.agency
where deliveries.state = 'not_yet_due' and due_date between as_of and as_of + 7
group by all
order by deliveries.due_date, deliveries.owner, deliveries.period_start
;

-- name: contradictions
select
    comparisons.*,
    elements.name_vi,
    elements.name_en,
    agencies.short_vi as owner_vi,
    agencies.short_en as owner_en,
    others.name_vi as compared_vi,
    others.name_en as compared_en
from comparisons
inner join data_elements as elements using (data_element)
left join agencies on comparisons.owner = agencies.agency
left join sources as others on comparisons.compared_source = others.source
where verdict = 'contradiction'
order by abs(relative_difference) desc, data_element, statement
;

-- name: oldest
select indicators.name_vi, indicators.name_en, latest.period_kind, latest.period_start
from latest_values as latest
inner join areas using (area)
inner join indicators using (indicator)
where latest.is_old and areas.kind = 'province' and areas.valid_to is null
order by latest.newer_due, latest.period_start, latest.indicator
limit 1
;

-- name: reds
-- Red matters of each commune's own and what they weigh: month and running total of one thing are
-- one, which weighs as the heavier. What most communes share is the province's matter, and no
-- tile's.
with
    things as (
        select
            terms.indicator,
            indicators.unit || list(
                distinct concat_ws(' ', role, operand, coefficient, lag_months, factor)
                order by concat_ws(' ', role, operand, coefficient, lag_months, factor)
            )::varchar as thing
        from indicator_terms as terms
        inner join indicators using (indicator, version)
        group by terms.indicator, indicators.unit
    ),

    matters as (
        select warnings.area, max(weight) as weight
        from warnings
        inner join areas using (area)
        left join things using (indicator)
        where
            open
            and level = 'red'
            and areas.kind = 'commune'
            and shared_by is null
            and data_state is distinct from 'old'
        group by warnings.area, coalesce(things.thing, warnings.indicator)
    )
select area, count(*) as red, sum(weight) as weight
from matters
group by area
;
