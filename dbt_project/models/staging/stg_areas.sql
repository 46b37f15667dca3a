-- Grain: area.
select * from {{ source("registry", "areas") }}
