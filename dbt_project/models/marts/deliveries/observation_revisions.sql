-- Grain: change of a delivered cell: data element × area × period × turn that changed it, or agreed
-- correction that began or was withdrawn. Only what changed: a later vintage, a delivery that
-- corrects another, bytes delivered once more, an agreed correction. No row ever goes: what was
-- withdrawn or overtaken stays for as long as it held.
with
    stg_revised_observations as (select * from {{ ref("stg_revised_observations") }}),

    corrections as (select * from {{ ref("corrections") }}),

    int_suppressions as (select * from {{ ref("int_suppressions") }}),

    data_elements as (select * from {{ source("registry", "data_elements") }}),

    int_observations as (select * from {{ ref("int_observations") }}),

    extracts as (select * from {{ source("ledger", "extracts") }}),

    deliveries as (
        select
            *,
            lag(value) over cell as old_value,
            lag(extract) over cell as old_extract,
            lag(vintage) over cell as old_vintage,
            -- Declared days count, but for what was met before the next was.
            if(
                lead(met_on) over cell > met_on,
                greatest(lead(received_on) over cell, lead(met_on) over cell),
                lead(received_on) over cell
            ) as until
        from stg_revised_observations
        window cell as (partition by data_element, area, period_kind, period_start order by turn)
    ),

    agreed as (
        select corrections.*, extracts.layout, extracts.turn, extracts.received_on
        from corrections
        left join
            int_observations as observations using (
                data_element, area, period_kind, period_start, source
            )
        left join extracts on observations.extract = extracts.extract
        where
            corrections.state != 'agreed_for_later'
            and corrections.agreed_on < coalesce(corrections.withdrawn_on, 'infinity')
    ),

    -- A correction held while the source delivered what it corrects. Of records nothing is counted
    -- but what is in force: there a later delivery says that it was something else before.
    applied as (
        select *
        from agreed
        where
            state = 'in_force'
            or (
                {{ settled("delivered_value") }} is not distinct from {{ settled("old_value") }}
                and received_on < withdrawn_on
            )
            or (layout = 'records' and turn > 1 and received_on > agreed_on)
            or exists (
                select 1
                from deliveries
                where
                    deliveries.data_element = agreed.data_element
                    and deliveries.area = agreed.area
                    and deliveries.period_kind = agreed.period_kind
                    and deliveries.period_start = agreed.period_start
                    and {{ settled("deliveries.value") }}
                    is not distinct from {{ settled("agreed.old_value") }}
                    and agreed.agreed_on < coalesce(deliveries.until, 'infinity')
                    and deliveries.received_on < coalesce(agreed.withdrawn_on, 'infinity')
            )
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
    case
        when deliveries.again
        then 'taken_back'
        when deliveries.old_vintage = deliveries.vintage
        then 'delivered_again'
        else 'later_vintage'
    end as cause,
    deliveries.source,
    deliveries.turn,
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
    null,
    correction
from applied
union all
select
    data_element,
    area,
    period_kind,
    period_start,
    period,
    new_value,
    old_value,
    withdrawn_on,
    'correction_withdrawn',
    source,
    null,
    null,
    null,
    null,
    null,
    correction
from applied
where state = 'withdrawn'
