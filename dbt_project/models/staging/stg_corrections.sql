-- Grain: correction.
select * from {{ source("registry", "corrections") }}
