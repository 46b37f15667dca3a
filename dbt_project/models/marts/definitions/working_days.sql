-- Grain: day.
select day, working_day, holiday_vi
from {{ source('registry', 'calendar') }}
