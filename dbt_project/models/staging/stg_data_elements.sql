-- Grain: data element.
select * from {{ source("registry", "data_elements") }}
