-- Grain: need.
select * from {{ source("registry", "needs") }}
