-- Grain: indicator × area × rule × period with a sound figure: the level that stands after it.
{{ config(meta={"kept_by": "indicator"}) }}
{% set changed = (
    "(from " ~ ref("int_warning_figures") ~ " where " ~ is_changed("indicator") ~ ")"
) %}
{{ levels(changed) }}
