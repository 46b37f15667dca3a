-- name: sentences
with
    told as (
        select found, found_vi
        from problems
        union all
        select expected, expected_vi
        from problems
        union all
        select remedy, remedy_vi
        from problems
        union all
        select found, found_vi
        from worklist
        union all
        select expected, expected_vi
        from worklist
        union all
        select remedy, remedy_vi
        from worklist
        union all
        select evidence, evidence_vi
        from anomalies
    )

select distinct found as said
from told
where found = found_vi and regexp_matches(found, '[a-z]{2,} [a-z]{2,} [a-z]{2,}')
order by said
;

-- name: meanings
select distinct comment as said
from duckdb_columns()
where
    not internal
    and comment is not null
    and table_name in (select table_name from duckdb_tables() where not temporary)
order by said
;

-- name: columns
select distinct column_name
from duckdb_columns()
where not internal and table_name in ('problems', 'worklist', 'anomalies')
order by column_name
;
