"""DuckDB, opened in one place with the settings in one place.

Here: connections, rows as dictionaries, telling whether rows are the same. Not here: anything else that is asked. Nothing is installed or loaded from outside,
whoever opens a file; dbt's profile says the same (``dbt_project/profiles.yml``, a test compares).
"""

from __future__ import annotations

from collections.abc import Callable
from glob import escape
from pathlib import Path
from typing import Any

import duckdb

SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
SMALL_BLOCKS = {"default_block_size": "65536"}
"""Of a database that is made: a table of a few rows fills a block for each of its columns, and
with DuckDB's own of four times the size a release weighs a third more."""
WITHOUT_LOG = {"wal_autocheckpoint": "0b", "auto_checkpoint_skip_wal_threshold": "0"}
"""Of a database below a folder with a question mark in its name: what is written goes into the
file at once. DuckDB takes what follows the mark for no part of the name, and would look for its log
elsewhere (dbt's profile says the same)."""

Content = tuple[int, int, int]
Contents = dict[str, Content]
CONTENTS = """
select {key}, count(*), sum(hash(rows_of_it)), bit_xor(hash(rows_of_it))
from {relation} as rows_of_it
group by 1
"""


def literal(path: Path) -> str:
    """A file's name as ``read_parquet`` and ``read_csv`` take it: they take names for patterns, and
    a folder may be called ``[1]*``. What they say in ``filename`` is the name itself."""
    return escape(path.as_posix())


def read_warehouse(path: Path) -> duckdb.DuckDBPyConnection:
    """A warehouse to read, beside other readers."""
    return duckdb.connect(path.as_posix(), read_only=True, config=SETTINGS)


def serve_database(
    lay_down: Callable[[duckdb.DuckDBPyConnection], object], megabytes: int, seconds: float
) -> duckdb.DuckDBPyConnection:
    """A database in memory to answer strangers from. ``lay_down`` attaches or makes what they ask.

    After that no file can be reached that is not open by then, nothing is written to disk, a
    question ends after ``seconds`` (``duckdb.InterruptException``) or beyond ``megabytes``
    (``duckdb.OutOfMemoryException``), and none of this can be set otherwise again.
    """
    bounds: dict[str, str | bool | int | float | list[str]] = {
        "threads": 2,
        "memory_limit": f"{megabytes}MB",
        "temp_directory": "",
    }
    connection = duckdb.connect(config=SETTINGS | bounds)
    try:
        lay_down(connection)
    except BaseException:
        connection.close()
        raise
    connection.execute(f"set max_execution_time = {round(1000 * seconds)}")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


def write_warehouse(path: Path) -> duckdb.DuckDBPyConnection:
    """A warehouse to write, alone; it is made if it is not there."""
    log = WITHOUT_LOG if "?" in path.resolve().as_posix() else {}
    return duckdb.connect(path.as_posix(), config=SETTINGS | SMALL_BLOCKS | log)


def attach(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    """Let a connection read another database as ``name``, which is SQL. Raises
    ``duckdb.IOException`` if there is none."""
    quoted = path.as_posix().replace("'", "''")
    connection.execute(f"attach '{quoted}' as {name} (read_only)")


def open_in_memory() -> duckdb.DuckDBPyConnection:
    """A database of its own that ends with its connection."""
    return duckdb.connect(config=SETTINGS)


def open_locked(readable: Path | None = None, megabytes: int = 1024) -> duckdb.DuckDBPyConnection:
    """A database in memory for SQL that people have written: it reaches no file but below
    ``readable``, has so many ``megabytes``, and none of this can be set otherwise again."""
    bounds: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{megabytes}MB",
        "temp_directory": "",
    }
    connection = duckdb.connect(config=SETTINGS | bounds)
    if readable:
        folder = readable.resolve().as_posix().replace("'", "''")
        connection.execute(f"set allowed_directories = ['{folder}/']")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


def open_bounded(
    folder: Path, megabytes: int = 1024, *, in_order: bool = True
) -> duckdb.DuckDBPyConnection:
    """A database of its own for work of any size: beyond ``megabytes`` it writes into ``folder``,
    which is empty again when the connection has been closed. Without ``in_order`` rows may come
    in any order, which takes less memory."""
    bounds: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{megabytes}MB",
        "temp_directory": folder.as_posix(),
        "preserve_insertion_order": in_order,
    }
    return duckdb.connect(config=SETTINGS | bounds)


def read_rows(
    connection: duckdb.DuckDBPyConnection, question: str, *parameters: object
) -> list[dict[str, Any]]:
    """The answer to a question, a dictionary a row."""
    answer = connection.execute(question, list(parameters))
    names = [column for column, *_ in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def contents_of(connection: duckdb.DuckDBPyConnection, relation: str, key: str) -> Contents:
    """Key → how many rows, the sum and the parity of the hashes of all their columns.

    The same for the same rows in any order, as far as one version of DuckDB goes. ``key`` and
    ``relation`` are SQL.
    """
    answer = connection.execute(CONTENTS.format(key=key, relation=relation))
    return {key: (rows, total, parity) for key, rows, total, parity in answer.fetchall()}


def content_of(connection: duckdb.DuckDBPyConnection, relation: str) -> Content:
    """The same of all rows of a relation together."""
    return unite(contents_of(connection, relation, "0"))


def unite(contents: Contents) -> Content:
    """The content of all rows, of those of each key."""
    rows = total = parity = 0
    for found in contents.values():
        rows, total, parity = rows + found[0], total + found[1], parity ^ found[2]
    return rows, total, parity
