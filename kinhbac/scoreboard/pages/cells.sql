-- name: cells
with
    terms as (select distinct indicator, operand, operand_kind, lag_years from indicator_terms),
    wanted as (
        select
            cells.indicator,
            cells.area,
            cells.period_start,
            terms.operand,
            terms.operand_kind,
            terms.operand || if(terms.lag_years = 0, '', '~' || terms.lag_years) as figure,
            (cells.period_start - to_years(terms.lag_years))::date as figure_start,
            indicators.frequency,
            indicators.span
        from indicator_values as cells
        inner join terms using (indicator)
        inner join indicators using (indicator)
    ),
    found as (
        select wanted.*, operand_values.value
        from wanted
        left join
            operand_values
            on wanted.operand = operand_values.data_element
            and wanted.frequency = operand_values.frequency
            and wanted.span = operand_values.span
            and wanted.area = operand_values.area
            and wanted.figure_start = operand_values.period_start
        where wanted.operand_kind = 'data_element'
        union all
        select wanted.*, others.value
        from wanted
        left join
            indicator_values as others
            on wanted.operand = others.indicator
            and wanted.area = others.area
            and wanted.figure_start = others.period_start
        where wanted.operand_kind = 'indicator'
    ),
    figures as (
        select indicator, area, map_from_entries(list((figure, series) order by figure)) as figures
        from
            (
                select indicator, area, figure, list(value order by period_start) as series
                from found
                group by all
            )
        group by all
    ),
    numbered as (
        select
            *,
            dense_rank() over (partition by indicator order by extracts) - 1 as brought_by,
            (indicator, area, period_start)
            in (select (indicator, area, period_start) from revisions) as revised
        from indicator_values
    ),
    series as (
        select
            indicator,
            area,
            list(period order by period_start) as period,
            list(period_start order by period_start) as start,
            list(value order by period_start) as value,
            list(numerator order by period_start) as numerator,
            list(denominator order by period_start) as denominator,
            list(target order by period_start) as target,
            list(status order by period_start) as status,
            list(nullif(state, 'value') order by period_start) as state,
            list(version order by period_start) as version,
            list(restated::int order by period_start) as restated,
            list(revised::int order by period_start) as revised,
            list(brought_by order by period_start) as brought_by,
            list(if(value is null, last_good_value, null) order by period_start) as last_good_value,
            list(
                if(value is null, last_good_release, null) order by period_start
            ) as last_good_release,
            list(array_to_string(holds, ', ') order by period_start) as holds
        from numbered
        group by all
    )
select
    series.indicator,
    '{' || string_agg(
        to_json(series.area)
        || ':'
        || to_json(
            struct_pack(
                period := period,
                start := start,
                value := value,
                numerator := numerator,
                denominator := denominator,
                target := target,
                status := status,
                state := state,
                version := version,
                restated := restated,
                revised := revised,
                brought_by := brought_by,
                last_good_value := last_good_value,
                last_good_release := last_good_release,
                holds := holds,
                figures := coalesce(figures, map{})
            )
        ),
        ','
        order by series.area
    )
    || '}' as cells
from series
left join figures using (indicator, area)
group by all
;

-- name: operands
select distinct
    terms.indicator,
    terms.version,
    terms.role,
    terms.operand,
    terms.operand_kind,
    terms.coefficient,
    terms.lag_years,
    coalesce(elements.name_vi, operands.name_vi, terms.operand) as name_vi,
    coalesce(elements.name_en, operands.name_en, terms.operand) as name_en,
    coalesce(elements.unit_vi, operands.unit_vi) as unit_vi,
    coalesce(elements.unit_en, operands.unit_en) as unit_en,
    coalesce(elements.source, operands.source) as source
from indicator_terms as terms
left join
    data_elements as elements
    on terms.operand = elements.data_element
    and terms.operand_kind = 'data_element'
left join
    indicators as operands
    on terms.operand = operands.indicator
    and terms.operand_kind = 'indicator'
order by terms.indicator, terms.version, terms.role desc, terms.operand, terms.lag_years
;

-- name: csv
select indicator, area, name_vi, period, value, target, status, state, reason, cells.synthetic
from indicator_values as cells
inner join areas using (area)
order by indicator, area, cells.period_start
;

-- name: brought_by
select indicator, extracts
from indicator_values
group by all
order by indicator, extracts
;
