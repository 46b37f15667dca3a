-- name: differences
-- Columns are those of the first file; the last bits of a sum may move, so they are rounded.
with
    one as (select {columns} from read_parquet($1)),
    other as (select {columns} from read_parquet($2))
select count(*)
from
    (
        (
            from one
            except all
            from other
        )
        union all
        (
            from other
            except all
            from one
        )
    )
;
