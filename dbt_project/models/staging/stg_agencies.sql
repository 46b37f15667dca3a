-- Grain: agency.
select * from {{ source("registry", "agencies") }}
