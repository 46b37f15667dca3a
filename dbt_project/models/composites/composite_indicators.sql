-- Grain: indicator × area × period, for the group composite; reads every group below.
-- Level by level: first the composites of lower groups, then the composites of those.
{{ config(meta={"kept_by": "indicator"}) }}
{% set columns = "indicator, area, period_kind, period_start, value, reason, holds, corrections, restated, age_days, vintage, extracts" %}
with
    input_indicators as (select * from {{ ref("input_indicators") }}),

    process_indicators as (select * from {{ ref("process_indicators") }}),

    output_indicators as (select * from {{ ref("output_indicators") }}),

    impact_indicators as (select * from {{ ref("impact_indicators") }}),

    level_1 as (
        select {{ columns }}
        from input_indicators
        where of_its_time
        union all
        select {{ columns }}
        from process_indicators
        where of_its_time
        union all
        select {{ columns }}
        from output_indicators
        where of_its_time
        union all
        select {{ columns }}
        from impact_indicators
        where of_its_time
    )
    {%- for depth in range(2, deepest_composite() + 1) %}
        ,

        composites_{{ depth }} as ({{ gather_composites(depth, "level_" ~ (depth - 1)) }}),

        level_{{ depth }} as (
            select *
            from level_{{ depth - 1 }}
            union all
            select {{ columns }}
            from composites_{{ depth }}
            where of_its_time
        )
    {%- endfor %}

{% for depth in range(2, deepest_composite() + 1) -%}
    select *
    from composites_{{ depth }}
    {% if not loop.last %}
        union all
    {% endif -%}
{% endfor %}
