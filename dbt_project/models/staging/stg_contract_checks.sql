-- Grain: source × contract check.
select * from {{ source("registry", "contract_checks") }}
