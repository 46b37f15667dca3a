-- Grain: extract.
select * from {{ source("ledger", "extracts") }}
