-- Grain: pair of definitions.
select * from {{ source("registry", "duplicates") }}
