-- Grain: source, with the owner of the day of the refresh.
with
    sources as (select * from {{ source("registry", "sources") }}),

    sectors as (select * from {{ source("registry", "sectors") }}),

    refresh as (select * from {{ source("registry", "refresh") }}),

    source_owners as (select * from {{ source("registry", "source_owners") }})

select
    sources.source,
    sources.name_vi,
    sources.name_en,
    sources.sector,
    sectors.name_vi as sector_vi,
    sectors.name_en as sector_en,
    owners.agency as owner,
    sources.role,
    sources.layout,
    sources.format,
    sources.frequency,
    sources.expected_from,
    sources.due_days,
    sources.due_in,
    sources.sender,
    sources.synthetic,
    sources.published_by,
    sources.access,
    sources.licence,
    sources.licence_vi,
    sources.licence_en
from sources
inner join sectors using (sector)
cross join refresh
left join
    source_owners as owners
    on sources.source = owners.source
    and refresh.as_of between owners.valid_from and coalesce(owners.valid_to, refresh.as_of)
