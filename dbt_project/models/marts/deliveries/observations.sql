-- Grain: data element × area × period. A withheld or suppressed value is empty here too.
{{ config(meta={"kept_by": "data_element"}) }}
with
    int_holds as (select * from {{ ref("int_holds") }} where {{ is_changed("data_element") }}),

    int_observations as (
        select * from {{ ref("int_observations") }} where {{ is_changed("data_element") }}
    ),

    extracts as (select * from {{ source("ledger", "extracts") }}),

    int_suppressions as (select * from {{ ref("int_suppressions") }}),

    holds as (
        select
            data_element,
            area,
            period_kind,
            period_start,
            bool_or(withheld) as withheld,
            list(hold order by hold) as holds
        from int_holds
        group by all
    )

select
    observations.data_element,
    observations.area,
    observations.period_kind,
    observations.period_start,
    {{ period_label("observations.period_kind", "observations.period_start") }} as period,
    if(
        coalesce(holds.withheld, false) or hidden.area is not null, null, observations.value
    ) as value,
    case
        when coalesce(holds.withheld, false)
        then 'held'
        when hidden.area is not null
        then 'suppressed'
        when observations.value is null
        then observations.absence
        when observations.vintage != 'final'
        then 'provisional'
        else 'value'
    end as state,
    observations.vintage,
    observations.scope,
    observations.correction,
    observations.source,
    senders.owner,
    observations.extract,
    observations.line,
    coalesce(len(holds.holds) > 0, false) as held,
    observations.synthetic
from int_observations as observations
inner join (select extract, owner from extracts) as senders using (extract)
left join holds using (data_element, area, period_kind, period_start)
left join int_suppressions as hidden using (data_element, area, period_kind, period_start)
