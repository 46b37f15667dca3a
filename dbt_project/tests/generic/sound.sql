{#- What is wrong with the rows of a table, one row a broken rule: its grain (one_row_per), the
    words that a column may hold, the keys that it names (refers_to: column to model.column). An
    empty cell breaks neither of the last two. One query a table, since a test costs dbt as much
    as a small model; it fails by the number of rows that break a rule. -#}
{% test sound(model, one_row_per=[], words={}, refers_to={}) %}
    {{ config(fail_calc="coalesce(sum(how_many), 0)") }}
    {%- set breaches = [] -%}
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
        {%- set table, key = to.split(".") -%}
        {%- set breach -%}
            select
                'refers_to {{ column }}: {{ to }}' as rule,
                told.{{ column }} as example,
                count(*) as how_many
            from {{ model }} as told
            anti join {{ ref(table) }} as known on told.{{ column }} = known.{{ key }}
            where told.{{ column }} is not null
            group by told.{{ column }}
        {%- endset -%}
        {%- do breaches.append(breach) -%}
    {%- endfor -%}
    select rule, array_to_string(min(example, 3), '; ') as found, sum(how_many) as how_many
    from ({{ breaches | join(" union all ") }})
    group by rule
{% endtest %}
