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
from {{ ref("stg_indicators") }}
where breakdown is null
