-- Grain: source × period that it owes: delivered, refused, or still awaited, and until when.
with
    sources as (select * from {{ source("registry", "sources") }}),

    int_periods as (select * from {{ ref("int_periods") }}),

    due_dates as (select * from {{ source("registry", "due_dates") }}),

    extracts as (select * from {{ source("ledger", "extracts") }})

select
    sources.source,
    periods.period_kind,
    periods.period_start,
    periods.period_end,
    periods.period,
    due_dates.due_date,
    coalesce(bool_or(extracts.standing = 'in_force'), false) as delivered,
    coalesce(bool_or(extracts.held), false) as held,
    max(extracts.received_on) as received_on
from sources
inner join
    int_periods as periods
    on sources.frequency = periods.period_kind
    and periods.period_start >= sources.expected_from
inner join
    due_dates on sources.source = due_dates.source and periods.period_start = due_dates.period_start
left join
    extracts on sources.source = extracts.source and periods.period_start = extracts.period_start
group by all
