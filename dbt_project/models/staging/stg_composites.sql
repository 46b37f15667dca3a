-- Grain: composite × version.
select * from {{ source("registry", "composites") }}
