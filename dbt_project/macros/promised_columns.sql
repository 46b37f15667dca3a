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

{#- Promised columns that a table lacks or has by another type, and those that nobody promised. -#}
{% macro broken_columns(relation, promised) -%}
    select
        'columns ' || name as rule,
        coalesce(found.type, 'not there')
        || ' for '
        || coalesce(promised.type, 'nothing') as example,
        1 as how_many
    from
        (
            values
                {% for column in promised -%}
                    ('{{ column.name }}', '{{ column.type }}') {{- ", " if not loop.last }}
                {%- endfor %}
        ) as promised(name, type)
    full join
        (
            select column_name as name, lower(data_type) as type
            from duckdb_columns()
            where
                database_name = '{{ relation.database }}'
                and schema_name = '{{ relation.schema }}'
                and table_name = '{{ relation.identifier }}'
        ) as found using (name)
    where promised.type is distinct from found.type
{%- endmacro %}
