-- Grain: operand of a definition (indicator × version); a formula may name one twice.
select * from {{ source("registry", "indicator_terms") }}
