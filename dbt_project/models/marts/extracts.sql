-- Grain: extract.
select
    extract, source, owner, period_kind, period_start, period, file, sha256, bytes, received_on,
    standing, held, rows, problems, synthetic
from {{ source('ledger', 'extracts') }}
order by extract
