-- name: tables
select table_name
from duckdb_tables()
where not internal and not temporary and schema_name = 'main' and table_name in (select unnest($1))
order by table_name
;

-- name: columns
select table_name, column_name, lower(data_type) as data_type
from duckdb_columns()
where not internal and schema_name = 'main' and table_name in (select unnest($1))
order by table_name, column_index
;
