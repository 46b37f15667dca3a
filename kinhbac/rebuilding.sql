-- name: differences
-- Columns are those of the first file; figures are compared at twelve digits.
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
