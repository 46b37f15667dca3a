-- Grain: source × period that it owes, or for which an irregular source has sent anything: how
-- the delivery stands, and since when.
with
    extracts as (select * from {{ source("ledger", "extracts") }}),

    int_deliveries as (select * from {{ ref("int_deliveries") }}),

    sources as (select * from {{ ref("sources") }}),

    refresh as (select * from {{ source("registry", "refresh") }}),

    sent as (
        select
            source,
            period_start,
            any_value(period_kind) as period_kind,
            any_value(period) as period,
            count(*) as extracts,
            count(*) filter (
                where standing in ('refused', 'contested', 'incomplete')
            ) as refused_extracts,
            count(*) filter (where standing = 'superseded') as superseded,
            coalesce(
                sum(problems) filter (where standing in ('refused', 'contested', 'incomplete')), 0
            )::bigint as problems,
            min(received_on) filter (where standing in ('in_force', 'superseded')) as received_on,
            bool_or(standing = 'in_force') as delivered,
            bool_or(held) as held
        from extracts
        where period_start is not null
        group by source, period_start
    ),

    owed as (
        select source, period_kind, period_start, period, due_date, delivered, held
        from int_deliveries
        union all
        select source, sent.period_kind, period_start, sent.period, null, sent.delivered, sent.held
        from sent
        where
            not exists (
                select 1
                from int_deliveries as owed
                where owed.source = sent.source and owed.period_start = sent.period_start
            )
    )

select
    owed.source,
    sources.owner,
    owed.period_kind,
    owed.period_start,
    owed.period,
    owed.due_date,
    case
        when owed.held
        then 'refused'
        when owed.delivered and owed.due_date is null
        then 'irregular'
        when owed.delivered and sent.received_on > owed.due_date
        then 'delivered_late'
        when owed.delivered
        then 'on_time'
        when owed.due_date is null
        then 'refused'
        when owed.due_date >= refresh.as_of
        then 'not_yet_due'
        else 'late'
    end as state,
    sent.received_on,
    if(
        sent.received_on is null or owed.due_date is null,
        null,
        greatest(sent.received_on - owed.due_date, 0)
    ) as days_late,
    coalesce(sent.extracts, 0) as extracts,
    coalesce(sent.refused_extracts, 0) as refused_extracts,
    coalesce(sent.problems, 0) as problems,
    coalesce(sent.superseded, 0) as superseded,
    sources.sender,
    sources.synthetic
from owed
inner join sources as sources using (source)
cross join refresh
left join sent on owed.source = sent.source and owed.period_start = sent.period_start
