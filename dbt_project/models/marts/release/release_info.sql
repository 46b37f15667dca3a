-- Grain: the release, one row: its number and day, and those of the one before.
select
    refresh.release,
    refresh.as_of,
    before.release as previous_release,
    before.as_of as previous_as_of,
    exists (select 1 from {{ ref("sources") }} where synthetic) as synthetic
from {{ ref("stg_refresh") }} as refresh
left join {{ ref("stg_published_release") }} as before on true
