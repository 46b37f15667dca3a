-- Grain: data element × breakdown.
select * from {{ source("registry", "breakdowns") }}
