-- Grain: change of a delivered cell: data element × area × period × delivery that changed it.
-- Only what changed; a later vintage, a corrected delivery, or an agreed correction.
with
    stg_revised_observations as (select * from {{ ref("stg_revised_observations") }}),

    corrections as (select * from {{ ref("corrections") }}),

    int_suppressions as (select * from {{ ref("int_suppressions") }}),

    data_elements as (select * from {{ source("registry", "data_elements") }}),

    deliveries as (
        select
            *,
            lag(value) over cell as old_value,
            lag(extract) over cell as old_extract,
            lag(vintage) over cell as old_vintage
        from stg_revised_observations
        window
            cell as (partition by data_element, area, period_kind, period_start order by delivery)
    )

select
    deliveries.data_element,
    deliveries.area,
    deliveries.period_kind,
    deliveries.period_start,
    {{ period_label("deliveries.period_kind", "deliveries.period_start") }} as period,
    {{ unless_hidden("deliveries.old_value", "deliveries.old_value", "deliveries.value") }}
    as old_value,
    {{ unless_hidden("deliveries.value", "deliveries.old_value", "deliveries.value") }}
    as new_value,
    deliveries.received_on as revised_on,
    if(deliveries.old_vintage = deliveries.vintage, 'delivered_again', 'later_vintage') as cause,
    deliveries.source,
    deliveries.old_extract,
    deliveries.extract as new_extract,
    deliveries.old_vintage,
    deliveries.vintage as new_vintage,
    null::varchar as correction
from deliveries
left join data_elements as elements using (data_element)
left join int_suppressions as hidden using (data_element, area, period_kind, period_start)
where
    deliveries.old_extract is not null
    and {{ settled("deliveries.old_value") }} is distinct from {{ settled("deliveries.value") }}
union all
select
    data_element,
    area,
    period_kind,
    period_start,
    period,
    old_value,
    new_value,
    agreed_on,
    'correction',
    source,
    null,
    null,
    null,
    null,
    correction
from corrections
where state in ('in_force', 'closed')
