-- Grain: area × part × measure: of which areas another one is made, on any borders.
select area, part, part_kind, nullif(share_of, '') as share_of, share, distance, restated
from {{ source('registry', 'area_parts') }}
