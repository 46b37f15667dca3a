-- Grain: source.
select * from {{ source("registry", "sources") }}
