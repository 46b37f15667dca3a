-- Grain: data element.
with
    data_elements as (select * from {{ source("registry", "data_elements") }}),

    sources as (select * from {{ ref("sources") }}),

    units as (select * from {{ source("registry", "units") }})

select
    elements.data_element,
    elements.name_vi,
    elements.name_en,
    elements.source,
    sources.owner,
    elements.unit,
    units.name_vi as unit_vi,
    units.name_en as unit_en,
    elements.scope,
    elements.frequency,
    array_to_string(elements.area_kinds, ', ') as area_kinds,
    elements.over_time,
    elements.over_areas,
    elements.weight,
    elements.shared_by,
    elements.carry,
    elements.whole,
    elements.breakdown,
    elements.category,
    elements.disclosed_from,
    elements.children_absolute,
    elements.children_relative,
    elements.synthetic
from data_elements as elements
inner join sources as sources using (source)
inner join units on elements.unit = units.unit
