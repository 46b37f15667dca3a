-- Grain: kind × data element × area × period (area empty where a whole delivery is meant).
with
    int_anomalies as (select * from {{ ref("int_anomalies") }}),

    sources as (select * from {{ ref("sources") }}),

    extracts as (select * from {{ source("ledger", "extracts") }})

select
    anomalies.anomaly,
    anomalies.source,
    sources.owner,
    anomalies.data_element,
    anomalies.area,
    anomalies.period_kind,
    anomalies.period_start,
    {{ period_label("anomalies.period_kind", "anomalies.period_start") }} as period,
    anomalies.value,
    anomalies.compared_value,
    anomalies.compared_period_start,
    anomalies.evidence,
    anomalies.extract,
    extracts.received_on as since
from int_anomalies as anomalies
inner join sources as sources using (source)
left join extracts using (extract)
