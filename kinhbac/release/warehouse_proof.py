"""Whether a database says what the Parquet beside it says, wherever the two came from.

Here: tables, columns, rows, and that nothing stands beside them. Not here: making the database
(``warehouse``), whether the Parquet is what was sealed (``verification``). Nothing that stands in
the folder is run: neither its script, nor a view or macro of the database, nor the formula of a
column. So the database is attached to an empty one, and asked from there: inside it a macro
``hash`` would be taken for DuckDB's own. A macro is known by its name, a comment is not compared:
who doubts them makes the database anew.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import duckdb

from kinhbac.database import attach, content_of, literal, open_in_memory
from kinhbac.queries import read_queries
from kinhbac.release.parquet import describe_columns
from kinhbac.release.releases import SCRIPT, WAREHOUSE

QUERIES = read_queries(__file__)
PLACE = "read_parquet(getvariable('place'), hive_partitioning = false)"
"""A table as it lies in the folder; one called ``day=1`` is a folder, and no column."""
MACRO = re.compile(r"^create macro (\w+)\(", re.MULTILINE)


def find_unlike(folder: Path, tables: Mapping[str, bool]) -> list[str]:
    """What the database in ``folder`` says otherwise than its Parquet.

    ``tables``: name, a plain word that needs no quoting → whether its Parquet is worth comparing.
    """
    try:
        with open_in_memory() as connection:
            attach(connection, "proven", folder / WAREHOUSE)
            objects = set(connection.execute(QUERIES["objects"]).fetchall())
            sealed = {(f"main.{table}", "table") for table in tables} | _macros(folder / SCRIPT)
            added = sorted(objects - sealed)
            unlike = [f"{kind} {_show(name)} was added" for name, kind in added]
            compared = [table for table, proven in tables.items() if proven]
            there = [table for table in compared if (f"main.{table}", "table") in objects]
            unlike += [f"table {table} is not there" for table in compared if table not in there]
            run = {name.split(".")[1] for name, kind in added if kind == "formula"}
            return unlike + list(_compare(connection, folder, [t for t in there if t not in run]))
    except (duckdb.Error, OSError) as error:
        return [f"it cannot be read ({type(error).__name__})"]


def _show(name: str) -> str:
    return name if name.isprintable() else ascii(name)


def _macros(script: Path) -> set[tuple[str, str]]:
    """The macros that the script makes; one that is not there makes none."""
    text = script.read_text(encoding="utf-8", errors="replace") if script.is_file() else ""
    return {(f"main.{name}", "macro") for name in MACRO.findall(text)}


def _compare(
    connection: duckdb.DuckDBPyConnection, folder: Path, tables: Collection[str]
) -> Iterator[str]:
    for table in tables:
        path = folder / f"{table}.parquet"
        parts = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
        place = [literal(part) for part in parts]
        connection.execute("set variable place = $1", [place])
        own = f'proven.main."{table}"'
        try:
            same_columns = describe_columns(connection, own) == describe_columns(connection, PLACE)
            if not same_columns or content_of(connection, own) != content_of(connection, PLACE):
                yield f"table {table} holds something else"
        except duckdb.Error as error:
            yield f"table {table} cannot be compared ({type(error).__name__})"
