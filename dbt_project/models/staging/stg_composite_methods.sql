-- Grain: composite × version × stage.
select * from {{ source("registry", "composite_methods") }}
