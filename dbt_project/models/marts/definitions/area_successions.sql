-- Grain: predecessor × successor × measure by which it is shared out.
select predecessor, successor, share_of, share
from {{ source('registry', 'area_successions') }}
