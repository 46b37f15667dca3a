-- Grain: composite inside an examined one × period: whether its components belong together.
with measures as ({{ published_measures() }})

select
    indicator,
    version,
    period_kind,
    period_start,
    period,
    {{ measure("units") }}::integer as units,
    {{ measure("components") }}::integer as components,
    {{ measure("alpha") }} as cronbach_alpha,
    count(*) filter (
        where measure = 'explained' and {{ settled("(value * own.components)") }} > 1
    )::integer as factors,
    max(value) filter (where measure = 'explained' and other = '1') as explained_by_first
from measures
inner join
    (
        select indicator, version, period_start, value as components
        from measures
        where measure = 'components'
    ) as own using (indicator, version, period_start)
where measure in ('units', 'components', 'alpha', 'explained')
group by indicator, version, period_kind, period_start, period
