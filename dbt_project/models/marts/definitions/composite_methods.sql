-- Grain: composite × version × stage that its method declares.
select indicator, version, method, name_vi, name_en, position, stage, rule
from {{ source('registry', 'composite_methods') }}
