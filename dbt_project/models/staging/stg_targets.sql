-- Grain: indicator × year × area.
select * from {{ source("registry", "targets") }}
