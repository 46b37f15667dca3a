-- Grain: indicator × year × area that has a target of its own; without an area: all others.
select * from {{ source('registry', 'targets') }}
