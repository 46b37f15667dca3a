-- Grain: comparison source × data element.
select * from {{ source("registry", "comparisons") }}
