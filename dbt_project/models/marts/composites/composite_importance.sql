-- Grain: composite × component of it at any depth × its parent × period examined: what the
-- component is worth in the composite, and what ranks do without it.
with measures as ({{ published_measures() }})

select
    indicator,
    version,
    other as parent,
    subject as component,
    period_kind,
    period_start,
    period,
    {{ measure("weight") }} as weight,
    {{ measure("effective_weight") }} as effective_weight,
    {{ measure("correlation") }} as correlation,
    {{ measure("importance") }} as importance,
    {{ measure("drop_one_mean") }} as drop_one_mean,
    {{ measure("drop_one_largest") }} as drop_one_largest
from measures
where
    measure in (
        'weight',
        'effective_weight',
        'correlation',
        'importance',
        'drop_one_mean',
        'drop_one_largest'
    )
group by indicator, version, parent, component, period_kind, period_start, period
