"""The tables of a release as Parquet: in a fixed order, the large ones in parts.

Here: writing them, taking over from the release before what did not change. Not here: the
database that is made from them (``warehouse``), what else a release holds (``contents``).

A table of many rows is a folder ``<table>.parquet`` with one file for each value of its first
column, as data lakes have it: DuckDB, Polars, pandas, Arrow and Spark read the folder like a
file, and read side by side by name, the parts are in the order of the whole. So a night stores
the parts of the keys that changed; the others are hard links to those of the release before.
What changed is told by the database of that release, which holds the rows of its Parquet and is
read in a quarter of the time.
"""

from __future__ import annotations

from bisect import bisect_right
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from kinhbac.checks.candidate import published_tables
from kinhbac.data_folder import link_or_copy
from kinhbac.database import (
    Content,
    Contents,
    attach,
    content_of,
    contents_of,
    open_in_memory,
    unite,
)
from kinhbac.release.releases import Release, find_damage, find_proven, hash_table

DIVIDED_BY = ("data_element", "indicator")
"""First columns by which tables are divided: keys of the registry, which can name a file."""
DIVIDED_FROM = 50_000
"""Rows from which a table is divided; the files of a smaller one would be all footer."""
SIDE_BY_SIDE = 2
"""Tables that are written at once: what packs one leaves a core idle, and each lies in memory."""
LEVEL = 6
"""Of zstd: a twelfth smaller than its default in a tenth more time; 12 takes twice as long."""


TablesTold = dict[str, dict[str, Any]]
"""Rows and hash of each table, by its name."""


def write_tables(
    candidate: Path, folder: Path, before: Release | None
) -> tuple[TablesTold, Contents]:
    """Write the published tables of ``candidate`` into ``folder``; returns what is told of each, and
    what its rows in the candidate are.

    Parts that are the same in ``before``, the release before, are linked instead, provided that
    they and its database are still as they were sealed.
    """
    proven = find_proven(before) if before else None
    with open_in_memory() as connection, ThreadPoolExecutor(SIDE_BY_SIDE) as beside:
        attach(connection, "candidate", candidate)
        if proven:
            attach(connection, "before", proven)

        def write(table: str) -> tuple[dict[str, Any], Content]:
            with connection.cursor() as own:
                return _write_table(own, table, folder, before if proven else None)

        tables = published_tables()
        written = dict(zip(tables, beside.map(write, tables), strict=True))
    told = {table: said for table, (said, _) in written.items()}
    return told, {table: content for table, (_, content) in written.items()}


def _write_table(
    connection: duckdb.DuckDBPyConnection, table: str, folder: Path, before: Release | None
) -> tuple[dict[str, Any], Content]:
    relation = f'candidate."{table}"'
    [(rows,)] = connection.execute(f"select count(*) from {relation}").fetchall()
    place = folder / f"{table}.parquet"
    key = describe_columns(connection, relation)[0][0]
    if rows >= DIVIDED_FROM and key in DIVIDED_BY:
        found = contents_of(connection, relation, f'"{key}"')
        same = _same_parts(connection, table, key, found, before) if before else {}
        _write_parts(connection, table, key, place, same)
        content = unite(found)
    else:
        _write(connection.sql(_sorted(table)).to_arrow_table(), place)
        content = content_of(connection, relation)
    return {"rows": rows, "sha256": hash_table(place)}, content


def describe_columns(connection: duckdb.DuckDBPyConnection, relation: str) -> list[tuple[str, str]]:
    """Name and type of the columns of ``relation``, which is SQL, in their order."""
    return [row[:2] for row in connection.execute(f"describe from {relation}").fetchall()]


def _write_parts(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    key: str,
    place: Path,
    same: dict[str, Path],
) -> None:
    """A file a key; those that are the ``same`` as another are linked to it."""
    place.mkdir()
    for name, part in same.items():
        link_or_copy(part, place / f"{name}.parquet")
    connection.execute(
        "create or replace temp table same as select unnest($1::varchar[]) as key", [[*same]]
    )
    changed = f'where "{key}" not in (select key from same)'
    rows = connection.sql(_sorted(table, changed)).to_arrow_table()
    keys = rows[key].to_pylist()
    first = 0
    while first < len(keys):
        end = bisect_right(keys, keys[first], first)
        _write(rows.slice(first, end - first), place / f"{keys[first]}.parquet")
        first = end


def _same_parts(
    connection: duckdb.DuckDBPyConnection, table: str, key: str, found: Contents, before: Release
) -> dict[str, Path]:
    """Key → its part in the release before, where that holds the rows ``found`` in the candidate."""
    place = before.folder / f"{table}.parquet"
    if not place.is_dir() or find_damage(before, table):
        return {}
    there, now = f'before."{table}"', f'candidate."{table}"'
    if describe_columns(connection, there) != describe_columns(connection, now):
        return {}
    sealed = contents_of(connection, there, f'"{key}"')
    return {
        name: place / f"{name}.parquet"
        for name, content in found.items()
        if sealed.get(name) == content
    }


def _sorted(table: str, where: str = "") -> str:
    return f'from candidate."{table}" {where} order by all'


def _write(rows: pa.Table, path: Path) -> None:
    """One row group without statistics: a reader of so few rows reads them all."""
    # Measured figures seldom repeat, and a dictionary of them is longer than they are.
    repeating = [field.name for field in rows.schema if not pa.types.is_floating(field.type)]
    pq.write_table(
        rows,
        path,
        compression="zstd",
        compression_level=LEVEL,
        use_dictionary=repeating,
        write_statistics=False,
        store_schema=False,
    )
