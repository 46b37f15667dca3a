-- name: series
select
    cells.indicator,
    cells.area,
    cells.period,
    cells.period_start,
    cells.value,
    cells.target,
    changes.previous_change,
    changes.last_year_change
from indicator_values as cells
left join indicator_changes as changes using (indicator, area, period_start)
where (indicator, area) in (select (indicator, area) from home)
order by indicator, period_start
;

-- name: home
create or replace temporary table home as
select
    indicator,
    first(area order by
        kind != 'province', became_ours is null, valid_to is not null,
        kind = 'peer_province', area
    ) as area
from (select distinct indicator, area from indicator_values)
inner join areas using (area)
left join (
    select distinct predecessor as area, true as became_ours
    from area_successions
    inner join areas as successors on successor = successors.area
    where successors.kind = 'province'
) using (area)
group by indicator
;

-- name: compared
select
    latest.indicator,
    latest.area,
    latest.period,
    latest.value,
    latest.rank,
    latest.previous_change,
    latest.better,
    areas.tile_column
from latest_values as latest
inner join areas using (area)
where
    area_kind != 'province'
    or indicator in (select indicator from latest_values where area_kind = 'peer_province')
order by indicator, percentile desc nulls last, value desc nulls last, area
;

-- name: used_in
select distinct terms.operand, users.indicator, users.name_vi, users.name_en
from indicator_terms as terms
inner join indicators as users on terms.indicator = users.indicator
where terms.operand_kind = 'indicator'
order by terms.operand, users.indicator
;

-- name: doubts
select distinct terms.indicator, doubts.*
from indicator_terms as terms
inner join
    (
        select
            data_element,
            'contradiction' as doubt,
            period,
            source
            || ': '
            || value
            || '; '
            || coalesce(statement, compared_source)
            || ': '
            || compared_value as evidence
        from comparisons
        where verdict = 'contradiction'
        union all
        select data_element, anomaly, period, evidence
        from anomalies
    ) as doubts
    on terms.operand = doubts.data_element
order by terms.indicator, doubts.period desc, doubts.evidence
;

-- name: revisions
select revisions.*, areas.name_vi, areas.name_en
from revisions
inner join areas using (area)
order by indicator, revised_on desc, area, revisions.period_start desc
;

-- name: warnings
select warnings.*, areas.name_vi, areas.name_en, areas.kind
from warnings
inner join areas using (area)
order by warnings.indicator, not open, kind = 'commune', level != 'red', raised_on desc, area
;

-- name: sign_offs
select sign_offs.*, agencies.name_vi as agency_vi, agencies.name_en as agency_en
from sign_offs
left join agencies using (agency)
order by indicator, position
;

-- name: latest
-- Of the area that is shown first.
select latest.*
from latest_values as latest
inner join home using (indicator, area)
;

-- name: progress
select progress.*
from progress
inner join home using (indicator, area)
;

-- name: forecasts
select forecasts.*
from forecasts
inner join home using (indicator, area)
order by indicator, period_start
;
