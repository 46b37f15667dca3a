-- Grain: source × owner × first day of the ownership.
select source, agency, valid_from, valid_to
from {{ source('registry', 'source_owners') }}
