-- name: former
-- What areas of today were called, and of what they were made.
select made.successor as area, areas.name_vi, areas.name_en
from area_successions as made
inner join areas on made.predecessor = areas.area
order by made.successor, areas.area
;
