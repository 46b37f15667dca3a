-- Grain: indicator, by the definition of today.
{%- set words = words_of("group", "undescribed") %}
with
    indicators as (select * from {{ source("registry", "indicators") }}),

    sources as (select * from {{ ref("sources") }}),

    units as (select * from {{ source("registry", "units") }}),

    standings as (select * from {{ source("process", "standings") }}),

    steps as (select * from {{ source("registry", "steps") }})

select
    indicators.indicator,
    indicators.name_vi,
    indicators.name_en,
    indicators.indicator_group,
    lower({{ word_for(words, "vi", "indicators.indicator_group", "group") }}) as indicator_group_vi,
    sources.sector,
    indicators.purpose,
    indicators.purpose_vi,
    indicators.need,
    standings.step,
    steps.name_vi as step_vi,
    steps.name_en as step_en,
    standings.published,
    standings.sent_back,
    standings.waits,
    standings.awaits,
    standings.awaits_until,
    standings.next_step,
    standings.lacking,
    standings.lacking_vi,
    indicators.version,
    indicators.formula,
    indicators.unit,
    units.name_vi as unit_vi,
    units.name_en as unit_en,
    units.measure as unit_measure,
    units.power as unit_power,
    indicators.frequency,
    indicators.span,
    indicators.covers,
    array_to_string(indicators.area_kinds, ', ') as area_kinds,
    indicators.direction,
    indicators.round_to,
    indicators.decimals,
    indicators.least,
    indicators.most,
    indicators.reproduces,
    indicators.reproduces_absolute,
    indicators.reproduces_relative,
    indicators.differs_because_vi,
    indicators.differs_because_en,
    indicators.decision,
    indicators.source,
    sources.owner,
    array_to_string(indicators.sources, ', ') as sources,
    indicators.valid_from,
    indicators.valid_to,
    indicators.synthetic,
    indicators.access,
    indicators.licence,
    array_to_string(indicators.undescribed, ', ') as undescribed,
    array_to_string(
        list_transform(
            indicators.undescribed,
            lambda lacking:{{ word_for(words, "vi", "lacking", "undescribed") }}
        ),
        ', '
    ) as undescribed_vi
from indicators
inner join sources as sources using (source)
inner join units on indicators.unit = units.unit
inner join standings using (indicator)
left join steps on standings.step = steps.step
where indicators.today and indicators.breakdown is null
