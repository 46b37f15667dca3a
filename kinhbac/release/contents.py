"""What a release holds: its tables, the question as of a day, the registry of its day.

Here: copying and packing, the same bytes for the same candidate. Not here: whether a
release may be sealed, numbering and swapping (``publication``).
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import duckdb

from kinhbac.checks.candidate import published_tables
from kinhbac.data_folder import hash_file
from kinhbac.registry import Registry
from kinhbac.registry.model import registry_files

REGISTRY = "registry.zip"
"""The registry's files inside a release, from which it can be computed again."""

AS_OF = """
    create macro indicator_values_as_of(day) as table
    select
        values.indicator, values.area, values.period_kind, values.period_start, values.period,
        if(later.indicator is null, values.value, later.old_value) as value,
        if(later.indicator is null, null, later.revised_on) as revised_on
    from indicator_values as values
    left join (
        select
            indicator, area, period_start,
            first(old_value order by new_release) as old_value,
            min(revised_on) as revised_on
        from revisions
        where revised_on > day
        group by all
    ) as later using (indicator, area, period_start)
    where values.published_on <= day
"""
"""What was published by a day, asked of today's release: ``from indicator_values_as_of(day)``."""


def keep_registry(registry: Registry, archive: Path) -> None:
    """The registry as it was, the same bytes for the same files."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in registry_files(registry.folder):
            name = path.relative_to(registry.folder).as_posix()
            packed.writestr(zipfile.ZipInfo(name), path.read_bytes(), zipfile.ZIP_DEFLATED)


def copy_tables(candidate: Path, folder: Path) -> dict[str, dict[str, Any]]:
    """Copy the published tables, in a fixed order of rows, with their comments."""
    tables: dict[str, dict[str, Any]] = {}
    with duckdb.connect((folder / "warehouse.duckdb").as_posix()) as connection:
        connection.execute(f"attach {_literal(candidate.as_posix())} as candidate (read_only)")
        for table in published_tables():
            connection.execute(
                f'create table "{table}" as from candidate.main."{table}" order by all'
            )
            parquet = folder / f"{table}.parquet"
            connection.execute(f'copy "{table}" to {_literal(parquet.as_posix())} (format parquet)')
            counted = connection.execute(f'select count(*) from "{table}"').fetchone()
            assert counted
            tables[table] = {"rows": counted[0], "sha256": hash_file(parquet)}
        comments = connection.execute(
            """
            select table_name, null, comment from duckdb_tables()
            where database_name = 'candidate' and comment is not null
            union all
            select table_name, column_name, comment from duckdb_columns()
            where database_name = 'candidate' and comment is not null
            """
        ).fetchall()
        for table, column, comment in comments:
            if table in tables:
                place = f'column "{table}"."{column}"' if column else f'table "{table}"'
                connection.execute(f"comment on {place} is {_literal(comment)}")
        connection.execute("detach candidate")
        connection.execute(AS_OF)
    return tables


def _literal(text: str) -> str:
    """A text as an SQL literal; for our own paths and comments, which take no parameters."""
    return "'" + text.replace("'", "''") + "'"
