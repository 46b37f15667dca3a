-- name: rejected
with
    bad as (
        select distinct on (line) line, error_type, split_part(error_message, chr(10), 1) as message
        from reject_errors
        order by line, column_idx
    )

select error_type, message, count(*), list(line order by line)[:$shown]
from bad
group by error_type, message
order by min(line)
;
