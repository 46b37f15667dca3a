-- Grain: definition × round.
select * from {{ source("registry", "sign_offs") }}
