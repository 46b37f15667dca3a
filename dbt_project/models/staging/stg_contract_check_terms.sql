-- Grain: source × contract check × side × data element.
select * from {{ source("registry", "contract_check_terms") }}
