-- name: revised
select *
from revisions
where indicator = $1 and area = $2
;

-- name: standing
select own.period_start, own.period, own.value, own.published_in
from indicator_values as own
where own.indicator = $1 and own.area = $2 and own.value is not null
order by own.period_start
;

-- name: unit
select unit_vi, unit_en, name_vi, name_en
from indicators
where indicator = $1
;

-- name: element
select unit_vi, unit_en, name_vi, name_en
from data_elements
where data_element = $1
;

-- name: revised_cells
-- Vintages of a cell are counted: 1 is its first figure, each delivery or correction that changed
-- it
-- the next one.
select
    period_start,
    period,
    old_value,
    new_value,
    cause,
    row_number() over (
        partition by period_start order by revised_on, turn nulls last
    ) as old_release,
    old_release + 1 as new_release
from observation_revisions
where data_element = $1 and area = $2
;

-- name: cells
select period_start, value
from observations
where data_element = $1 and area = $2 and value is not null
order by period_start
;
