-- Grain: data element × area × period × extract in force, of the tabular sources of record.
-- They arrive as observations by their contract alone; nothing here knows a source.
{{ config(meta={"kept_by": "source"}) }}
select * exclude (scope, statement)
from ({{ observations_in(in_force_files("table", changed=true)) }})
