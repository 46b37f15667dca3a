-- Grain: source, with the owner of the day of the refresh.
with
    stg_sources as (select * from {{ ref("stg_sources") }}),

    stg_sectors as (select * from {{ ref("stg_sectors") }}),

    stg_refresh as (select * from {{ ref("stg_refresh") }}),

    stg_source_owners as (select * from {{ ref("stg_source_owners") }})

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
    sources.synthetic,
    sources.published_by,
    sources.access,
    sources.licence
from stg_sources as sources
inner join stg_sectors as sectors using (sector)
cross join stg_refresh as refresh
left join
    stg_source_owners as owners
    on sources.source = owners.source
    and refresh.as_of between owners.valid_from and coalesce(owners.valid_to, refresh.as_of)
