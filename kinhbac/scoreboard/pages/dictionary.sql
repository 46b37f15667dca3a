-- name: tables
select table_name, coalesce(comment, '') as meaning_en
from duckdb_tables()
where not internal and not temporary
order by table_name
;

-- name: columns
select table_name, column_name, lower(data_type) as data_type, coalesce(comment, '') as meaning_en
from duckdb_columns()
where not internal and table_name in (select table_name from duckdb_tables() where not temporary)
order by table_name, column_index
;
