-- Grain: indicator × version × area × period, of all five groups, published or not.
{{ config(materialized="view") }}
with input_indicators as (select * from {{ ref("input_indicators") }})

select *
from input_indicators
{%- for group in ["process", "output", "impact", "composite"] %}
    union all
    select *
    from {{ ref(group ~ "_indicators") }}
{%- endfor %}
