{#- The Parquet files of the extracts in force, as a DuckDB list. Paths are made by the
    ledger from source keys, periods and hashes, never from a delivered name. -#}
{% macro in_force_files(layout, source_key=none) -%}
    {%- set files = [] -%}
    {%- if execute -%}
        {%- set query -%}
            select parquet
            from {{ source('ledger', 'extracts') }}
            where standing = 'in_force' and layout = '{{ layout }}'
            {%- if source_key %} and source = '{{ source_key }}'{% endif %}
            order by parquet
        {%- endset -%}
        {%- for row in run_query(query).rows -%}
            {%- do files.append("'" ~ env_var('KINHBAC_DATA') ~ "/" ~ row[0] ~ "'") -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(files) }}
{%- endmacro %}

{#- Records of one source in force, with the extract that each came from. `columns` types
    the result while nothing has been delivered yet. -#}
{% macro in_force_records(source_key, columns) -%}
    {%- set files = in_force_files('records', source_key) -%}
    {%- if files %}
    select
        records.* exclude (filename),
        extracts.extract,
        extracts.period_start as extract_period_start,
        extracts.synthetic,
        extracts.held
    from read_parquet([{{ files | join(', ') }}], filename = true) as records
    inner join {{ source('ledger', 'extracts') }} as extracts
        on records.filename = '{{ env_var("KINHBAC_DATA") }}/' || extracts.parquet
    {%- else %}
    select
        {%- for name, kind in columns.items() %}
        null::{{ kind }} as {{ name }},
        {%- endfor %}
        null::varchar as area,
        null::bigint as line,
        null::varchar as extract,
        null::date as extract_period_start,
        null::boolean as synthetic,
        null::boolean as held
    limit 0
    {%- endif %}
{%- endmacro %}
