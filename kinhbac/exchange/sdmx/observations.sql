-- name: states
create or replace temp table told_states as select unnest($rows, recursive := true)
;

-- name: vintages
create or replace temp table told_vintages as select unnest($rows, recursive := true)
;

-- name: frequencies
create or replace temp table told_frequencies as select unnest($rows, recursive := true)
;

-- name: areas
create or replace temp table told_areas as select unnest($rows, recursive := true)
;

-- name: cells
-- Every cell of every indicator, of the whole and by category.
create or replace temp view told_cells as
select
    indicator,
    area,
    '_T' as breakdown,
    period_kind,
    period_start,
    period,
    value,
    state,
    vintage,
    synthetic
from indicator_values
union all
select
    indicator,
    area,
    breakdown || '-' || category,
    period_kind,
    period_start,
    period,
    value,
    state,
    null,
    synthetic
from breakdown_values
;

-- name: lines
-- The lines of every indicator's file: a line an area, category and period that is told, which a
-- cell is once it is due, in the order of COLUMNS. Every field is a code or a figure, so none is
-- quoted.
select
    cells.indicator,
    string_agg(
        concat_ws(
            ',',
            'dataflow',
            $dataflow,
            'I',
            told_frequencies.code,
            told_areas.code,
            cells.indicator,
            cells.breakdown,
            if(cells.period_kind = 'half_year', replace(cells.period, 'H', 'S'), cells.period),
            if(told_states.figure, coalesce(cells.value::varchar, ''), ''),
            indicators.unit_measure,
            indicators.unit_power,
            coalesce(indicators.round_to::varchar, ''),
            if(
                cells.state = 'provisional',
                coalesce(told_vintages.code, told_states.obs_status),
                told_states.obs_status
            ),
            told_states.conf_status,
            cells.synthetic
        ),
        chr(10)
        order by cells.breakdown, cells.area, cells.period_start
    )
from told_cells as cells
inner join indicators on cells.indicator = indicators.indicator and indicators.published
inner join told_states using (state)
inner join told_areas using (area)
inner join told_frequencies on cells.period_kind = told_frequencies.kind
left join told_vintages using (vintage)
where list_contains($indicators, cells.indicator)
group by cells.indicator
order by cells.indicator
;
