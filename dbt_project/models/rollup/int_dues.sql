-- Grain: indicator × period: until when its deliveries are due, and how they stand.
with
    indicators as (select * from {{ source("registry", "indicators") }}),

    int_periods as (select * from {{ ref("int_periods") }}),

    int_deliveries as (select * from {{ ref("int_deliveries") }}),

    definitions as (
        select indicator, frequency, unnest(sources) as source
        from indicators
        where expected_from is not null and today
    )

select
    definitions.indicator,
    periods.period_start,
    max(deliveries.due_date) as due_date,
    bool_and(deliveries.delivered) as delivered,
    bool_or(deliveries.held and not deliveries.delivered) as held,
    list_sort(
        list(
            if(deliveries.held, 'refused:', 'late:')
            || deliveries.source
            || '/'
            || deliveries.period
        ) filter (where not deliveries.delivered)
    ) as holds
from definitions
inner join int_periods as periods on definitions.frequency = periods.period_kind
inner join
    int_deliveries as deliveries
    on definitions.source = deliveries.source
    and deliveries.period_end >= periods.period_start
    and deliveries.period_start <= periods.period_end
group by definitions.indicator, periods.period_start
