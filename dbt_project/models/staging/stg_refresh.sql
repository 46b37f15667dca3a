-- Grain: one row: tonight.
{{ config(materialized="table") }} select * from {{ source("registry", "refresh") }}
