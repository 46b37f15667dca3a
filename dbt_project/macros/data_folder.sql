{#- Where registry and ledger lie: $KINHBAC_DATA, or data/ beside the project. -#}
{% macro data_folder() -%} {{ return(env_var("KINHBAC_DATA", "../data")) }} {%- endmacro %}

{#- A table that the door laid down. Where its file lies is said when a query is compiled and not
    among the source's properties, which dbt keeps when it parses: a parse serves every folder. -#}
{% macro source(folder, table) -%}
    {%- set parquet = "'" ~ data_folder() ~ "/tables/" ~ table ~ ".parquet'" -%}
    {{ return(builtins.source(folder, table).replace(external="read_parquet(" ~ parquet ~ ")")) }}
{%- endmacro %}
