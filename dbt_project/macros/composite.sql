{#- One level of composites: those of depth `depth`, computed from the relation `values`.
    Columns as in compute_group.

    A score is min(max, max × ratio ÷ target), with the declared points where the ratio's
    denominator is empty. A weighted sum needs every component; a component that its own
    method leaves unscored («not_scored») counts as zero, as the Government's portal does. -#}
{% macro compute_composites(depth, values) %}
with terms as (
    select
        definitions.*,
        terms.operand,
        terms.coefficient
    from {{ ref('stg_indicators') }} as definitions
    inner join {{ ref('stg_indicator_terms') }} as terms using (indicator, version)
    where definitions.indicator_group = 'composite' and definitions.depth = {{ depth }}
),

joined as (
    select
        terms.*,
        cells.of_its_time,
        cells.area,
        cells.period_start,
        operands.value as operand_value,
        operands.reason as operand_reason,
        operands.value is not null or operands.reason is not distinct from 'not_scored' as counts,
        case
            when not counts then coalesce(
                {{ absence_rank('operands.reason') }}, {{ absence_rank("'missing'") }}
            )
        end as absence,
        operands.holds,
        operands.corrections,
        coalesce(operands.restated, false) as restated,
        operands.age_days,
        operands.vintage,
        operands.extracts
    from {{ ref('int_cells') }} as cells
    inner join terms using (indicator, version)
    left join {{ values }} as operands
        on terms.operand = operands.indicator
        and terms.frequency = operands.period_kind
        and cells.area = operands.area
        and cells.period_start = operands.period_start
),

scores as (
    select
        *,
        case
            when operand_value is not null
                then least(max_score, max_score * operand_value / score_target)
            when operand_reason = 'empty_denominator' and empty_denominator = 'full' then max_score
            when operand_reason = 'empty_denominator' and empty_denominator = 'zero' then 0
        end as raw_value,
        case
            when raw_value is not null then null
            when absence = {{ absence_rank("'held'") }} then 'held'
            when operand_reason = 'empty_denominator' then 'not_scored'
            when absence = {{ absence_rank("'missing'") }} then 'missing_operand'
            else {{ absence_word('absence') }}
        end as reason,
        if(reason != 'not_scored', operand, null) as missing_operands
    from joined
    where max_score is not null
),

weighted_sums as (
    select
        indicator,
        version,
        of_its_time,
        area,
        frequency,
        period_start,
        round_to,
        bool_and(counts) as complete,
        if(complete, scale * sum(coefficient * coalesce(operand_value, 0)), null) as raw_value,
        case
            when complete then null
            when min(absence) = {{ absence_rank("'missing'") }} then 'missing_operand'
            else {{ absence_word('min(absence)') }}
        end as reason,
        string_agg(operand, ', ' order by operand) filter (where not counts) as missing_operands,
        {{ gathered('holds') }} as holds,
        {{ gathered('corrections') }} as corrections,
        bool_or(restated) as restated,
        max(age_days) as age_days,
        arg_min(vintage, {{ vintage_rank('vintage') }}) as vintage,
        list_sort(list_distinct(flatten(list(extracts)))) as extracts
    from joined
    where max_score is null
    group by
        indicator, version, of_its_time, area, frequency, period_start, round_to, scale
),

composites as (
    select
        indicator, version, of_its_time, area, frequency, period_start, round_to, raw_value,
        reason, missing_operands, holds, corrections, restated, age_days, vintage, extracts
    from scores
    union all
    select * exclude (complete) from weighted_sums
)

select
    indicator,
    version,
    of_its_time,
    area,
    frequency as period_kind,
    period_start,
    {{ rounded('raw_value', 'round_to') }} as value,
    null::double as numerator,
    null::double as denominator,
    reason,
    missing_operands,
    holds,
    corrections,
    restated,
    if(raw_value is null, null, age_days) as age_days,
    if(raw_value is null, null, vintage) as vintage,
    extracts
from composites
{% endmacro %}

{#- The deepest composite of the registry, asked when the model is compiled. -#}
{% macro deepest_composite() -%}
    {%- if not execute -%}{{ return(2) }}{%- endif -%}
    {%- set query -%}
        select coalesce(max(depth), 2)
        from read_parquet('{{ env_var("KINHBAC_DATA") }}/tables/indicators.parquet')
        where indicator_group = 'composite'
    {%- endset -%}
    {{ return(run_query(query).rows[0][0] | int) }}
{%- endmacro %}
