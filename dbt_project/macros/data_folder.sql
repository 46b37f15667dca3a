{#- Where registry and ledger lie: $KINHBAC_DATA, or data/ beside the project; as it stands in quotes. -#}
{% macro data_folder() -%}
    {{ return(env_var("KINHBAC_DATA", "../data") | replace("'", "''")) }}
{%- endmacro %}

{#- A file below it as `read_parquet` takes it, which takes names for patterns: a folder may be called
    [1]*. What it says in `filename` is the name itself. -#}
{% macro literal(file) -%}
    {%- set name = data_folder() ~ "/" ~ file -%}
    {{
        return(
            "'" ~ name | replace("[", "[[]") | replace("*", "[*]") | replace("?", "[?]") ~ "'"
        )
    }}
{%- endmacro %}

{#- The tables that the door laid down, each as a view in the schema of its source, made as a run
    begins. Where its file lies is said then and not among the source's properties, which dbt
    keeps when it parses: a parse serves every folder. A model that repeated such a table would
    cost every night a node, and add nothing to what registry and ledger have proven. A view that
    is there already is left alone: who only asks a candidate does not change it. -#}
{% macro show_sources() -%}
    {%- set tables = graph.sources.values() if execute else [] -%}
    {%- set shown = {} -%}
    {%- if execute -%}
        {%- for view in run_query("select schema_name, view_name, sql from duckdb_views()").rows -%}
            {%- do shown.update({view[0] ~ "." ~ view[1]: view[2]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for folder in tables | map(attribute="schema") | unique %}
        create schema if not exists {{ folder }}
        ;
    {%- endfor %}
    {%- for table in tables %}
        {%- set parquet = literal("tables/" ~ table.name ~ ".parquet") -%}
        {%- set name = table.schema ~ "." ~ table.name -%}
        {%- if parquet not in shown.get(name, "") %}
            create or replace view {{ name }} as
            from read_parquet({{ parquet }})
            ;
        {%- endif %}
    {%- endfor %}
{%- endmacro %}
