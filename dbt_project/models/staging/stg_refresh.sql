-- Grain: one row: tonight.
select * from {{ source("registry", "refresh") }}
