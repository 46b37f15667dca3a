-- Grain: data element × area × period, counted from the records of the extracts in force.
-- `extract` is the one that covers the period. Nothing here knows a source.
{{ config(meta={"kept_by": "data_element"}) }}
with
    counted_observations as (select * from {{ source("reduction", "counted_observations") }}),

    extracts as (select * from {{ source("ledger", "extracts") }})

select counted.*, null::bigint as line, extracts.synthetic, extracts.held
from counted_observations as counted
inner join extracts using (source, extract)
where {{ is_changed("counted.data_element") }}
