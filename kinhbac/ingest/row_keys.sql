-- name: some_again
select count(*) > count(distinct digest)
from keys
;

-- name: repeated
create temp table repeated as
with again as (select digest from keys group by all having count(*) > 1)

select line, key
from keys
where digest in (select digest from again)
qualify count(*) over (partition by key) > 1
;

-- name: counted
select count(*), list(line order by line)[:$shown]
from repeated
;

-- name: examples
select key
from repeated
group by key
order by min(line)
limit $shown
;

-- name: lines
select line
from repeated
;
