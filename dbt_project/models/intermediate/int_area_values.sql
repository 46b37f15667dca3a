-- Grain: data element × area × period of the element's own kind, delivered or rolled up.
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
        max_by(observations.extract, observations.period_start) as extract,
        bool_or(observations.held) as held
    from observations
    inner join {{ ref('stg_data_elements') }} as elements using (data_element)
    inner join children on observations.parent = children.parent
    left join {{ ref('int_observations') }} as weights
        on elements.weight = weights.data_element
        and observations.area = weights.area
        and observations.period_start = weights.period_start
    where
        elements.over_areas != 'none'
        and observations.area_kind = 'commune'
        and not list_contains(elements.area_kinds, 'province')
    group by
        observations.data_element, observations.parent, observations.period_kind,
        observations.period_start, elements.over_areas
)

select
    data_element, area, period_kind, period_start, value, value is null as blank, extract, held
from observations
union all
select
    data_element, area, period_kind, period_start,
    if(complete, value_of_present, null) as value, false as blank, extract, held
from rolled_up
