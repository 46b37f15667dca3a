-- Grain: response.
select * from {{ source("registry", "responses") }}
