{#- At most how often chance gives a share of `trials` as far from `usual`, on its own side, as `share` is:
    exp(−n × relative entropy) (Chernoff 1952), whatever n is; 0 < usual < 1. -#}
{% macro chance_of(trials, share, usual) -%}
    exp(
        - ({{ trials }})
        * (
            if(({{ share }}) > 0, ({{ share }}) * ln(({{ share }}) / ({{ usual }})), 0) + if(
                ({{ share }}) < 1,
                (1 - ({{ share }})) * ln((1 - ({{ share }})) / (1 - ({{ usual }}))),
                0
            )
        )
    )
{%- endmacro %}
