-- Grain: source × period that it owes: delivered, refused, or still awaited, and until when.
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
from {{ ref("stg_sources") }} as sources
inner join
    {{ ref("int_periods") }} as periods
    on sources.frequency = periods.period_kind
    and periods.period_start >= sources.expected_from
inner join
    {{ ref("stg_due_dates") }} as due_dates
    on sources.source = due_dates.source
    and periods.period_start = due_dates.period_start
left join
    {{ ref("stg_extracts") }} as extracts
    on sources.source = extracts.source
    and periods.period_start = extracts.period_start
group by all
