-- name: as_of
create macro indicator_values_as_of(day) as table
select
    values.indicator, values.area, values.period_kind, values.period_start, values.period,
    if(later.indicator is null, values.value, later.old_value) as value,
    if(later.indicator is null, null, later.revised_on) as revised_on
from indicator_values as values
left join (
    select
        indicator, area, period_start,
        first(old_value order by new_release) as old_value,
        min(revised_on) as revised_on
    from revisions
    where revised_on > day
    group by all
) as later using (indicator, area, period_start)
where values.published_on <= day

-- name: comments
select table_name, null, comment from duckdb_tables()
where database_name = 'candidate' and comment is not null
union all
select table_name, column_name, comment from duckdb_columns()
where database_name = 'candidate' and comment is not null
