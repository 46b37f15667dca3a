{#- The formula, for one group: value = scale × Σ numerator ÷ Σ denominator.

    A denominator below zero gives no value, unless the indicator says that it may be; a value
    outside of the indicator's range is held.

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
                {%- for role in ["numerator", "denominator"] %}
                    {{ total("coefficient * value", "filter (where role = '" ~ role ~ "')") }}
                    as {{ role }},
                {%- endfor %}
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
        ),

        computed as (
            select
                sums.*,
                definitions.frequency,
                sums.complete
                and coalesce(
                    definitions.has_denominator and sums.denominator = 0, false
                ) as empty_denominator,
                sums.complete
                and coalesce(
                    definitions.has_denominator
                    and not coalesce(definitions.signed_denominator, false)
                    and sums.denominator < 0,
                    false
                ) as negative_denominator,
                if(
                    definitions.has_denominator,
                    definitions.scale * sums.numerator / sums.denominator,
                    definitions.scale * sums.numerator
                ) as unrounded,
                if(
                    sums.complete and not empty_denominator and not negative_denominator,
                    {{ finite(rounded("unrounded", "definitions.round_to")) }},
                    null
                ) as found,
                coalesce(
                    {{ settled("found") }} < definitions.least
                    or {{ settled("found") }} > definitions.most,
                    false
                ) as out_of_range,
                if(out_of_range, null, found) as value,
                if(
                    out_of_range,
                    list_append(
                        sums.holds, 'range:' || definitions.source || '/' || definitions.indicator
                    ),
                    sums.holds
                ) as all_holds
            from sums
            inner join definitions using (indicator, version)
        )

    select
        indicator,
        version,
        of_its_time,
        area,
        frequency as period_kind,
        period_start,
        value,
        if(complete, numerator, null) as numerator,
        if(complete, denominator, null) as denominator,
        case
            when value is not null
            then null
            when out_of_range or absence = {{ absence_rank("'held'") }}
            then 'held'
            when empty_denominator or blank_denominator
            then 'empty_denominator'
            -- Of less than nothing there is no share, and from it no growth.
            when negative_denominator
            then 'negative_denominator'
            -- More than can be carried: no figure, and no infinity.
            when complete
            then 'undefined'
            when absence = {{ absence_rank("'missing'") }}
            then 'missing_operand'
            else {{ absence_word("absence") }}
        end as reason,
        missing_operands,
        all_holds as holds,
        corrections,
        restated,
        if(complete, age_days, null) as age_days,
        if(complete, vintage, null) as vintage,
        extracts
    from computed
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
