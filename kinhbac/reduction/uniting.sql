-- name: unite
-- All counts added up by data element, area and period. `value` is exact until it is divided.
with
    told as (select * from read_parquet($files)),

    divided_by as (select data_element, any_value(per) as per from told group by data_element),

    speaks_for as (
        select elements.data_element, covered.*
        from elements
        inner join covered using (source, period_kind)
    ),

    added as (
        select
            told.data_element,
            told.area,
            told.value,
            case
                elements.period_kind
                when 'day'
                then told.period_start
                when 'month'
                then date_trunc('month', told.period_start)
                when 'quarter'
                then date_trunc('quarter', told.period_start)
                when 'half_year'
                then make_date(year(told.period_start), if(month(told.period_start) <= 6, 1, 7), 1)
                else date_trunc('year', told.period_start)
            end::date as period_start
        from told
        inner join elements using (data_element)
        union all by name
        select zeros.data_element, zeros.area, 0 as value, speaks_for.period_start
        from zeros
        inner join speaks_for using (data_element)
    ),

    sums as (select data_element, area, period_start, sum(value) as value from added group by all)

select
    sums.data_element,
    sums.area,
    speaks_for.period_kind,
    sums.period_start,
    sums.value::double / coalesce(divided_by.per, 1) as value,
    speaks_for.source,
    speaks_for.extract
from sums
inner join speaks_for using (data_element, period_start)
left join divided_by using (data_element)
order by all
;
