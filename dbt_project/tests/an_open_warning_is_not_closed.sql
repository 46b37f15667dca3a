{{ config(meta={'dagster': {'ref': {'name': 'warnings'}}}) }}
-- Warnings that are open and closed at once, or closed without a day, a release and a reason.
select warning, life, open, closed_on, closed_in, closed_because
from {{ ref('warnings') }}
where
    open != (life != 'closed')
    or open != (closed_on is null)
    or open != (closed_in is null)
    or open != (closed_because is null)
    or closed_on < raised_on
