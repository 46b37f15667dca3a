-- Grain: warning told so far.
select * from {{ source('ledger', 'published_warnings') }}
