-- Grain: data element × area × period, counted from dossiers.
-- A dossier that two extracts hold counts once, as the later one tells it. Every commune
-- and period that an extract covers is counted, so that none is a real zero.
{{ config(meta={"kept_by": "source"}) }}
{% set columns = {
    "dossier_id": "varchar",
    "channel": "bigint",
    "received_at": "timestamp",
    "due_at": "timestamp",
    "finished_at": "timestamp",
    "online_payment": "bigint",
    "fee": "double",
    "digitised": "boolean",
} %}
with
    records as ({{ in_force_records("one_stop", columns) }}),

    dossiers as (
        select *
        from records
        qualify row_number() over (partition by dossier_id order by extract_period_start desc) = 1
    ),

    months as (
        select distinct extract_period_start as period_start, extract, synthetic, held from records
    ),

    communes as (select area from {{ source("registry", "areas") }} where kind = 'commune'),

    by_month as (
        select
            area,
            date_trunc('month', received_at)::date as period_start,
            count(*) as dossiers_received_in_month,
            count(*) filter (where channel = 2) as dossiers_received_online,
            0 as dossiers_resolved,
            0 as dossiers_resolved_on_time,
            0.0 as dossier_processing_days,
            count(*) filter (where fee > 0) as dossiers_with_charge,
            count(*) filter (
                where fee > 0 and online_payment in (1, 2)
            ) as dossiers_charge_paid_online,
            0 as dossiers_resolved_digitised
        from dossiers
        group by all
        union all by name
        select
            area,
            date_trunc('month', finished_at)::date as period_start,
            count(*) as dossiers_resolved,
            count(*) filter (where finished_at <= due_at) as dossiers_resolved_on_time,
            fsum(epoch(finished_at - received_at)) / 86400 as dossier_processing_days,
            count(*) filter (where digitised) as dossiers_resolved_digitised
        from dossiers
        where finished_at is not null
        group by all
    ),

    monthly as (
        unpivot (
            select
                communes.area,
                months.period_start,
                months.extract,
                months.synthetic,
                months.held,
                coalesce(sum(dossiers_received_in_month), 0)::double as dossiers_received_in_month,
                coalesce(sum(dossiers_received_online), 0)::double as dossiers_received_online,
                coalesce(sum(dossiers_resolved), 0)::double as dossiers_resolved,
                coalesce(sum(dossiers_resolved_on_time), 0)::double as dossiers_resolved_on_time,
                coalesce(sum(dossier_processing_days), 0)::double as dossier_processing_days,
                coalesce(sum(dossiers_with_charge), 0)::double as dossiers_with_charge,
                coalesce(sum(dossiers_charge_paid_online), 0)::double
                as dossiers_charge_paid_online,
                coalesce(sum(dossiers_resolved_digitised), 0)::double as dossiers_resolved_digitised
            from communes
            cross join months
            left join
                by_month
                on communes.area = by_month.area
                and months.period_start = by_month.period_start
            group by
                communes.area, months.period_start, months.extract, months.synthetic, months.held
        )
        on columns(* exclude (area, period_start, extract, synthetic, held))
        into name data_element value value
    ),

    days as (
        select
            unnest(
                generate_series(
                    period_start::timestamp,
                    period_start + interval 1 month - interval 1 day,
                    interval 1 day
                )
            )::date as period_start,
            extract,
            synthetic,
            held
        from months
    ),

    received as (
        select area, received_at::date as period_start, count(*) as dossiers
        from dossiers
        group by all
    )

select
    data_element,
    area,
    'month' as period_kind,
    period_start,
    value,
    'one_stop' as source,
    extract,
    null::bigint as line,
    synthetic,
    held
from monthly
union all
select
    'dossiers_received' as data_element,
    communes.area,
    'day' as period_kind,
    days.period_start,
    coalesce(received.dossiers, 0)::double as value,
    'one_stop' as source,
    days.extract,
    null::bigint as line,
    days.synthetic,
    days.held
from communes
cross join days
left join received on communes.area = received.area and days.period_start = received.period_start
