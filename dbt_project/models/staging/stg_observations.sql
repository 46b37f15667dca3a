-- Grain: data element × area × period × extract in force, of the tabular sources.
-- They arrive as observations by their contract alone; nothing here knows a source.
{% set files = in_force_files('table') %}
{% if files %}
select
    observations.data_element,
    observations.area,
    observations.period_kind,
    observations.period_start,
    observations.value,
    extracts.source,
    extracts.extract,
    observations.line,
    extracts.synthetic,
    extracts.held
from read_parquet([{{ files | join(', ') }}], filename = true) as observations
inner join {{ source('ledger', 'extracts') }} as extracts
    on observations.filename = '{{ env_var("KINHBAC_DATA") }}/' || extracts.parquet
{% else %}
select
    null::varchar as data_element,
    null::varchar as area,
    null::varchar as period_kind,
    null::date as period_start,
    null::double as value,
    null::varchar as source,
    null::varchar as extract,
    null::bigint as line,
    null::boolean as synthetic,
    null::boolean as held
limit 0
{% endif %}
