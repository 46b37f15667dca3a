-- Grain: breakdown × category.
select * from {{ source("registry", "categories") }}
