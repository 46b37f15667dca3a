-- Grain: source × period that it owes: delivered, refused, or still awaited, and until when.
with
    stg_sources as (select * from {{ ref("stg_sources") }}),

    int_periods as (select * from {{ ref("int_periods") }}),

    stg_due_dates as (select * from {{ ref("stg_due_dates") }}),

    stg_extracts as (select * from {{ ref("stg_extracts") }})

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
from stg_sources as sources
inner join
    int_periods as periods
    on sources.frequency = periods.period_kind
    and periods.period_start >= sources.expected_from
inner join
    stg_due_dates as due_dates
    on sources.source = due_dates.source
    and periods.period_start = due_dates.period_start
left join
    stg_extracts as extracts
    on sources.source = extracts.source
    and periods.period_start = extracts.period_start
group by all
