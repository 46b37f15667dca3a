-- Grain: composite × period examined × uncertain choice: the share of the movement of ranks
-- that the choice explains.
with measures as ({{ published_measures() }})

select
    indicator,
    version,
    period_kind,
    period_start,
    period,
    subject as choice,
    {{ measure("effect_first") }} as first_order,
    {{ measure("effect_first_margin") }} as first_order_margin,
    {{ measure("effect_total") }} as total_order,
    {{ measure("effect_total_margin") }} as total_order_margin
from measures
where measure like 'effect_%' and measure != 'effective_weight'
group by indicator, version, period_kind, period_start, period, choice
