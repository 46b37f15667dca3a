-- Grain: pair of definitions × relation.
select * from {{ source("registry", "duplicates") }}
