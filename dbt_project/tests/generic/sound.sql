{#- A table's contract (macro `broken_rules`), in one query; it fails by the number of rows that
    break a rule. -#}
{% test sound(model, one_row_per=[], words={}, refers_to={}) %}
    {{ config(fail_calc="coalesce(sum(how_many), 0)") }}
    {%- set known = {} -%}
    {%- for column, to in refers_to.items() -%}
        {%- set words_of_it = to.split(".") -%}
        {%- set key = words_of_it.pop() -%}
        {%- set relation = source(*words_of_it) if words_of_it[1:] else ref(*words_of_it) -%}
        {%- do known.update({column: {"named": to, "relation": relation, "key": key}}) -%}
    {%- endfor -%}
    {%- set table = {
        "test": model.identifier,
        "relation": model,
        "promised": promised_columns(table_behind(model)),
        "one_row_per": one_row_per,
        "words": words,
        "refers_to": known,
    } %}
    select rule, found, how_many
    from ({{ broken_rules([table]) }})
{% endtest %}
