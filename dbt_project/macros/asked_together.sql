{#- What is wrong with the tables of a build whose tests `sound` it has left out, in one query: a
    test costs dbt as much as a small model, of which there would be one for every table. -#}
{% macro ask_tables_together(results) -%}
    {%- set done = results | map(attribute="node.unique_id") | list -%}
    {%- set fine = results | selectattr("status", "eq", "success") -%}
    {%- set built = fine | map(attribute="node.unique_id") | list -%}
    {%- set nodes = graph.nodes if execute else {} -%}
    {%- set asked = [] -%}
    {%- for test in nodes.values() if test.attached_node in built and test.test_metadata -%}
        {%- if test.test_metadata.name == "sound" and test.unique_id not in done -%}
            {%- set table = nodes[test.attached_node] -%}
            {%- set told = api.Relation.create(table.database, table.schema, table.alias) -%}
            {%- set rules = test.test_metadata.kwargs -%}
            {%- set known = {} -%}
            {%- for column, to in rules.get("refers_to", {}).items() -%}
                {%- do known.update({column: known_by_name(to)}) -%}
            {%- endfor -%}
            {%- do asked.append(
                {
                    "test": test.unique_id,
                    "relation": told,
                    "promised": promised_columns(table),
                    "one_row_per": rules.get("one_row_per", []),
                    "words": rules.get("words", {}),
                    "refers_to": known,
                }
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if asked -%}
        create schema if not exists checks
        ;
        create or replace table checks.unsound as {{ broken_rules(asked) }}
        ;
    {%- endif -%}
{%- endmacro %}

{#- The relation and key of `model.column` or `source.table.column`, where no `ref` can be said. -#}
{% macro known_by_name(to) -%}
    {%- set names = to.split(".") -%}
    {%- set key = names.pop() -%}
    {%- set name = "kinhbac." ~ names | join(".") -%}
    {%- set source = graph.sources.get("source." ~ name) -%}
    {%- set table = source or graph.nodes["model." ~ name] -%}
    {{ return({"named": to, "relation": table.relation_name, "key": key}) }}
{%- endmacro %}
