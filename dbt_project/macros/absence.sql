{#- Why a cell has no value, and which reason speaks when several stand in the way: what is
    held, then what no share is known for, then what is missing; what is suppressed is
    known elsewhere; what does not apply takes nothing away. -#}
{% macro absence_rank(word) -%}
    case
        {{ word }}
        when 'held'
        then 1
        when 'no_share'
        then 2
        when 'missing'
        then 3
        when 'suppressed'
        then 4
        when 'not_applicable'
        then 5
        when 'negative_denominator'
        then 5
        when 'condition_unmet'
        then 5
    end
{%- endmacro %}

{% macro absence_word(rank) -%}
    case
        {{ rank }}
        when 1
        then 'held'
        when 2
        then 'no_share'
        when 3
        then 'missing'
        when 4
        then 'suppressed'
        when 5
        then 'not_applicable'
    end
{%- endmacro %}

{#- Aggregate: the rank of the reason that speaks for all of them; null when there is none. -#}
{% macro worst_absence(word) -%} min({{ absence_rank(word) }}) {%- endmacro %}

{#- A figure of a delivery, unless its cell is hidden (the join `hidden`), or one of the figures told
    with it is a small count of what is protected (the join `elements`). -#}
{% macro unless_hidden(figure) -%}
    case
        when
            hidden.area is null
            {%- for other in varargs %}
                and not coalesce({{ other }} > 0 and {{ other }} < elements.disclosed_from, false)
            {%- endfor %}
        then {{ figure }}
    end
{%- endmacro %}
