{#- The Parquet files of the extracts in force, as a DuckDB list. Paths are made by the
    ledger from source keys, periods and hashes, never from a delivered name. With
    `revised`, those of every extract that came into force before or after another one; with
    `changed`, those of the sources that tonight's changes touch. -#}
{% macro in_force_files(layout, revised=false, changed=false) -%}
    {%- set files = [] -%}
    {%- if execute -%}
        {#- Asked when a query is compiled, when no run may have begun: of the file itself. -#}
        {%- set extracts = "read_parquet(" ~ literal("tables/extracts.parquet") ~ ")" -%}
        {%- set query -%}
            select parquet
            from {{ extracts }}
            where layout = '{{ layout }}'
            {%- if revised %}
                and turn is not null
                and (source, period) in (
                    select (source, period) from {{ extracts }}
                    where turn > 1
                )
            {%- else %}
                and standing = 'in_force'
            {%- endif %}
            {%- if changed %} and {{ is_changed("source") }}{% endif %}
            order by parquet
        {%- endset -%}
        {%- for row in run_query(query).rows -%}
            {%- do files.append(literal(row[0])) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(files) }}
{%- endmacro %}

{#- Observations of the extracts in those files, each with its extract. -#}
{% macro observations_in(files) -%}
    {#- Named outside the branch: parsing knows no files, and would know of no reading either. -#}
    {%- set extracts = source("ledger", "extracts") -%}
    {%- if files %}
        select
            observations.data_element,
            observations.area,
            observations.period_kind,
            observations.period_start,
            observations.value,
            observations.absence,
            observations.line,
            observations.vintage as stated_vintage,
            coalesce(observations.vintage, extracts.vintage) as vintage,
            observations.scope,
            observations.statement,
            extracts.source,
            extracts.extract,
            extracts.period,
            extracts.layer,
            extracts.merged,
            extracts.synthetic,
            extracts.held
        from
            read_parquet(
                [{{ files | join(", ") }}], filename = true, union_by_name = true
            ) as observations
        inner join
            {{ extracts }} as extracts
            on observations.filename = '{{ data_folder() }}/' || extracts.parquet
    {%- else %}
        select
            null::varchar as data_element,
            null::varchar as area,
            null::varchar as period_kind,
            null::date as period_start,
            null::double as value,
            null::varchar as absence,
            null::bigint as line,
            null::varchar as stated_vintage,
            null::varchar as vintage,
            null::varchar as scope,
            null::varchar as statement,
            null::varchar as source,
            null::varchar as extract,
            null::varchar as period,
            null::bigint as layer,
            null::boolean as merged,
            null::boolean as synthetic,
            null::boolean as held
        limit 0
    {%- endif %}
{%- endmacro %}

{#- Observations of the extracts in force in those files. Where the contract merges the files of a
    period, a row is that of the last file that tells it; nearly all periods have one file, and
    nothing is compared of those. -#}
{% macro observations_in_force(files) -%}
    with told as not materialized({{ observations_in(files) }})
    select *
    from told
    where not merged
    union all
    select *
    from told
    where merged
    qualify
        row_number() over (
            partition by
                source, period, data_element, area, period_kind, period_start, scope, statement
            order by layer desc
        )
        = 1
{%- endmacro %}

{#- Vintages in their order: a later one is more settled. -#}
{% macro vintage_rank(vintage) -%}
    case
        {{ vintage }} when 'forecast' then 1 when 'estimate' then 2 when 'provisional' then 3 else 4
    end
{%- endmacro %}

{#- The vintage of a figure that takes a `share` of another's: no more settled than an estimate. -#}
{% macro apportioned_vintage(vintage) -%}
    if(share < 1 and {{ vintage }} in ('provisional', 'final'), 'estimate', {{ vintage }})
{%- endmacro %}
