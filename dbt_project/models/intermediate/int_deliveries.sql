-- Grain: source × period that it owes: delivered, refused, or still awaited, and until when.
select
    sources.source,
    periods.period_kind,
    periods.period_start,
    periods.period_end,
    periods.period,
    case sources.due_after
        when 'start' then periods.period_start
        else periods.period_end
    end + sources.due_days as due_date,
    coalesce(bool_or(extracts.standing = 'in_force'), false) as delivered,
    coalesce(bool_or(extracts.held), false) as held,
    max(extracts.received_on) as received_on
from {{ source('registry', 'sources') }} as sources
inner join {{ ref('int_periods') }} as periods
    on sources.frequency = periods.period_kind
    and periods.period_start >= sources.expected_from
left join {{ source('ledger', 'extracts') }} as extracts
    on sources.source = extracts.source
    and periods.period_start = extracts.period_start
group by all
