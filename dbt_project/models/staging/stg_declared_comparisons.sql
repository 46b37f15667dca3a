-- Grain: comparison source × data element × scope.
select * from {{ source("registry", "comparisons") }}
