-- Grain: composite inside an examined one × pair of its components × period.
with measures as ({{ published_measures() }})

select
    indicator,
    version,
    subject as component,
    other as other_component,
    period_kind,
    period_start,
    period,
    value as correlation,
    {{ settled("abs(value)") }} > 0.92 as collinear  -- OECD/JRC Handbook (2008), step 4
from measures
where measure = 'pair'
