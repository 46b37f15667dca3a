-- Grain: indicator × version.
select * from {{ source("registry", "indicators") }}
