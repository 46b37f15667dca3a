-- name: cells
with
    brought as (
        select
            *,
            (row_number() over (partition by indicator order by extracts) - 1)::integer
            as brought_by
        from
            (
                select distinct indicator, extracts
                from indicator_values
                where indicator in (select unnest($1::varchar[]))
            )
    ),
    revised as (select distinct indicator, area, period_start, true as revised from revisions),
    series as (
        select
            cells.indicator,
            cells.area,
            list(
                {
                    'period':cells.period,
                    'start':cells.period_start,
                    'value':cells.value,
                    'numerator':cells.numerator,
                    'denominator':cells.denominator,
                    'target':cells.target,
                    'status':list_position($2::varchar[], cells.status) - 1,
                    'state':nullif(cells.state, 'value'),
                    'reason':cells.reason,
                    'version':cells.version,
                    'restated':cells.restated::integer,
                    'revised':coalesce(revised.revised, false)::integer,
                    'brought_by':brought.brought_by,
                    'last_good_value':if(cells.value is null, cells.last_good_value, null),
                    'last_good_release':if(cells.value is null, cells.last_good_release, null),
                    'holds':nullif(array_to_string(cells.holds, ', '), ''),
                    'synthetic':cells.synthetic::integer
                }
                order by cells.period_start
            ) as cells
        from indicator_values as cells
        inner join
            brought
            on cells.indicator = brought.indicator
            and cells.extracts is not distinct from brought.extracts
        left join
            revised
            on cells.indicator = revised.indicator
            and cells.area = revised.area
            and cells.period_start = revised.period_start
        where cells.indicator in (select unnest($1::varchar[]))
        group by all
    )
select
    indicator,
    area,
    to_json([cell.period for cell in cells]) as period,
    to_json([cell.start for cell in cells]) as start,
    to_json([cell.value for cell in cells]) as value,
    to_json([cell.numerator for cell in cells]) as numerator,
    to_json([cell.denominator for cell in cells]) as denominator,
    to_json([cell.target for cell in cells]) as target,
    to_json([cell.status for cell in cells]) as status,
    to_json([cell.state for cell in cells]) as state,
    to_json([cell.reason for cell in cells]) as reason,
    to_json([cell.version for cell in cells]) as version,
    to_json([cell.restated for cell in cells]) as restated,
    to_json([cell.revised for cell in cells]) as revised,
    to_json([cell.brought_by for cell in cells]) as brought_by,
    to_json([cell.last_good_value for cell in cells]) as last_good_value,
    to_json([cell.last_good_release for cell in cells]) as last_good_release,
    to_json([cell.holds for cell in cells]) as holds,
    to_json([cell.synthetic for cell in cells]) as synthetic
from series
order by indicator, area
;

-- name: worth
-- What the operands of a formula were worth, cell by cell in the order of the periods: in the
-- cell's
-- own period, or so many months before it.
with
    terms as (
        select distinct
            terms.indicator,
            terms.operand,
            terms.operand_kind,
            terms.span,
            terms.lag_months,
            if(terms.operand_kind = 'data_element', indicators.frequency, null) as frequency
        from indicator_terms as terms
        inner join indicators using (indicator)
        where indicator in (select unnest($1::varchar[]))
    ),
    figures as (
        select
            data_element as operand,
            'data_element' as operand_kind,
            frequency,
            span,
            area,
            period_start,
            value
        from operand_values
        where data_element in (select operand from terms)
        union all
        select
            indicator as operand,
            'indicator' as operand_kind,
            null as frequency,
            null as span,
            area,
            period_start,
            value
        from indicator_values
        where indicator in (select operand from terms)
    )
select
    cells.indicator,
    cells.area,
    terms.operand,
    terms.span,
    terms.lag_months,
    to_json(list(figures.value order by cells.period_start)) as figures
from indicator_values as cells
inner join terms on cells.indicator = terms.indicator
left join
    figures
    on terms.operand = figures.operand
    and terms.operand_kind = figures.operand_kind
    and terms.frequency is not distinct from figures.frequency
    and terms.span is not distinct from figures.span
    and cells.area = figures.area
    and (cells.period_start - to_months(terms.lag_months))::date = figures.period_start
group by all
;

-- name: operands
select distinct
    terms.indicator,
    terms.version,
    terms.place,
    terms.role,
    terms.factor,
    terms.span,
    owners.span as own_span,
    terms.operand,
    terms.operand_kind,
    terms.coefficient,
    terms.lag_months,
    coalesce(elements.name_vi, operands.name_vi, terms.operand) as name_vi,
    coalesce(elements.name_en, operands.name_en, terms.operand) as name_en,
    coalesce(elements.unit_vi, operands.unit_vi) as unit_vi,
    coalesce(elements.unit_en, operands.unit_en) as unit_en,
    sources.source,
    sources.name_vi as source_vi,
    sources.name_en as source_en
from indicator_terms as terms
inner join indicators as owners on terms.indicator = owners.indicator
left join
    data_elements as elements
    on terms.operand = elements.data_element
    and terms.operand_kind = 'data_element'
left join
    indicators as operands
    on terms.operand = operands.indicator
    and terms.operand_kind = 'indicator'
left join sources on coalesce(elements.source, operands.source) = sources.source
order by terms.indicator, terms.version, terms.role desc, terms.operand, terms.place
;

-- name: behind
-- The extracts that brought the observations of a data element, period by period; where several
-- did, each with its areas.
select
    data_element,
    period_start,
    extract,
    if(count(*) over (partition by data_element, period_start) > 1, areas, null) as areas
from
    (
        select data_element, period_start, extract, list(distinct area order by area) as areas
        from observations
        where value is not null and data_element in (select unnest($1::varchar[]))
        group by all
    )
order by data_element, period_start, extract
;

-- name: brought_by
select indicator, extracts
from indicator_values
group by all
order by indicator, extracts
;

-- name: statuses
select distinct status
from indicator_values
where status is not null
order by status
;
