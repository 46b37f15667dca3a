-- Grain: indicator × version × month.
select * from {{ source("registry", "paths") }}
