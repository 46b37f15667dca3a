{#- Whether a key is one that tonight's changes touch. Rows of other keys stay as they are in a
    model that is kept by this key (macro `table`), and need not be computed. The list is no data
    and no part of the graph: it says how much of the work is to be done (kinhbac.changes). Of a
    table that is not there every key is new. -#}
{% macro is_changed(key) -%}
    {%- if execute and not load_cached_relation(this) -%} true
    {%- else -%}
        {%- set name = key.split(".")[-1] -%}
        {{ key }} in (
            select {{ name }}
            from read_parquet({{ literal("tables/changed_" ~ name ~ "s.parquet") }})
        )
    {%- endif -%}
{%- endmacro %}
