"""The database of a release, with the rows of the one that follows.

Here: which files differ, replacing their rows. Not here: which database may be believed, proving
what came of it, making one whole (``warehouse``). A night changes few files of many, and reading
them all takes seconds.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb

from kinhbac.data_folder import have_same_bytes
from kinhbac.database import literal, write_warehouse
from kinhbac.release.parquet import describe_columns
from kinhbac.release.releases import SCRIPT

WORN = 2
"""How many rows lie in a database for each that is still one, from which it is made whole."""


def renew(proven: Path, rows: int, path: Path, folder: Path) -> bool:
    """Let ``path`` be the ``proven`` database of another release, with the rows of ``folder``.

    False when it cannot be: another script makes other tables or says of them something else,
    a table has other columns, or as much that is gone lies in it as its ``rows``.
    """
    if not have_same_bytes(folder / SCRIPT, proven.with_name(SCRIPT)):
        return False
    shutil.copyfile(proven, path)
    with write_warehouse(path) as connection:
        if _count_laid(connection) >= WORN * rows:
            return False
        # What lies beside rows that go would be written once more to close the gaps: a large table
        # for a few rows of it, some nights a third of the file.
        connection.execute("set max_vacuum_tasks = 0")
        changed = {
            now: parts
            for now in sorted(folder.glob("*.parquet"))
            if (parts := list(_find_changed(proven.with_name(now.name), now)))
        }
        if not all(_has_columns(connection, now, parts) for now, parts in changed.items()):
            return False
        connection.execute("begin")
        for now, parts in changed.items():
            _delete_rows(connection, now, parts)
        connection.execute("commit")
        connection.execute("checkpoint")  # the new rows fill the place of those that are gone
        connection.execute("begin")
        for now, parts in changed.items():
            new = _rows_of(connection, now, parts)
            if new is not None:
                new.insert_into(now.stem)
        connection.execute("commit")
    return True


def _count_laid(connection: duckdb.DuckDBPyConnection) -> int:
    """The rows that lie in the tables, with those that were deleted and keep their place."""
    query = "select sum(estimated_size) from duckdb_tables() where not internal"
    [(laid,)] = connection.execute(query).fetchall()
    return int(laid)


def _rows_of(
    connection: duckdb.DuckDBPyConnection, table: Path, parts: list[str]
) -> duckdb.DuckDBPyRelation | None:
    """The rows of these files of a table; None where they have gone."""
    there = [literal(path) for name in parts if (path := table / name).is_file()]
    return connection.read_parquet(there) if there else None


def _has_columns(connection: duckdb.DuckDBPyConnection, table: Path, parts: list[str]) -> bool:
    rows = _rows_of(connection, table, parts)
    if rows is None:
        return True
    found = [*zip(rows.columns, map(str, rows.types), strict=True)]
    return found == describe_columns(connection, f'"{table.stem}"')


def _delete_rows(connection: duckdb.DuckDBPyConnection, table: Path, parts: list[str]) -> None:
    if not table.is_dir():
        connection.execute(f'delete from "{table.stem}"')
        return
    [(key, _), *_] = describe_columns(connection, f'"{table.stem}"')
    connection.execute(
        f'delete from "{table.stem}" where "{key}" in (select unnest($1::varchar[]))',
        [[Path(name).stem for name in parts]],
    )


def _find_changed(then: Path, now: Path) -> Iterator[str]:
    """The names of the parts that came, went or changed; of a table in one file no name."""
    parts = (path.name for path in (*then.iterdir(), *now.iterdir())) if now.is_dir() else ("",)
    for name in sorted(set(parts)):
        if not have_same_bytes(then / name, now / name):
            yield name
