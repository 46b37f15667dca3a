-- Grain: composite inside an examined one × component × principal component × period.
with measures as ({{ published_measures() }})

select
    loadings.indicator,
    loadings.version,
    loadings.subject as component,
    loadings.other::integer as factor,
    loadings.period_kind,
    loadings.period_start,
    loadings.period,
    loadings.value as loading,
    explained.value as explained
from measures as loadings
inner join
    measures as explained
    on loadings.indicator = explained.indicator
    and loadings.version = explained.version
    and loadings.period_start = explained.period_start
    and loadings.other = explained.other
    and explained.measure = 'explained'
where loadings.measure = 'loading' and loadings.value is not null
