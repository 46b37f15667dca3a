-- Grain: extract.
select
    extract, source, owner, delivered_by, period_kind, period_start, period, file, sha256, bytes,
    received_on, vintage, standing, held, overwritten, rows, rows_set_aside, problems, synthetic
from {{ source('ledger', 'extracts') }}
