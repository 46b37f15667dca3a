-- name: matrix
select
    indicator_group,
    columns('^sector_'),
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
-- A release from before says only in English what is lacking.
with
    empty as (
        select
            indicator,
            string_agg(distinct missing_operands, ', ' order by missing_operands) as missing
        from indicators
        left join indicator_values using (indicator)
        where indicators.published
        group by indicator
        having count(value) = 0
    )

select
    indicator,
    coalesce(missing || ' missing', lacking, 'nothing to compute it from') as reason,
    missing,
    columns('^lacking')
from empty
inner join indicators using (indicator)
order by indicator
;

-- name: open_needs
select name_vi, name_en, asked_by, indicator_group, sector, operations_centre
from needs
where state = 'no_indicator'
order by operations_centre desc, need
;

-- name: waiting
select indicator, step, columns('^lacking')
from indicators
where not published and next_step is not null
order by indicator
;
