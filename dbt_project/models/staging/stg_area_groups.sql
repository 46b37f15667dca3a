-- Grain: grouping × area.
{{ config(materialized="table") }} select * from {{ source("registry", "area_groups") }}  -- Python models cannot read what is only a part of a query
