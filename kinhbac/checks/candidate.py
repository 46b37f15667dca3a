"""The candidate: the tables that a release will show, whoever makes them.

Here: which tables there are, and passing on those that no model computes. Not here: what dbt
computes, what checks say.
"""

from __future__ import annotations

from kinhbac.checks.dbt_project import parse_project
from kinhbac.data_folder import DBT_PROJECT, DataFolder
from kinhbac.database import literal, read_warehouse, write_warehouse
from kinhbac.ingest.ledger_tables import TABLES as LEDGER
from kinhbac.registry.tables import TABLES as REGISTRY
from kinhbac.registry.tables.process import DefinitionRow
from kinhbac.rows import Row, published_columns

WRITTEN: tuple[type[Row], ...] = (*REGISTRY, DefinitionRow, *LEDGER)
PASSED_ON = {rows.table: rows for rows in WRITTEN if rows.meaning}
"""Tables that a release shows as registry and door laid them down, proven when written."""


def marts() -> list[str]:
    """The tables that dbt computes for a release: the models below ``marts/``."""
    return sorted(path.stem for path in (DBT_PROJECT / "models" / "marts").rglob("*.sql"))


def published_tables() -> list[str]:
    """Every table that a release holds."""
    return sorted([*marts(), *PASSED_ON])


def count_rows(data: DataFolder) -> dict[str, int]:
    """The rows of each table that lies in the candidate, by name; a view, which is computed whenever
    it is read, is left out. Raises duckdb.IOException where there is no candidate."""
    with read_warehouse(data.candidate) as connection:
        stored = "select table_name from duckdb_tables() where schema_name = 'main'"
        tables = [name for (name,) in connection.execute(stored).fetchall()]
        # DuckDB's own estimate is told for nothing, and counts rows that were deleted.
        counts = (f"select '{name}', count(*) from \"{name}\"" for name in tables)
        return dict(connection.execute(" union all ".join(counts)).fetchall()) if tables else {}


def find_meanings() -> dict[str, dict[str, str]]:
    """What the columns of each published table mean, by their names; under no name, the table."""
    project = parse_project()
    meanings = {mart: project.meanings_of(mart) for mart in marts()}
    for table, rows in PASSED_ON.items():
        columns = {column.name: column.meaning or "" for column in published_columns(rows)}
        meanings[table] = {"": rows.meaning, **columns}
    return meanings


def pass_tables_on(data: DataFolder) -> None:
    """Lay the tables that no model computes into the candidate.

    Done before any check sees the candidate, so that evidence is of the whole of it.
    """
    with write_warehouse(data.candidate) as connection:
        connection.begin()  # each of them alone would wait for the disk
        for table, rows in PASSED_ON.items():
            columns = published_columns(rows)
            names = ", ".join(f'"{column.name}"' for column in columns)
            parquet = literal(data.tables / f"{table}.parquet")
            connection.execute(
                f'create or replace table "{table}" as select {names} from read_parquet($parquet)',
                {"parquet": parquet},
            )
        connection.commit()
