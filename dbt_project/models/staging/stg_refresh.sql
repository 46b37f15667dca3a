-- Grain: one row: tonight.
{{ config(materialized='view') }}
select * from {{ source('registry', 'refresh') }}
