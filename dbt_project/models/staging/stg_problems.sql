-- Grain: problem of an extract.
select * from {{ source("ledger", "problems") }}
