-- Grain: data element × area × period × accepted extract, for the periods of tabular
-- sources that were delivered more than once; in the order in which they came to count.
select
    *,
    row_number() over (
        partition by data_element, area, period_kind, period_start
        order by {{ vintage_rank('vintage') }}, received_on, file
    ) as delivery
from ({{ observations_in(in_force_files('table', revised=true)) }})
