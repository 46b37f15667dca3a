-- Grain: area.
{{ config(materialized="table") }} select * from {{ source("registry", "areas") }}  -- Python models cannot read what is only a part of a query
