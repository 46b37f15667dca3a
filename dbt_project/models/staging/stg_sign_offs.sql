-- Grain: definition × step.
select * from {{ source("registry", "sign_offs") }}
