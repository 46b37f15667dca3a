-- Grain: indicator × version × area × period, of the published indicators that have more than
-- one definition: every period with every method, side by side.
with
    int_indicator_values as (select * from {{ ref("int_indicator_values") }}),

    indicators as (select * from {{ source("registry", "indicators") }}),

    standings as (select * from {{ source("process", "standings") }})

select
    computed.indicator,
    computed.version,
    definitions.valid_from,
    definitions.valid_to,
    definitions.formula,
    definitions.decision,
    computed.area,
    computed.period_kind,
    computed.period_start,
    {{ period_label("computed.period_kind", "computed.period_start") }} as period,
    computed.of_its_time,
    computed.value,
    computed.reason
from int_indicator_values as computed
inner join indicators as definitions using (indicator, version)
inner join standings on computed.indicator = standings.indicator and standings.published
where
    computed.indicator in (select indicator from indicators group by indicator having count(*) > 1)
