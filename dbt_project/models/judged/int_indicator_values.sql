-- Grain: indicator × version × area × period, of all five groups, published or not.
{{ config(materialized="view") }}
select *
from {{ ref("input_indicators") }}
{%- for group in ["process", "output", "impact", "composite"] %}
    union all
    select *
    from {{ ref(group ~ "_indicators") }}
{%- endfor %}
