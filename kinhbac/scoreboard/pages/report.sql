-- name: progress
-- What no period can bring is not told as needed: the outlook says that the target is out of reach.
select
    progress.* replace (if(outlook = 'never', null, required_per_period) as required_per_period),
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
    evidence.beyond_chance
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

-- name: quality
-- The newest quarter of the province and of each agency, a column a word, in percent.
with
    newest as (
        select
            subject,
            level,
            period_kind,
            max(period_start) as period_start,
            any_value(synthetic) as synthetic,
            max_by(100 * value, period_start) filter (where word = 'right') as "right",
            max_by(100 * value, period_start) filter (where word = 'complete') as complete,
            max_by(100 * value, period_start) filter (where word = 'clean') as clean,
            max_by(100 * value, period_start) filter (where word = 'alive') as alive,
            max_by(100 * value, period_start) filter (where word = 'consistent') as consistent,
            max_by(100 * value, period_start) filter (where word = 'shared') as shared
        from
            (
                from quality
                where
                    level in ('province', 'agency')
                    and period_kind = 'quarter'
                    and list_contains($1, measure)
                qualify period_start = max(period_start) over (partition by level, subject)
            )
        group by level, subject, period_kind
    )

select
    newest.*,
    coalesce(agencies.name_vi, province.name_vi) as name_vi,
    coalesce(agencies.name_en, province.name_en) as name_en
from newest
left join agencies on newest.level = 'agency' and newest.subject = agencies.agency
left join
    (from areas where kind = 'province' and valid_to is null) as province
    on newest.level = 'province'
order by newest.level desc, name_vi
;
