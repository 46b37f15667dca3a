-- Grain: composite × component × period, or once at the first day of the span of reference:
-- the figures by which the component was normalised, after treatment.
with measures as ({{ published_measures() }})

select
    indicator,
    version,
    subject as component,
    period_kind,
    period_start,
    period,
    {{ measure("scale_figures") }}::integer as figures,
    {{ measure("scale_lowest") }} as lowest,
    {{ measure("scale_highest") }} as highest,
    {{ measure("scale_mean") }} as mean,
    {{ measure("scale_deviation") }} as deviation
from measures
where measure like 'scale_%'
group by indicator, version, component, period_kind, period_start, period
