-- Grain: sector.
select * from {{ source("registry", "sectors") }}
