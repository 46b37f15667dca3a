-- Grain: revision told so far.
select * from {{ source('ledger', 'published_revisions') }}
