-- Grain: the release, one row: its number and day, and those of the one before.
with
    sources as (select * from {{ ref("sources") }}),

    refresh as (select * from {{ source("registry", "refresh") }}),

    published_release as (select * from {{ source("ledger", "published_release") }})

select
    refresh.release,
    refresh.as_of,
    before.release as previous_release,
    before.as_of as previous_as_of,
    exists (select 1 from sources where synthetic) as synthetic
from refresh
left join published_release as before on true
