{{ config(meta={"dagster": {"ref": {"name": "warnings"}}}) }}
-- Warnings that are open and closed at once, or closed tonight without a day, a release and a
-- reason. What was closed before was asked in its own night; if its release had no column for
-- one of them, that is not known any more.
with tonight as (select warning from {{ ref("int_warnings") }})

select warning, life, open, closed_on, closed_in, closed_because
from {{ ref("warnings") }}
where
    open != (life != 'closed')
    or closed_on < raised_on
    or (open and coalesce(closed_on::varchar, closed_in::varchar, closed_because) is not null)
    or (
        not open
        and warning in (from tonight)
        and (closed_on is null or closed_in is null or closed_because is null)
    )
