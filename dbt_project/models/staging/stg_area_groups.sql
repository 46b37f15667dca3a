-- Grain: grouping × area.
select * from {{ source("registry", "area_groups") }}
