-- Grain: area, as it stood from one day to another.
select
    area, kind, code, name_vi, name_en, parent, valid_from, valid_to, borders, tile_column, tile_row
from {{ source('registry', 'areas') }}
