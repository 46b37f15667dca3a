-- name: objects
select schema_name || '.' || table_name, 'table'
from duckdb_tables()
where database_name = 'proven' and not internal
union all
select schema_name || '.' || view_name, 'view'
from duckdb_views()
where database_name = 'proven' and not internal
union all
select distinct schema_name || '.' || function_name, 'macro'
from duckdb_functions()
where database_name = 'proven' and not internal
union all
select distinct schema_name || '.' || type_name, 'type'
from duckdb_types()
where database_name = 'proven' and not internal
union all
select schema_name || '.' || sequence_name, 'sequence'
from duckdb_sequences()
where database_name = 'proven'
union all
select schema_name || '.' || index_name, 'index'
from duckdb_indexes()
where database_name = 'proven'
union all
select schema_name || '.' || table_name || '.' || column_name, 'formula'
from duckdb_columns()
where database_name = 'proven' and not internal and column_default is not null
order by all
;
