-- Grain: unit.
select * from {{ source("registry", "units") }}
