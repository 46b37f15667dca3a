-- name: contents
select {key}, count(*), sum(hash(rows_of_it)), bit_xor(hash(rows_of_it))
from {relation} as rows_of_it
group by 1
;
