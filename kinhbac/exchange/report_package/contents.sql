-- name: figures
-- The figures of one period: of areas as a whole, and by category. $1 kind and $2 first day of the
-- period, $3 kinds of area that are reported. A held cell that has a value is itself the last good
-- one; one that has none says which that was.
create or replace temporary table figures as
select
    cells.indicator,
    cells.area,
    null::varchar as breakdown,
    null::varchar as category,
    cells.value,
    cells.state,
    cells.reason,
    cells.vintage,
    if(cells.state = 'held' and cells.value is null, cells.last_good_value, null)
    as last_good_value,
    if(cells.state = 'held' and cells.value is null, cells.last_good_period_start, null)
    as last_good_period,
    cells.target,
    cells.version,
    cells.restated,
    cells.published_on,
    cells.synthetic
from indicator_values as cells
inner join areas using (area)
where
    cells.period_kind = $1 and cells.period_start = $2::date and list_contains($3::varchar[], areas.kind)
union all by name
select
    parts.indicator,
    parts.area,
    parts.breakdown,
    parts.category,
    parts.value,
    parts.state,
    parts.reason,
    parts.synthetic
from breakdown_values as parts
inner join areas using (area)
where
    parts.period_kind = $1 and parts.period_start = $2::date and list_contains($3::varchar[], areas.kind)
;

-- name: indicator_set
select
    indicators.* exclude (source, round_to, decimals),
    indicators.source,
    indicators.round_to as decimals,
    agencies.name_vi as owner_vi,
    sources.name_vi as source_vi,
    parts.disaggregations
from indicators
left join agencies on indicators.owner = agencies.agency
left join sources on indicators.source = sources.source
left join
    (
        select indicator, list(distinct breakdown order by breakdown) as disaggregations
        from breakdown_values
        group by indicator
    ) as parts using (indicator)
where indicators.published
order by indicators.indicator
;

-- name: sectors
select distinct sector as code, sector_vi as name_vi, sector_en as name_en
from sources
where sector in (select sector from indicators where published)
order by sector
;

-- name: disaggregations
select
    'area' as disaggregation,
    area as code,
    code as official_code,
    name_vi,
    name_en,
    parent,
    valid_from,
    valid_to
from areas
where area in (select area from figures)
union all by name
select distinct
    breakdown as disaggregation, category as code, category_vi as name_vi, category_en as name_en
from breakdown_values
where
    (breakdown, category) in (select (breakdown, category) from figures where breakdown is not null)
order by disaggregation, code
;

-- name: indicator_data
from figures
order by indicator, area, breakdown nulls first, category
;

-- name: cover
-- What must be said of the figures, an indicator and concern. An indicator of this frequency that
-- has no cell at all is missing as a whole. $1 kind, $2 first and $3 last day of the period.
with
    told as (
        select
            indicator,
            state in ('missing', 'late', 'not_yet_due') as missing,
            state = 'held' as held,
            value is not null
            and (state = 'provisional' or coalesce(vintage, 'final') != 'final') as provisional,
            value is not null and synthetic as synthetic
        from figures
    ),

    counted as (
        select
            indicator,
            count(*) as of_figures,
            {
                'missing':count_if(missing),
                'held':count_if(held),
                'provisional':count_if(provisional),
                'synthetic':count_if(synthetic)
            } as counts
        from told
        group by indicator
        union all
        select indicator, 0, {'missing':0, 'held':0, 'provisional':0, 'synthetic':0}
        from indicators
        where
            published
            and frequency = $1
            and indicator not in (select indicator from figures)
            and coalesce(valid_from <= $3::date, true)
            and coalesce(valid_to >= $2::date, true)
    ),

    concerns as (
        unpivot (
            select
                indicator,
                of_figures,
                if(of_figures = 0, 0, nullif(counts.missing, 0)) as missing,
                nullif(counts.held, 0) as held,
                nullif(counts.provisional, 0) as provisional,
                nullif(counts.synthetic, 0) as synthetic
            from counted
        )
        on missing,
        held,
        provisional,
        synthetic
        into name concern value figures
    )

select concerns.*, indicators.owner
from concerns
inner join indicators using (indicator)
order by list_position(['missing', 'held', 'provisional', 'synthetic'], concern), concerns.indicator
;

-- name: sender
-- $1 the code system that names who sends.
select area_codes.code, areas.name_vi
from areas
cross join release_info
inner join area_codes using (area)
where
    areas.kind = 'province'
    and areas.valid_to is null
    and code_system = $1
    and coalesce(area_codes.valid_from <= as_of, true)
    and coalesce(area_codes.valid_to >= as_of, true)
order by area_codes.code
;

-- name: causes
-- Why published figures of the period changed since a release: the newest cause of each.
-- $1 kind and $2 first day of the period, $3 the release.
select indicator, area, max_by(cause, new_release) as cause
from revisions
where period_kind = $1 and period_start = $2::date and new_release > $3
group by all
;
