-- Grain: indicator × version: every definition, valid from … to ….
select
    indicator,
    version,
    valid_from,
    valid_to,
    today,
    formula,
    scale,
    round_to,
    composite_method,
    decision
from {{ source("registry", "indicators") }}
where breakdown is null
