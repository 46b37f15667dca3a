-- Grain: kind × data element × area × period (area empty where a whole delivery is meant): a
-- question
-- to the owner. An answer holds as long as the figure that was asked about stands, also when a
-- run of
-- periods goes on. Kinds that an owner has always explained are asked no more.
{%- set words = words_of("worklist_found") %}
{%- set enough = 5 %}
with
    int_anomalies as (select * from {{ ref("int_anomalies") }}),

    sources as (select * from {{ ref("sources") }}),

    data_elements as (select * from {{ source("registry", "data_elements") }}),

    extracts as (select * from {{ source("ledger", "extracts") }}),

    answers as (select * from {{ source("registry", "answers") }}),

    always_explained as (
        select source, question
        from answers
        group by source, question
        having count(*) >= {{ enough }} and bool_and(kind = 'explained')
    ),

    answered as (
        select
            anomalies.*,
            answers.kind as answer,
            answers.answered_by,
            answers.answered_on,
            answers.reason_vi,
            answers.reason_en
        from int_anomalies as anomalies
        left join
            answers
            on anomalies.source = answers.source
            and anomalies.anomaly = answers.question
            and anomalies.data_element is not distinct from answers.data_element
            and anomalies.area is not distinct from answers.area
            and anomalies.value is not distinct from answers.value
            and answers.period_start between coalesce(
                anomalies.compared_period_start, anomalies.period_start
            ) and anomalies.period_start
        qualify
            row_number() over (
                partition by
                    anomalies.anomaly,
                    anomalies.source,
                    anomalies.data_element,
                    anomalies.area,
                    anomalies.period_start,
                    anomalies.evidence
                order by answers.answered_on desc, answers.answer
            )
            = 1
    )

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
    {%- for language, suffix in [("en", ""), ("vi", "_vi")] %}
        if(
            elements.disclosed_from is null,
            anomalies.evidence{{ suffix }},
            {{ say(words, language, "worklist_found.suppressed") }}
        ) as evidence{{ suffix }},
    {%- endfor %}
    anomalies.extract,
    extracts.received_on as since,
    case
        when anomalies.answer is not null
        then anomalies.answer
        when always_explained.question is not null
        then 'silent'
        else 'open'
    end as state,
    anomalies.answered_by,
    anomalies.answered_on,
    anomalies.reason_vi,
    anomalies.reason_en
from answered as anomalies
inner join sources as sources using (source)
left join extracts using (extract)
left join data_elements as elements using (data_element)
left join
    always_explained
    on anomalies.source = always_explained.source
    and anomalies.anomaly = always_explained.question
