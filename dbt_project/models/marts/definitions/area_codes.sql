-- Grain: code system × code × area that it names from one day to another.
select code_system, code, area, valid_from, valid_to
from {{ source('registry', 'area_codes') }}
