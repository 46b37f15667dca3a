{#- What is wrong with a table, one row a broken rule: the columns that its YAML promises, each with
    its type and none beside them, those that are never empty, its grain (one_row_per), the words
    that a column may hold, the keys that it names (refers_to: column to a relation and its key). An
    empty cell breaks neither of the last two. This is the table's contract, asked once: dbt's own
    would be asked twice for every model, and would not see the rows of one that keeps them. -#}
{% macro broken_rules(relation, promised, one_row_per=[], words={}, refers_to={}) -%}
    {%- set breaches = [] -%}
    {%- if promised -%} {%- do breaches.append(broken_columns(relation, promised)) -%} {%- endif -%}
    {%- set never_empty = promised | selectattr("never_empty") | map(attribute="name") | list -%}
    {%- if never_empty -%}
        {%- set breach -%}
            select 'not_null ' || name as rule, 'an empty cell' as example, how_many
            from
                (
                    unpivot (
                        select
                            {% for name in never_empty -%}
                                count(*) - count({{ name }}) as {{ name }}
                                {{- ", " if not loop.last }}
                            {%- endfor %}
                        from {{ relation }}
                    )
                    on * into name name value how_many
                )
            where how_many > 0
        {%- endset -%}
        {%- do breaches.append(breach) -%}
    {%- endif -%}
    {%- if one_row_per -%}
        {%- set breach -%}
            select
                'one_row_per {{ one_row_per | join(", ") }}' as rule,
                [{{ one_row_per | join("::varchar, ") }}::varchar]::varchar as example,
                count(*) as how_many
            from {{ relation }}
            group by {{ one_row_per | join(", ") }}
            having count(*) > 1
        {%- endset -%}
        {%- do breaches.append(breach) -%}
    {%- endif -%}
    {%- for column, allowed in words.items() -%}
        {%- set breach -%}
            select 'words {{ column }}' as rule, {{ column }} as example, count(*) as how_many
            from {{ relation }}
            where {{ column }} not in ('{{ allowed | join("', '") }}')
            group by {{ column }}
        {%- endset -%}
        {%- do breaches.append(breach) -%}
    {%- endfor -%}
    {%- for column, known in refers_to.items() -%}
        {%- set breach -%}
            select
                'refers_to {{ column }}: {{ known.named }}' as rule,
                told.{{ column }} as example,
                count(*) as how_many
            from {{ relation }} as told
            anti join {{ known.relation }} as known on told.{{ column }} = known.{{ known.key }}
            where told.{{ column }} is not null
            group by told.{{ column }}
        {%- endset -%}
        {%- do breaches.append(breach) -%}
    {%- endfor -%}
    select rule, array_to_string(min(example, 3), '; ') as found, sum(how_many) as how_many
    from ({{ breaches | join(" union all ") }})
    group by rule
{%- endmacro %}
