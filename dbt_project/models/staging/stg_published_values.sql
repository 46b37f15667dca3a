-- Grain: indicator × area × period of the last release.
select * from {{ source('ledger', 'published_values') }}
