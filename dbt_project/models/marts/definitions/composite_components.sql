-- Grain: composite × version × component: what belongs to the component alone.
select
    indicator, version, component, position, weight, per, direction, goalpost_low,
    goalpost_high, target, max_score, empty_denominator
from {{ source('registry', 'composite_components') }}
