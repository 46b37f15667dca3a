-- Grain: indicator × area × period that should have a value, published or not.
with
    indicator_values as (select * from {{ ref("indicator_values") }}),

    int_indicator_values as (select * from {{ ref("int_indicator_values") }}),

    standings as (select * from {{ source("process", "standings") }})

select
    indicator,
    area,
    period_kind,
    period_start,
    period,
    case when value is not null then 'present' else state end as coverage,
    due_date,
    missing_operands
from indicator_values
union all
select
    computed.indicator,
    computed.area,
    computed.period_kind,
    computed.period_start,
    {{ period_label("computed.period_kind", "computed.period_start") }} as period,
    'not_issued' as coverage,
    null as due_date,
    standings.lacking as missing_operands
from int_indicator_values as computed
inner join standings using (indicator)
where computed.of_its_time and not standings.published
