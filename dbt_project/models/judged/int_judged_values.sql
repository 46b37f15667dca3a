-- Grain: indicator × area × period that should have a value, also by category, of the
-- indicators whose step is published, each with the definition of its time; and why a value
-- is not there.
{{ config(meta={"kept_by": "indicator"}) }}
with
    int_indicator_values as (
        select * from {{ ref("int_indicator_values") }} where {{ is_changed("indicator") }}
    ),

    indicators as (select * from {{ source("registry", "indicators") }}),

    standings as (select * from {{ source("process", "standings") }}),

    refresh as (select * from {{ source("registry", "refresh") }}),

    int_dues as (select * from {{ ref("int_dues") }})

select
    computed.*,
    definitions.whole,
    definitions.breakdown,
    definitions.category,
    definitions.indicator_group,
    definitions.method,
    definitions.span_kind,
    definitions.direction,
    definitions.sources,
    definitions.synthetic,
    dues.due_date,
    case
        when computed.value is not null
        then null
        when computed.reason != 'missing_operand'
        then computed.reason
        when refresh.as_of <= dues.due_date
        then 'not_yet_due'
        when dues.held
        then 'held'
        when not dues.delivered
        then 'late'
        else 'missing_operand'
    end as told_reason,
    if(told_reason in ('held', 'late'), coalesce(dues.holds, []), [])
    || coalesce(computed.holds, []) as all_holds,
    case
        when computed.value is not null and len(all_holds) > 0
        then 'held'
        when computed.value is not null and computed.vintage != 'final'
        then 'provisional'
        when computed.value is not null
        then 'value'
        -- Nothing to rate; a denominator that was reported blank is not known.
        -- Nor to divide a summand by: what has all its operands has a vintage.
        when
            told_reason = 'empty_denominator'
            and (computed.denominator = 0 or computed.vintage is not null)
        then 'not_applicable'
        when told_reason in ('negative_denominator', 'condition_unmet')
        then 'not_applicable'
        when told_reason in ('missing_operand', 'no_share', 'empty_denominator', 'undefined')
        then 'missing'
        else told_reason
    end as state
from int_indicator_values as computed
inner join indicators as definitions using (indicator, version)
inner join
    standings
    on coalesce(definitions.whole, definitions.indicator) = standings.indicator
    and standings.published
cross join refresh
left join
    int_dues as dues
    on computed.indicator = dues.indicator
    and computed.period_start = dues.period_start
where computed.of_its_time
