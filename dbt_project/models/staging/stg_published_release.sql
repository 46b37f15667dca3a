-- Grain: one row, or none before the first release.
select * from {{ source("ledger", "published_release") }}
