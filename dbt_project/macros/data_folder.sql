{#- Where registry and ledger lie: $KINHBAC_DATA, or data/ beside the project. -#}
{% macro data_folder() -%} {{ return(env_var("KINHBAC_DATA", "../data")) }} {%- endmacro %}
