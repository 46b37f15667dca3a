-- name: objects
select schema_name || '.' || table_name, 'table'
from duckdb_tables()
where database_name = current_database() and not internal
union all
select schema_name || '.' || view_name, 'view'
from duckdb_views()
where database_name = current_database() and not internal
union all
select distinct schema_name || '.' || function_name, 'macro'
from duckdb_functions()
where database_name = current_database() and not internal
order by all
;
