{#- A table is written in its place: nobody reads the candidate while it is built, so dbt's own
    way (write beside, rename twice, drop) would protect no reader, and cost a sixth of a night. -#}
{% materialization table, adapter = "duckdb", supported_languages = ["sql", "python"] %}
    {%- set target_relation = this.incorporate(type="table") -%}
    {% do drop_relation_if_exists(load_cached_relation(this)) %}
    {{ run_hooks(pre_hooks) }}
    {% call statement("main", language=model["language"]) -%}
        {{ create_table_as(False, target_relation, compiled_code, model["language"]) }}
    {%- endcall %}
    {% do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({"relations": [target_relation]}) }}
{% endmaterialization %}

{#- The contract has seen to it that every described column is there; dbt would ask once more. -#}
{% macro duckdb__alter_column_comment(relation, column_dict) %}
    {%- for name, column in column_dict.items() %}
    comment on column {{ relation }}.{{ name }} is {{ duckdb_escape_comment(column["description"]) }};
    {%- endfor %}
{% endmacro %}
