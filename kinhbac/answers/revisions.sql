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
