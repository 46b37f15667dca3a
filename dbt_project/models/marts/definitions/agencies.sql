-- Grain: agency.
select agency, name_vi, name_en, kind
from {{ source('registry', 'agencies') }}
