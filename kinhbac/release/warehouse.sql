-- name: sealed
-- A file of the release: in its folder, or in the current one when nobody says where that is.
create temp macro sealed(name) as table
from
    read_parquet(
        coalesce(getvariable('release'), '.') || '/' || name, hive_partitioning = false
    )
;

-- name: as_of
-- What was published by a day, asked of today's release: from indicator_values_as_of(day).
create macro indicator_values_as_of(day) as table
select
    cells.indicator, cells.area, cells.period_kind, cells.period_start, cells.period,
    if(later.indicator is null, cells.value, later.old_value) as value,
    if(later.indicator is null, null, later.revised_on) as revised_on
from indicator_values as cells
left join (
    select
        indicator, area, period_start,
        first(old_value order by new_release) as old_value,
        min(revised_on) as revised_on
    from revisions
    where revised_on > day
    group by all
) as later using (indicator, area, period_start)
where cells.published_on <= day
;
