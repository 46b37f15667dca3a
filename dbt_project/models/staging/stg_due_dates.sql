-- Grain: source × period.
select * from {{ source("registry", "due_dates") }}
