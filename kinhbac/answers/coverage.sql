-- name: matrix
select
    indicator_group,
    sector_vi,
    needs,
    needs_without_indicator,
    proposed,
    agreed,
    computed,
    published
from coverage_matrix
where needs + proposed > 0
order by
    list_position(['input', 'process', 'output', 'impact', 'composite'], indicator_group), sector
;

-- name: empty_cells
select
    indicators.indicator,
    coalesce(
        string_agg(distinct missing_operands, ', ' order by missing_operands) || ' missing',
        any_value(indicators.lacking),
        'nothing to compute it from'
    ) as reason
from indicators
left join indicator_values using (indicator)
where indicators.published
group by indicators.indicator
having count(value) = 0
order by indicators.indicator
;

-- name: open_needs
select name_vi, asked_by, indicator_group, sector, operations_centre
from needs
where state = 'no_indicator'
order by operations_centre desc, need
;

-- name: waiting
select indicator, step, lacking
from indicators
where not published and next_step is not null
order by indicator
;
