{#- A view is written in its place too (macro `table`). It says what its SQL says whenever it is
    read: where the code is what it was, it is told as `unchanged` and left as it is. -#}
{% materialization view, adapter = "duckdb" %}
    {%- set target_relation = this.incorporate(type="view") -%}
    {%- set before = load_cached_relation(this) -%}
    {%- set is_there = before and before.is_view -%}
    {% if before and not is_there %} {% do drop_relation(before) %} {% endif %}
    {% if is_there and model.name in var("unchanged", []) %}
        {% call noop_statement("main", message="UNCHANGED") -%} {{ compiled_code }} {%- endcall %}
    {% else %}
        {% call statement("main") -%}
            create or replace view {{ target_relation }} as
            {{ compiled_code }}
        {%- endcall %}
    {% endif %}
    {{ adapter.commit() }}
    {{ return({"relations": [target_relation]}) }}
{% endmaterialization %}
