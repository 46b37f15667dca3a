{#- The formula, for one group: value = scale × Σ numerator ÷ Σ denominator.

    A denominator below zero gives no value, unless the indicator says that it may be; a value
    outside of the indicator's range is held.

    Starts from the cells that should have a value and left-joins each required operand,
    so that a cell that misses one stays, empty and with its reason; a partial sum cannot
    happen. A summand may be a product: an operand times a sum, by a sum; every sum that something
    is divided by keeps the rule of denominators. Where «when» is not met there is no value. Operands are data elements, or indicators of the groups in `lower`. -#}
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
                terms.lag_months,
                terms.place,
                terms.product,
                terms.factor,
                terms.within,
                terms.within_factor,
                definitions.frequency,
                coalesce(terms.span, 'indicator') as span
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
                terms.place,
                terms.product,
                terms.factor,
                terms.within,
                terms.within_factor,
                operands.* exclude (operand, frequency, span, area, period_start)
            from {{ ref("int_cells") }} as cells
            inner join terms on cells.indicator = terms.indicator and cells.version = terms.version
            left join
                operands
                on terms.operand = operands.operand
                and terms.frequency = operands.frequency
                and terms.span = operands.span
                and cells.area = operands.area
                and operands.period_start = (cells.period_start - to_months(terms.lag_months))::date
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
                    {{
                        total(
                            "coefficient * value",
                            "filter (where product is null and role = '" ~ role ~ "')",
                        )
                    }} as {{ role }},
                {%- endfor %}
                list_sort(
                    list(
                        {
                            'place':place,
                            'role':role,
                            'product':product,
                            'factor':factor,
                            'within':within,
                            'within_factor':within_factor,
                            'amount':coefficient * value
                        }
                    ) filter (where product is not null)
                ) as all_factors,
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

        -- Few formulas have products, and hardly one has products inside of others. What stands
        -- inside becomes a term of the factor that it stands in.
        nested as (
            select
                *,
                if(
                    all_factors is null,
                    null,
                    {{ products_of("list_filter(all_factors, lambda one:one.within is not null)") }}
                ) as inner_products,
                if(
                    len(inner_products) > 0,
                    list_concat(
                        list_filter(all_factors, lambda one:one.within is null),
                        list_transform(
                            inner_products,
                            lambda one: {
                                'place':0,
                                'role':one.role,
                                'product':one.within,
                                'factor':one.within_factor,
                                'within':null::integer,
                                'within_factor':null::varchar,
                                'amount':one.amount / nullif(one.divisor, 0)
                            }
                        )
                    ),
                    all_factors
                ) as factors
            from sums
        ),

        multiplied as (
            select
                *,
                if(
                    factors is null, null, list_concat({{ products_of("factors") }}, inner_products)
                ) as all_products,
                if(
                    factors is null, null, list_filter(all_products, lambda one:one.within is null)
                ) as products,
                {%- for role in ["numerator", "denominator"] %}
                    if(factors is null, {{ role }}, {{ with_products(role) }}) as whole_{{ role }},
                {%- endfor %}
                coalesce(
                    len(list_filter(all_products, lambda one:one.divisor = 0)) > 0, false
                ) as has_empty_divisor,
                coalesce(
                    len(list_filter(all_products, lambda one:one.divisor < 0)) > 0, false
                ) as has_negative_divisor
            from nested
        ),

        computed as (
            select
                sums.* exclude (numerator, denominator),
                sums.whole_numerator as numerator,
                sums.whole_denominator as denominator,
                definitions.frequency,
                sums.complete
                and coalesce(definitions.has_denominator and sums.whole_denominator = 0, false)
                or sums.complete
                and sums.has_empty_divisor as empty_denominator,
                sums.complete
                and not coalesce(definitions.signed_denominator, false)
                and (
                    coalesce(definitions.has_denominator and sums.whole_denominator < 0, false)
                    or sums.has_negative_divisor
                ) as negative_denominator,
                case
                    when
                        not sums.complete
                        or coalesce(
                            definitions.numerator_least,
                            definitions.numerator_most,
                            definitions.denominator_least,
                            definitions.denominator_most
                        )
                        is null
                    then false
                    else {{ lies_outside("numerator") }} or {{ lies_outside("denominator") }}
                end as condition_unmet,
                if(
                    definitions.has_denominator,
                    definitions.scale * sums.whole_numerator / sums.whole_denominator,
                    definitions.scale * sums.whole_numerator
                ) as unrounded,
                if(
                    sums.complete
                    and not empty_denominator
                    and not negative_denominator
                    and not condition_unmet,
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
            from multiplied as sums
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
            when condition_unmet
            then 'condition_unmet'
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

{#- The products of a list of factors: what each comes to before it is divided, and by what it is. -#}
{% macro products_of(factors) -%}
    list_transform(
        list_sort(
            list_distinct(
                list_transform(
                    {{ factors }},
                    lambda one: {
                        'role':one.role,
                        'product':one.product,
                        'within':one.within,
                        'within_factor':one.within_factor
                    }
                )
            )
        ),
        lambda own: {
            'role':own.role,
            'within':own.within,
            'within_factor':own.within_factor,
            'amount':{{ factor_of(factors, "of") }}
            * coalesce({{ factor_of(factors, "multiplied_by") }}, 1),
            'divisor':coalesce({{ factor_of(factors, "divided_by") }}, 1)
        }
    )
{%- endmacro %}

{#- Of one product: what one of its factors comes to; terms that take each other away leave nothing. -#}
{% macro factor_of(factors, name) -%}
    {%- set amounts -%}
        list_transform(
            list_filter(
                {{ factors }},
                lambda one: one.role = own.role
                and one.product = own.product
                and one.factor = '{{ name }}'
            ),
            lambda one: one.amount
        )
    {%- endset -%}
    case
        when
            abs(list_sum({{ amounts }}))
            < 1e-12 * list_sum(list_transform({{ amounts }}, lambda one:abs(one)))
        then 0
        else list_sum({{ amounts }})
    end
{%- endmacro %}

{#- Whether a part of the formula does not meet the indicator's «when». -#}
{% macro lies_outside(part) -%}
    coalesce(
        {{ settled("sums.whole_" ~ part) }} < definitions.{{ part }}_least
        or {{ settled("sums.whole_" ~ part) }} > definitions.{{ part }}_most,
        false
    )
{%- endmacro %}

{#- A sum of the formula with its products; none where one of them is divided by nothing. -#}
{% macro with_products(role) -%}
    {%- set own -%}
        list_filter(products, lambda one: one.role = '{{ role }}')
    {%- endset -%}
    case
        when {{ role }} is null and len({{ own }}) = 0
        then null
        when len(list_filter({{ own }}, lambda one:one.divisor = 0)) > 0
        then null
        else
            coalesce({{ role }}, 0)
            + coalesce(list_sum(list_transform({{ own }}, lambda one:one.amount / one.divisor)), 0)
    end
{%- endmacro %}

{#- Whether a period of a data element ends what is taken of it: the wanted period, or the last of
    the months that are listed. -#}
{% macro is_last_of_span() -%}
    if(
        wanted.span_kind = 'months',
        month(own.period_start) = wanted.months[-1]::int,
        {{ period_end_of("own.period_kind", "own.period_start") }} = last_day
    )
{%- endmacro %}

{#- Whether a formula asks for the highest, lowest or number of units, asked when the model is
    compiled: nobody else pays for it. -#}
{% macro are_units_asked() -%}
    {%- if not execute -%} {{ return(false) }}{%- endif -%}
    {%- set query -%}
        select count(over_areas) from read_parquet({{ literal("tables/operand_uses.parquet") }})
    {%- endset -%}
    {{ return(run_query(query).rows[0][0] > 0) }}
{%- endmacro %}
