-- Grain: indicator × area × period.
select * from {{ source("ledger", "last_values") }}
