{#- What is wrong with a table, one row a broken rule: the columns that its YAML promises, each with
    its type and none beside them, those that are never empty, its grain (one_row_per), the words
    that a column may hold, the keys that it names (refers_to: column to model.column, or to
    source.table.column). An empty cell breaks neither of the last two. One query a table, since a
    test costs dbt as much as a small model; it fails by the number of rows that break a rule. This is
    the table's contract, asked once: dbt's own would be asked twice for every model, and would
    not see the rows of one that keeps them. -#}
{% test sound(model, one_row_per=[], words={}, refers_to={}) %}
    {{ config(fail_calc="coalesce(sum(how_many), 0)") }}
    {%- set breaches = [] -%}
    {%- set promised = promised_columns(model) -%}
    {%- if promised -%} {%- do breaches.append(broken_columns(model, promised)) -%} {%- endif -%}
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
                        from {{ model }}
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
            from {{ model }}
            group by {{ one_row_per | join(", ") }}
            having count(*) > 1
        {%- endset -%}
        {%- do breaches.append(breach) -%}
    {%- endif -%}
    {%- for column, allowed in words.items() -%}
        {%- set breach -%}
            select 'words {{ column }}' as rule, {{ column }} as example, count(*) as how_many
            from {{ model }}
            where {{ column }} not in ('{{ allowed | join("', '") }}')
            group by {{ column }}
        {%- endset -%}
        {%- do breaches.append(breach) -%}
    {%- endfor -%}
    {%- for column, to in refers_to.items() -%}
        {%- set words_of_it = to.split(".") -%}
        {%- set key = words_of_it.pop() -%}
        {%- set breach -%}
            select
                'refers_to {{ column }}: {{ to }}' as rule,
                told.{{ column }} as example,
                count(*) as how_many
            from {{ model }} as told
            anti join
                {{ source(*words_of_it) if words_of_it[1:] else ref(*words_of_it) }} as known
                 on told.{{ column }} = known.{{ key }}
            where told.{{ column }} is not null
            group by told.{{ column }}
        {%- endset -%}
        {%- do breaches.append(breach) -%}
    {%- endfor -%}
    select rule, array_to_string(min(example, 3), '; ') as found, sum(how_many) as how_many
    from ({{ breaches | join(" union all ") }})
    group by rule
{% endtest %}
