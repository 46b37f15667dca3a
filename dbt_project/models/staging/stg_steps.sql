-- Grain: step.
select * from {{ source("registry", "steps") }}
