-- Grain: data element × area × period × extract in force, of the tabular sources of record.
-- They arrive as observations by their contract alone; nothing here knows a source.
{{ config(meta={"kept_by": "source"}) }}
select * exclude (stated_vintage, scope, statement, period, layer, merged)
from ({{ observations_in_force(in_force_files("table", changed=true)) }})
