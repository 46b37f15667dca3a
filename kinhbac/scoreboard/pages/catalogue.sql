-- name: latest
select latest.*
from latest_values as latest
inner join areas using (area)
where area_kind = 'province'
;
