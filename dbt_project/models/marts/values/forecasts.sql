-- Grain: indicator × area × period to come, up to the end of the year.
select
    indicator,
    area,
    year,
    period_kind,
    period_start,
    {{ period_label("period_kind", "period_start") }} as period,
    forecast,
    low,
    high,
    confidence,
    method
from {{ ref("int_forecasts") }}
where gap is null
