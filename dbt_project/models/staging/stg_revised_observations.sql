-- Grain: data element × area × period × accepted extract, for the periods of tabular
-- sources that were delivered more than once; in the order in which they came to count. A
-- file that was overwritten comes before the one that took its name.
select
    *,
    row_number() over (
        partition by data_element, area, period_kind, period_start
        order by {{ vintage_rank("vintage") }}, received_on, file, overwritten desc, extract
    ) as delivery
from ({{ observations_in(in_force_files("table", revised=true)) }})
