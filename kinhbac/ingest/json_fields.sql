-- name: keys
-- One of each sequence of keys, in the order of the first text that has it; the text of a list is
-- grouped faster than the list.
select any_value(named)
from (select json_keys(text) as named, row_number() over () as place from texts)
group by named::varchar
order by min(place)
;

-- name: fields
select from_json(text, $shape) as fields
from texts
;

-- name: all_fields
select from_json_strict(text, $shape) as fields
from texts
;
