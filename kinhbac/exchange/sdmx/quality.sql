-- name: measures_quality
select table_name
from duckdb_tables()
where table_name = 'quality'
;

-- name: day
-- The newest quarter that has ended: what it says changes only where it is revised.
select (date_trunc('quarter', as_of) - interval 3 month)::date
from release_info
;

-- name: measured
select subject as source, measure, value
from quality
where level = 'source' and period_kind = 'quarter' and period_start = $1 and value is not null
order by subject, measure
;

-- name: written
select source, concept, text_vi, text_en
from source_reports
order by source, concept
;

-- name: sources
select source, name_vi, name_en
from sources
order by source
;
