-- Grain: grouping × area.
select grouping, grouping_vi, grouping_en, area, area_group, name_vi, name_en
from {{ source('registry', 'area_groups') }}
