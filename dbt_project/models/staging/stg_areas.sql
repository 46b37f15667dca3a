-- Grain: area.
{{ config(materialized='table') }} -- Python models cannot read what is only a part of a query
select * from {{ source('registry', 'areas') }}
