{#- Whether a figure breaks a limit: below the low one or above the high one, where there is one. -#}
{% macro breaks(figure, limits, colour) -%}
    coalesce({{ figure }} < {{ limits }}.{{ colour }}_low, false)
        or coalesce({{ figure }} > {{ limits }}.{{ colour }}_high, false)
{%- endmacro %}
