-- Grain: kind × data element × area × period (area empty where a whole delivery is meant).
{%- set words = words_of("worklist_found") %}
with
    int_anomalies as (select * from {{ ref("int_anomalies") }}),

    sources as (select * from {{ ref("sources") }}),

    data_elements as (select * from {{ source("registry", "data_elements") }}),

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
    -- What is protected is told by kind and place alone.
    if(elements.disclosed_from is null, anomalies.value, null) as value,
    if(elements.disclosed_from is null, anomalies.compared_value, null) as compared_value,
    anomalies.compared_period_start,
    if(
        elements.disclosed_from is null,
        anomalies.evidence,
        {{ say(words, "en", "worklist_found.suppressed") }}
    ) as evidence,
    anomalies.extract,
    extracts.received_on as since
from int_anomalies as anomalies
inner join sources as sources using (source)
left join extracts using (extract)
left join data_elements as elements using (data_element)
