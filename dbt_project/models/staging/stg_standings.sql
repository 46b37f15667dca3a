-- Grain: definition.
select * from {{ source("process", "standings") }}
