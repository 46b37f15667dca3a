{#- What is wrong with tables, one row a broken rule: the columns that their YAML promises, each with
    its type and none beside them, those that are never empty, their grain (one_row_per), the words
    that a column may hold, the keys that it names (refers_to: column to a relation and its key). An
    empty cell breaks neither of the last two. This is a table's contract, asked once: dbt's own
    would be asked twice for every model, and would not see the rows of one that keeps them.

    Each of `tables` says by which `test` it is asked, its `relation` and what `promised_columns`
    found. All are asked in one query, because planning a part of it takes longer than most tables
    take to read. -#}
{% macro broken_rules(tables) -%}
    {%- set breaches = [broken_columns(tables)] -%}
    {%- for table in tables -%}
        {%- do breaches.append(broken_cells(table)) -%}
        {%- if table.one_row_per -%} {%- do breaches.append(broken_grain(table)) -%} {%- endif -%}
        {%- for column, known in table.refers_to.items() -%}
            {%- do breaches.append(unknown_keys(table, column, known)) -%}
        {%- endfor -%}
    {%- endfor -%}
    select test, rule, array_to_string(min(example, 3), '; ') as found, sum(how_many) as how_many
    from ({{ breaches | select | join(" union all ") }})
    group by test, rule
{%- endmacro %}

{#- Promised columns that a table lacks or has by another type, and those that nobody promised. -#}
{% macro broken_columns(tables) -%}
    {%- set promised = [] -%}
    {%- set promising = [] -%}
    {%- for table in tables if table.promised -%}
        {%- do promising.append(
            "('%s', '%s', '%s', '%s')"
            % (
                table.test,
                table.relation.database,
                table.relation.schema,
                table.relation.identifier,
            )
        ) -%}
        {%- for column in table.promised -%}
            {%- do promised.append(
                "('%s', '%s', '%s')" % (table.test, column.name, column.type)
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if promised -%}
        select
            test,
            'columns ' || name as rule,
            coalesce(found.type, 'not there')
            || ' for '
            || coalesce(promised.type, 'nothing') as example,
            1 as how_many
        from (values {{ promised | join(", ") }}) as promised(test, name, type)
        full join
            (
                select test, column_name as name, lower(data_type) as type
                from duckdb_columns()
                inner join
                    (values {{ promising | join(", ") }}) as promising(
                        test, database_name, schema_name, table_name
                    ) using (database_name, schema_name, table_name)
            ) as found using (test, name)
        where promised.type is distinct from found.type
    {%- endif -%}
{%- endmacro %}

{#- Cells that are empty where none may be, and words that are none of those that are allowed. -#}
{% macro broken_cells(table) -%}
    {%- set rules = [] -%}
    {%- for column in table.promised if column.never_empty -%}
        {%- do rules.append(
            "('not_null %s', 'an empty cell', count(*) - count(%s))"
            % (column.name, column.name)
        ) -%}
    {%- endfor -%}
    {%- for column, allowed in table.words.items() -%}
        {%- set others = "filter (where %s not in ('%s'))" % (column, allowed | join("', '")) -%}
        {%- do rules.append(
            "('words %s', array_to_string(list_sort(list(distinct %s) %s)[:3], '; '), count(*) %s)"
            % (column, column, others, others)
        ) -%}
    {%- endfor -%}
    {%- if rules -%}
        select
            '{{ table.test }}' as test,
            broken[1] as rule,
            broken[2] as example,
            broken[3] as how_many
        from (select unnest([{{ rules | join(", ") }}]) as broken from {{ table.relation }})
        where broken[3] > 0
    {%- endif -%}
{%- endmacro %}

{#- Rows that share what there may be one row per. -#}
{% macro broken_grain(table) -%}
    select
        '{{ table.test }}' as test,
        'one_row_per {{ table.one_row_per | join(", ") }}' as rule,
        [{{ table.one_row_per | join("::varchar, ") }}::varchar]::varchar as example,
        count(*) as how_many
    from {{ table.relation }}
    group by {{ table.one_row_per | join(", ") }}
    having count(*) > 1
{%- endmacro %}

{#- Keys that the table which a column names has not. -#}
{% macro unknown_keys(table, column, known) -%}
    select
        '{{ table.test }}' as test,
        'refers_to {{ column }}: {{ known.named }}' as rule,
        told.{{ column }} as example,
        count(*) as how_many
    from {{ table.relation }} as told
    anti join {{ known.relation }} as known on told.{{ column }} = known.{{ known.key }}
    where told.{{ column }} is not null
    group by told.{{ column }}
{%- endmacro %}
