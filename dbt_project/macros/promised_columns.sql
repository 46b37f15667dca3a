{#- The columns that a table's YAML promises: name, type, whether a cell is never empty. -#}
{% macro promised_columns(table) -%}
    {%- set found = [] -%}
    {%- for name, column in (table.columns or {}).items() -%}
        {%- set never_empty = "not_null" in column.constraints | map(attribute="type") -%}
        {%- do found.append(
            {"name": name, "type": column.data_type, "never_empty": never_empty}
        ) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#- What the project says of the model that leaves a relation; nothing while it is parsed. -#}
{% macro table_behind(relation) -%}
    {%- set key = "model.kinhbac." ~ relation.identifier -%}
    {{ return(graph.nodes.get(key, {}) if execute else {}) }}
{%- endmacro %}
