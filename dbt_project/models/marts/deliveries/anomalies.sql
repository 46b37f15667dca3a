-- Grain: kind × data element × area × period (area empty where a whole delivery is meant).
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
from {{ ref("int_anomalies") }} as anomalies
inner join {{ ref("sources") }} as sources using (source)
left join {{ ref("stg_extracts") }} as extracts using (extract)
