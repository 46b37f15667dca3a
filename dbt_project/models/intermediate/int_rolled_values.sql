-- Grain: data element × area × period of the element's own kind × rolled_up: as delivered,
-- and as rolled up from the children of an area, before anything is held.
-- A parent has a value only when every child that stands today has one: sums add,
-- weighted means carry their weight, everything else stays with the areas that delivered.
with observations as (
    select observations.*, areas.kind as area_kind, areas.parent
    from {{ ref('int_observations') }} as observations
    inner join {{ source('registry', 'areas') }} as areas using (area)
),

children as (
    select parent, count(*) as children
    from {{ source('registry', 'areas') }}
    cross join {{ source('registry', 'refresh') }}
    where kind = 'commune' and as_of between valid_from and coalesce(valid_to, as_of)
    group by parent
),

rolled_up as (
    select
        observations.data_element,
        observations.parent as area,
        observations.period_kind,
        observations.period_start,
        case elements.over_areas
            when 'sum' then sum(observations.value)
            else sum(observations.value * weights.value) / nullif(sum(weights.value), 0)
        end as value_of_present,
        count(observations.value) filter (where elements.weight is null or weights.value is not null)
            = any_value(children.children) as complete,
        arg_min(observations.vintage, {{ vintage_rank('observations.vintage') }}) as vintage,
        any_value(observations.scope) as scope,
        max_by(observations.extract, observations.extract) as extract,
        any_value(elements.area_kinds) as area_kinds
    from observations
    inner join {{ ref('stg_data_elements') }} as elements using (data_element)
    inner join children on observations.parent = children.parent
    left join {{ ref('int_observations') }} as weights
        on elements.weight = weights.data_element
        and observations.area = weights.area
        and observations.period_start = weights.period_start
    where elements.over_areas != 'none' and observations.area_kind = 'commune'
    group by
        observations.data_element, observations.parent, observations.period_kind,
        observations.period_start, elements.over_areas
)

select
    data_element, area, period_kind, period_start, value, vintage, scope, extract,
    false as rolled_up, true as of_record
from observations
union all
select
    data_element, area, period_kind, period_start,
    if(complete, value_of_present, null) as value, vintage, scope, extract,
    true as rolled_up, not list_contains(area_kinds, 'province') as of_record
from rolled_up
