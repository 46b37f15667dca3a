{{ config(meta={"dagster": {"ref": {"name": "int_observations"}}}) }}
-- Observations whose source is not the one that the registry names for their data element.
select
    observations.data_element,
    observations.source,
    elements.source as registered_source,
    count(*) as observations
from {{ ref("int_observations") }} as observations
left join {{ source("registry", "data_elements") }} as elements using (data_element)
where observations.source is distinct from elements.source
group by all
