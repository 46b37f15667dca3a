-- Grain: a row of the registry's table, as declared; models read it here, so that unit
-- tests can set others in its place.
{{ config(materialized="table") }} select * from {{ source("registry", "indicator_terms") }}
