-- Grain: source × owner × first day.
select * from {{ source("registry", "source_owners") }}
