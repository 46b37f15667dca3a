{#- One level of composites: those of depth `depth`, whose components stand in the relation
    `operands`. Their values were computed stage by stage (int_composite_stages); here they
    gather what they rest on: holds, corrections, borders, ages, vintages, extracts. What
    holds or corrects one unit does so to all that are compared with it. Columns as in compute_group. -#}
{% macro gather_composites(depth, operands) %}
    with
        terms as (
            select definitions.indicator, definitions.version, definitions.frequency, terms.operand
            from {{ source("registry", "indicators") }} as definitions
            inner join
                {{ source("registry", "indicator_terms") }} as terms using (indicator, version)
            where
                definitions.indicator_group = 'composite'
                and definitions.depth = {{ depth }}
                and {{ is_changed("definitions.indicator") }}
        ),

        rests_on as (
            select
                terms.indicator,
                terms.version,
                any_value(terms.frequency) as frequency,
                cells.of_its_time,
                cells.area,
                cells.period_start,
                string_agg(distinct terms.operand, ', ' order by terms.operand) filter (
                    where operands.value is null
                ) as missing_operands,
                {{ gathered("operands.holds") }} as own_holds,
                {{ gathered("operands.corrections") }} as own_corrections,
                coalesce(bool_or(operands.restated), false) as restated,
                max(operands.age_days) as age_days,
                arg_min(operands.vintage, {{ vintage_rank("operands.vintage") }}) as vintage,
                list_sort(list_distinct(flatten(list(operands.extracts)))) as extracts
            from {{ ref("int_cells") }} as cells
            inner join terms using (indicator, version)
            left join
                {{ operands }} as operands
                on terms.operand = operands.indicator
                and terms.frequency = operands.period_kind
                and cells.area = operands.area
                and cells.period_start = operands.period_start
            group by
                terms.indicator, terms.version, cells.of_its_time, cells.area, cells.period_start
        ),

        computed as (select * from {{ ref("int_composite_stages") }} where stage = 'aggregated'),

        -- What stands behind the units that are compared in a period, and behind those of a span.
        compared as (
            select rests_on.*, spans.reference_from
            from rests_on
            inner join computed using (indicator, version, area, period_start)
            left join
                {{ source("registry", "composites") }} as spans
                on rests_on.indicator = spans.indicator
                and rests_on.version = spans.version
                and rests_on.period_start between spans.reference_from and spans.reference_to
            where computed.compared
        ),

        of_period as (
            select
                indicator,
                version,
                period_start,
                {{ gathered("own_holds") }} as holds,
                {{ gathered("own_corrections") }} as corrections
            from compared
            group by all
        ),

        of_span as (
            select
                indicator,
                version,
                {{ gathered("own_holds") }} as holds,
                {{ gathered("own_corrections") }} as corrections
            from compared
            where reference_from is not null
            group by all
        )

    select
        rests_on.indicator,
        rests_on.version,
        rests_on.of_its_time,
        rests_on.area,
        rests_on.frequency as period_kind,
        rests_on.period_start,
        computed.value,
        null::double as numerator,
        null::double as denominator,
        if(computed.value is null, coalesce(computed.mark, 'missing_operand'), null) as reason,
        if(computed.value is null, rests_on.missing_operands, null) as missing_operands,
        list_sort(
            list_distinct(
                rests_on.own_holds
                || if(computed.rests_on_others, coalesce(of_period.holds, []), [])
                || coalesce(of_span.holds, [])
                -- What was made up for while something is late says so.
                || if(
                    computed.value is not null
                    and computed.mark in ('imputed', 'reweighted')
                    and not dues.delivered,
                    dues.holds,
                    []
                )
            )
        ) as holds,
        list_sort(
            list_distinct(
                rests_on.own_corrections
                || if(computed.rests_on_others, coalesce(of_period.corrections, []), [])
                || coalesce(of_span.corrections, [])
            )
        ) as corrections,
        rests_on.restated,
        if(computed.value is null, null, rests_on.age_days) as age_days,
        if(computed.value is null, null, rests_on.vintage) as vintage,
        rests_on.extracts
    from rests_on
    left join computed using (indicator, version, area, period_start)
    left join of_period using (indicator, version, period_start)
    left join of_span using (indicator, version)
    left join
        {{ ref("int_dues") }} as dues
        on rests_on.indicator = dues.indicator
        and rests_on.period_start = dues.period_start
{% endmacro %}

{#- The deepest composite of the registry, asked when the model is compiled. -#}
{% macro deepest_composite() -%}
    {%- if not execute -%} {{ return(2) }}{%- endif -%}
    {%- set query -%}
        select coalesce(max(depth), 2)
        from read_parquet({{ literal("tables/indicators.parquet") }})
        where indicator_group = 'composite'
    {%- endset -%}
    {{ return(run_query(query).rows[0][0] | int) }}
{%- endmacro %}

{#- One stage of the published composites, by the definition of its time. -#}
{% macro published_stage(stage) -%}
    select
        stages.indicator,
        stages.version,
        stages.component,
        stages.area,
        stages.period_kind,
        stages.period_start,
        {{ period_label("stages.period_kind", "stages.period_start") }} as period,
        stages.value,
        stages.mark
    from {{ ref("int_composite_stages") }} as stages
    inner join
        {{ source("process", "standings") }} as standings
        on stages.indicator = standings.indicator
        and standings.published
    where
        stages.stage = '{{ stage }}' and stages.of_its_time and {{ is_changed("stages.indicator") }}
{%- endmacro %}

{#- Measures of robustness of the published composites. -#}
{% macro published_measures() -%}
    select measures.*, {{ period_label("measures.period_kind", "measures.period_start") }} as period
    from {{ ref("int_composite_robustness") }} as measures
    inner join
        {{ source("process", "standings") }} as standings
        on measures.indicator = standings.indicator
        and standings.published
{%- endmacro %}

{#- A measure as a column, one value a group. -#}
{% macro measure(name) -%} max(value) filter (where measure = '{{ name }}') {%- endmacro %}
