{#- Where registry and ledger lie: $KINHBAC_DATA, or data/ beside the project. -#}
{% macro data_folder() -%} {{ return(env_var("KINHBAC_DATA", "../data")) }} {%- endmacro %}

{#- The tables that the door laid down, each as a view in the schema of its source, made as a run
    begins. Where its file lies is said then and not among the source's properties, which dbt
    keeps when it parses: a parse serves every folder. A model that repeated such a table would
    cost every night a node, and add nothing to what registry and ledger have proven. -#}
{% macro show_sources() -%}
    {%- set tables = graph.sources.values() if execute else [] -%}
    {%- for folder in tables | map(attribute="schema") | unique %}
        create schema if not exists {{ folder }}
        ;
    {%- endfor %}
    {%- for table in tables %}
        create or replace view {{ table.schema }}.{{ table.name }} as
        from read_parquet('{{ data_folder() }}/tables/{{ table.name }}.parquet')
        ;
    {%- endfor %}
{%- endmacro %}
