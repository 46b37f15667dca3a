{#- How much a warning weighs: five parts, in the points that today.yml gives them. -#}
{#- How far a series' figures lie apart: the standard deviation of its newest 24 (`lately`), or, where
    fewer than six are known or all are the same, the gap between its limits. -#}
{% macro spread_of(figures) -%}
    case
        when
            count({{ figures }}.figure) over lately >= 6
            -- A spread that is rounding is none.
            and stddev_samp({{ figures }}.figure) over lately
            > 1e-9 * max(abs({{ figures }}.figure)) over lately
        then stddev_samp({{ figures }}.figure) over lately
        else
            abs(
                coalesce(
                    {{ figures }}.yellow_low - {{ figures }}.red_low,
                    {{ figures }}.red_high - {{ figures }}.yellow_high
                )
            )
    end
{%- endmacro %}

{#- By how much a figure of int_warning_levels lies beyond the limit of its level, in its own spreads:
    nothing where it does not, or where the truth behind a counted one may not. -#}
{% macro spreads_beyond(levels) -%}
    case
        {{ levels }}.level
        {%- for colour in ["yellow", "red"] %}
            when '{{ colour }}'
            then
                if(
                    {{ is_evident(levels, colour) }},
                    greatest(
                        0,
                        {{ levels }}.{{ colour }}_low - {{ levels }}.figure,
                        {{ levels }}.figure - {{ levels }}.{{ colour }}_high
                    ),
                    0
                )
        {%- endfor %}
    end
    / {{ levels }}.spread
{%- endmacro %}

{#- The parts of a weight, in points. -#}
{% macro points(part) -%}
    {%- set share = {
        "red": "(level = 'red')::int",
        "beyond": "spreads_beyond / full_spreads",
        "lasting": "months_lasting / full_months",
        "stake": "ln(1 + abs(named.stake)) / ln(1 + stake_full)",
        "unattended": "case when action_overdue or life in ('raised', 'reopened') then 1 "
        ~ "when life = 'acknowledged' then weighing.acknowledged else 0 end",
    } -%}
    weighing.{{ part }} * least(1, coalesce({{ share[part] }}, 0))
{%- endmacro %}
