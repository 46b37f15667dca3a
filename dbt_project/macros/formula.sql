{#- The formula, for one group: value = scale × Σ numerator ÷ Σ denominator.

    Starts from the cells that should have a value and left-joins each required operand,
    so that a cell that misses one stays, empty and with its reason; a partial sum cannot
    happen. Operands are data elements, or indicators of the groups in `lower`. -#}
{% macro compute_group(group, lower=[]) %}
    with
        definitions as (
            select *
            from {{ source("registry", "indicators") }}
            where indicator_group = '{{ group }}' and {{ is_changed("indicator") }}
        ),

        terms as (
            select
                definitions.indicator,
                definitions.version,
                terms.role,
                terms.operand,
                terms.coefficient,
                terms.lag_years,
                definitions.frequency,
                if(terms.operand_kind = 'data_element', definitions.span, 'indicator') as span
            from {{ source("registry", "indicator_terms") }} as terms
            inner join definitions using (indicator, version)
        ),

        operands as (
            select
                data_element as operand,
                frequency,
                span,
                area,
                period_start,
                value,
                blank,
                {{ absence_rank("absence") }} as absence,
                holds,
                corrections,
                restated,
                age_days,
                vintage,
                extracts
            from {{ ref("int_operand_values") }}
            {%- for name in lower %}
                union all
                select
                    indicator,
                    period_kind,
                    'indicator',
                    area,
                    period_start,
                    value,
                    reason is not distinct from 'empty_denominator',
                    {{ absence_rank("reason") }},
                    holds,
                    corrections,
                    restated,
                    age_days,
                    vintage,
                    extracts
                from {{ ref(name ~ "_indicators") }}
                where of_its_time
            {%- endfor %}
        ),

        joined as (
            select
                cells.indicator,
                cells.version,
                cells.of_its_time,
                cells.area,
                cells.period_start,
                terms.role,
                terms.coefficient,
                terms.operand,
                operands.* exclude (operand, frequency, span, area, period_start)
            from {{ ref("int_cells") }} as cells
            inner join terms on cells.indicator = terms.indicator and cells.version = terms.version
            left join
                operands
                on terms.operand = operands.operand
                and terms.frequency = operands.frequency
                and terms.span = operands.span
                and cells.area = operands.area
                and operands.period_start = (cells.period_start - to_years(terms.lag_years))::date
        ),

        sums as (
            select
                indicator,
                version,
                of_its_time,
                area,
                period_start,
                bool_and(value is not null) as complete,
                bool_or(role = 'denominator' and coalesce(blank, false)) as blank_denominator,
                fsum(coefficient * value) filter (where role = 'numerator') as numerator,
                fsum(coefficient * value) filter (where role = 'denominator') as denominator,
                string_agg(distinct operand, ', ' order by operand) filter (
                    where value is null
                ) as missing_operands,
                min(
                    if(value is null, coalesce(absence, {{ absence_rank("'missing'") }}), null)
                ) as absence,
                {{ gathered("holds") }} as holds,
                {{ gathered("corrections") }} as corrections,
                bool_or(coalesce(restated, false)) as restated,
                max(age_days) as age_days,
                arg_min(vintage, {{ vintage_rank("vintage") }}) as vintage,
                list_sort(list_distinct(flatten(list(extracts)))) as extracts
            from joined
            group by all
        )

    select
        sums.indicator,
        sums.version,
        sums.of_its_time,
        sums.area,
        definitions.frequency as period_kind,
        sums.period_start,
        case
            when not sums.complete
            then null
            when definitions.has_denominator and sums.denominator = 0
            then null
            when definitions.has_denominator
            then
                {{
                    rounded(
                        "definitions.scale * sums.numerator / sums.denominator",
                        "definitions.round_to",
                    )
                }}
            else {{ rounded("definitions.scale * sums.numerator", "definitions.round_to") }}
        end as value,
        if(sums.complete, sums.numerator, null) as numerator,
        if(sums.complete, sums.denominator, null) as denominator,
        case
            when sums.complete and (not definitions.has_denominator or sums.denominator != 0)
            then null
            when sums.absence = {{ absence_rank("'held'") }}
            then 'held'
            when sums.complete or sums.blank_denominator
            then 'empty_denominator'
            when sums.absence = {{ absence_rank("'missing'") }}
            then 'missing_operand'
            else {{ absence_word("sums.absence") }}
        end as reason,
        sums.missing_operands,
        sums.holds,
        sums.corrections,
        sums.restated,
        if(sums.complete, sums.age_days, null) as age_days,
        if(sums.complete, sums.vintage, null) as vintage,
        sums.extracts
    from sums
    inner join definitions using (indicator, version)
{% endmacro %}

{#- What the lists of all operands hold, each once; empty where there is nothing. -#}
{% macro gathered(lists) -%}
    coalesce(
        list_sort(
            list_distinct(
                flatten(
                    list({{ lists }}) filter (
                        where {{ lists }} is not null and len({{ lists }}) > 0
                    )
                )
            )
        ),
        []
    )
{%- endmacro %}

{#- Rounding half away from zero, only where the definition's method rounds. The decimal
    cast takes off the last bits of binary arithmetic, so that 2.675 is a tie. -#}
{% macro rounded(value, digits) -%}
    case
        {{ digits }}
        {%- for places in range(7) %}
            when {{ places }} then round(({{ value }})::decimal(38, 12), {{ places }})::double
        {%- endfor %}
        else {{ value }}
    end
{%- endmacro %}

{#- A figure as text for people: no binary tail, no «.0». -#}
{% macro figure(value) -%} printf('%.12g', {{ value }}) {%- endmacro %}

{#- A count as text for people, in threes as their language parts them. -#}
{% macro thousands(count, language) -%}
    {%- if language == "vi" -%} replace(format('{:,}', {{ count }}), ',', '.')
    {%- else -%} format('{:,}', {{ count }})
    {%- endif -%}
{%- endmacro %}
