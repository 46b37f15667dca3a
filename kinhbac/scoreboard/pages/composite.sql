-- name: components
select
    components.*,
    parts.name_vi,
    parts.name_en,
    parts.unit_vi,
    parts.unit_en,
    per.name_vi as per_vi,
    per.name_en as per_en
from composite_components as components
inner join
    indicators as composites
    on components.indicator = composites.indicator
    and components.version = composites.version
inner join indicators as parts on components.component = parts.indicator
left join indicators as per on components.per = per.indicator
order by components.indicator, position
;

-- name: measured
-- Table and order are names that the module writes, never a text from outside.
select *
from {table}
where
    (indicator, period_start)
    in (select (indicator, max(period_start)) from {table} group by indicator)
order by {order}
;

-- name: scales
-- Measured is the question of that name.
select scales.*, parts.name_vi, parts.name_en
from ({measured}) as scales
inner join indicators as parts on scales.component = parts.indicator
order by scales.indicator, scales.component
;

-- name: methods
select methods.*
from composite_methods as methods
inner join indicators using (indicator, version)
order by indicator, position
;
