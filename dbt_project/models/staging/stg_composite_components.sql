-- Grain: composite × version × component.
select * from {{ source("registry", "composite_components") }}
