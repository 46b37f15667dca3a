{{ config(meta={"dagster": {"ref": {"name": "sources"}}}) }}
-- Sources that have not exactly one owner on the day of the refresh.
select sources.source, count(owners.agency) as owners
from {{ ref("sources") }} as sources
cross join {{ source("registry", "refresh") }} as refresh
left join
    {{ source("registry", "source_owners") }} as owners
    on sources.source = owners.source
    and refresh.as_of between owners.valid_from and coalesce(owners.valid_to, refresh.as_of)
group by sources.source
having count(owners.agency) != 1
