"""Whether a database says what the Parquet beside it says, wherever the two came from.

Here: tables, columns, rows, and that nothing stands beside them. Not here: making the database
(``warehouse``), whether the Parquet is what was sealed (``verification``). Nothing that stands in
the folder is run, neither its script nor a view or macro of the database. A macro is known by its
name, a comment is not compared: who doubts them makes the database anew.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import duckdb

from kinhbac.database import contents_of, read_warehouse
from kinhbac.queries import read_queries
from kinhbac.release.parquet import describe_columns
from kinhbac.release.releases import SCRIPT, WAREHOUSE

QUERIES = read_queries(__file__)
PLACE = "read_parquet(getvariable('place'))"
MACRO = re.compile(r"^create macro (\w+)\(", re.MULTILINE)


def find_unlike(folder: Path, tables: Mapping[str, bool]) -> list[str]:
    """What the database in ``folder`` says otherwise than its Parquet.

    ``tables``: name, a plain word that needs no quoting → whether its Parquet is worth comparing.
    """
    try:
        with read_warehouse(folder / WAREHOUSE) as connection:
            objects = set(connection.execute(QUERIES["objects"]).fetchall())
            sealed = {(f"main.{table}", "table") for table in tables} | _macros(folder / SCRIPT)
            unlike = [f"{kind} {name} was added" for name, kind in sorted(objects - sealed)]
            compared = [table for table, proven in tables.items() if proven]
            there = [table for table in compared if (f"main.{table}", "table") in objects]
            unlike += [f"table {table} is not there" for table in compared if table not in there]
            return unlike + list(_compare(connection, folder, there))
    except duckdb.Error as error:
        return [f"it cannot be read ({type(error).__name__})"]


def _macros(script: Path) -> set[tuple[str, str]]:
    """The macros that the script makes; one that is not there makes none."""
    text = script.read_text(encoding="utf-8", errors="replace") if script.is_file() else ""
    return {(f"main.{name}", "macro") for name in MACRO.findall(text)}


def _compare(
    connection: duckdb.DuckDBPyConnection, folder: Path, tables: Collection[str]
) -> Iterator[str]:
    for table in tables:
        path = folder / f"{table}.parquet"
        place = f"{path}/*.parquet" if path.is_dir() else path.as_posix()
        connection.execute("set variable place = $1", [place])
        own = f'main."{table}"'
        try:
            same_columns = describe_columns(connection, own) == describe_columns(connection, PLACE)
            if not same_columns or contents_of(connection, own, "0") != contents_of(
                connection, PLACE, "0"
            ):
                yield f"table {table} holds something else"
        except duckdb.Error as error:
            yield f"table {table} cannot be compared ({type(error).__name__})"
