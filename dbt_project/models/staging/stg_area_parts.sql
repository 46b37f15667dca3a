-- Grain: area × part × measure.
select * from {{ source('registry', 'area_parts') }}
