-- name: keys
-- One of each sequence of keys, and the first line that has it; a list is grouped slower than its
-- text.
select any_value(named), min(line)
from (select json_keys(text) as named, line from texts)
group by named::varchar
order by 2
;

-- name: fields
select from_json(text, $shape) as fields
from texts
;

-- name: broken
select line, text
from texts
where not json_valid(text)
order by line
limit 1
;
