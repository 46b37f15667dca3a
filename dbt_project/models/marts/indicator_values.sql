-- Grain: indicator × area × period that should have a value.
with computed as (
    select * from {{ ref('input_indicators') }}
    union all
    select * from {{ ref('process_indicators') }}
    union all
    select * from {{ ref('output_indicators') }}
    union all
    select * from {{ ref('impact_indicators') }}
    union all
    select * from {{ ref('composite_indicators') }}
)

select
    computed.indicator,
    definitions.indicator_group,
    computed.area,
    computed.period_kind,
    computed.period_start,
    {{ period_label('computed.period_kind', 'computed.period_start') }} as period,
    computed.value,
    computed.numerator,
    computed.denominator,
    targets.target,
    case
        when computed.value is null or definitions.red is null then null
        when definitions.direction = 'higher_is_better' then case
            when computed.value >= definitions.yellow then 'green'
            when computed.value >= definitions.red then 'yellow'
            else 'red'
        end
        when computed.value <= definitions.yellow then 'green'
        when computed.value <= definitions.red then 'yellow'
        else 'red'
    end as status,
    case
        when computed.value is not null then null
        when computed.reason != 'missing_operand' then computed.reason
        when refresh.as_of <= dues.due_date then 'not_yet_due'
        when dues.held then 'held'
        when not dues.delivered then 'late'
        else 'missing_operand'
    end as reason,
    if(computed.value is null, computed.missing_operands, null) as missing_operands,
    computed.held,
    dues.due_date,
    array_to_string(definitions.sources, ', ') as source,
    computed.extracts,
    definitions.synthetic
from computed
inner join {{ ref('stg_indicators') }} as definitions using (indicator)
cross join {{ source('registry', 'refresh') }} as refresh
left join {{ source('registry', 'targets') }} as targets
    on computed.indicator = targets.indicator and year(computed.period_start) = targets.year
left join {{ ref('int_dues') }} as dues
    on computed.indicator = dues.indicator and computed.period_start = dues.period_start
order by indicator, area, period_start
