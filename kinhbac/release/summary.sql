-- name: groups
select indicator_group, count(distinct indicator), count(value), count(*)
from indicator_values
group by 1
order by 1
;

-- name: cells
select
    count(*) filter (where len(holds) > 0),
    count(*) filter (where value is null),
    count(*) filter (where synthetic and value is not null)
from indicator_values
;

-- name: sent_back
select count(*) filter (where sent_back), count(*) filter (where waits)
from indicators
;
