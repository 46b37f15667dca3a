-- name: progress
select
    progress.*,
    indicators.name_vi,
    indicators.name_en,
    indicators.unit_vi,
    indicators.unit_en,
    indicators.decimals,
    indicators.span,
    indicators.owner
from progress
inner join indicators using (indicator)
inner join areas using (area)
where areas.kind = 'province'
order by
    list_position(
        [
            'never',
            'at_risk',
            'far_behind',
            'missed',
            'behind',
            'open',
            'on_pace',
            'on_course',
            'reached',
            'old'
        ],
        outlook
    ),
    indicator
;

-- name: values
select
    latest.*,
    indicators.name_vi,
    indicators.name_en,
    indicators.unit_vi,
    indicators.unit_en,
    indicators.decimals,
    indicators.span,
    indicators.owner,
    case
        when evidence.indicator is not null
        then
            coalesce(
                if(
                    latest.compared_with = 'last_year',
                    evidence.last_year_differs,
                    evidence.previous_differs
                ),
                'same'
            )
            != 'same'
    end as beyond_chance
from latest_values as latest
inner join indicators using (indicator)
left join evidence using (indicator, area)
where
    area_kind = 'province'
    and (
        latest.target is not null
        or latest.judgement in ('red', 'yellow', 'unsure', 'green', 'reached', 'old')
        or latest.status is not null
    )
order by list_position($1::varchar[], latest.indicator_group), sector, indicator
;

-- name: shared
select
    any_value(indicators.indicator) as indicator,
    any_value(indicators.name_vi) as name_vi,
    any_value(indicators.name_en) as name_en,
    any_value(indicators.covers) as covers,
    any_value(indicators.span) as span,
    any_value(warnings.shared_by) as communes,
    count_if(warnings.level = 'red') as red,
    count_if(warnings.level = 'yellow') as yellow,
    bool_or(warnings.synthetic) as synthetic
from warnings
inner join indicators using (indicator)
where open and shared_by is not null
group by warnings.indicator, warnings.rule
order by max(weight) desc, warnings.indicator
;

-- name: warned
-- What tells communes apart, the heaviest first.
select
    summary.scope_key,
    summary.own_red as red,
    summary.own_yellow as yellow,
    summary.unanswered,
    areas.name_vi,
    areas.name_en
from warning_summary as summary
inner join areas on scope = 'area' and scope_key = area
where areas.kind = 'commune' and heaviest is not null
order by heaviest desc, scope_key
limit 15
;

-- name: ranks
with
    roots as (
        select indicator, max(period_start) as period_start
        from composite_ranks
        inner join areas using (area)
        where
            areas.kind = 'commune' and indicator not in (select component from composite_components)
        group by indicator
    )
select
    ranks.*,
    areas.name_vi as area_vi,
    areas.name_en as area_en,
    indicators.name_vi,
    indicators.name_en,
    indicators.decimals
from composite_ranks as ranks
inner join roots using (indicator, period_start)
inner join areas using (area)
inner join indicators using (indicator)
where areas.kind = 'commune' and (rank <= 5 or rank > units - 5)
order by indicator, rank, area
;

-- name: owners
select owner, name_vi, name_en, map_from_entries(list((state, deliveries))) as counts
from delivery_summary
inner join agencies on owner = agency
group by all
having bool_or(state in ('late', 'refused') and deliveries > 0)
order by counts['late'] desc nulls last, counts['refused'] desc nulls last, owner
;

-- name: open_warnings
select *
from warning_summary
where scope in ('province', 'commune')
order by scope desc
;
