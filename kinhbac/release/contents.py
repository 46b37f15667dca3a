"""What a release holds: its tables, the question as of a day, the registry of its day.

Here: copying and packing, the same bytes for the same candidate. Not here: whether a
release may be sealed, numbering and swapping (``publication``).
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from kinhbac.checks.candidate import published_tables
from kinhbac.data_folder import hash_file
from kinhbac.database import write_warehouse
from kinhbac.queries import read_queries
from kinhbac.registry import Registry
from kinhbac.registry.files import registry_files

QUERIES = read_queries(__file__)

REGISTRY = "registry.zip"
"""The registry's files inside a release, from which it can be computed again."""


def keep_registry(registry: Registry, archive: Path) -> None:
    """The registry as it was, the same bytes for the same files."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in registry_files(registry.folder):
            name = path.relative_to(registry.folder).as_posix()
            packed.writestr(zipfile.ZipInfo(name), path.read_bytes(), zipfile.ZIP_DEFLATED)


def copy_tables(candidate: Path, folder: Path) -> dict[str, dict[str, Any]]:
    """Copy the published tables, in a fixed order of rows, with their comments."""
    tables: dict[str, dict[str, Any]] = {}
    with write_warehouse(folder / "warehouse.duckdb") as connection:
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
        comments = connection.execute(QUERIES["comments"]).fetchall()
        for table, column, comment in comments:
            if table in tables:
                place = f'column "{table}"."{column}"' if column else f'table "{table}"'
                connection.execute(f"comment on {place} is {_literal(comment)}")
        connection.execute("detach candidate")
        connection.execute(QUERIES["as_of"])
    return tables


def _literal(text: str) -> str:
    """A text as an SQL literal; for our own paths and comments, which take no parameters."""
    return "'" + text.replace("'", "''") + "'"
