"""SQL that somebody writes, asked of one release.

Here: a database that is locked, and what is told when SQL is wrong. Not here: questions of this
project (the ``.sql`` files). Nothing but the release can be read, nothing is written, and none of it
can be set otherwise: whatever the text says, it reaches no file and no network.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import duckdb

from kinhbac.database import attach, serve_database
from kinhbac.problems import Refused

MEGABYTES = 2048
SECONDS = 120
CHUNK = 10_000
PROPOSED = 3
_TABLE = re.compile(r"Table with name \"?([\w.]+)\"? does not exist")
_COLUMN = re.compile(r"(?:column|field|named) \"(?:\w+\.)*(\w+)\"", re.IGNORECASE)
_IN_REACH = re.compile(r"Candidate bindings: (.*)")
"""Columns of what the question reads, by whatever name it calls that; DuckDB alone knows."""


@dataclass(frozen=True)
class Asked:
    """What was answered: columns in their order, and rows, which are read as they are asked for."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


@contextmanager
def asking(warehouse: Path, text: str) -> Iterator[Asked]:
    """The answer to ``text``, SQL of somebody else, while the block lasts.

    Raises Refused, one sentence with the remedy, where it cannot be answered.
    """
    connection = serve_database(lambda made: attach(made, "release", warehouse), MEGABYTES, SECONDS)
    try:
        connection.execute("use release")
        try:
            answer = connection.execute(text)
        except duckdb.Error as error:
            raise Refused(_tell(connection, error)) from None
        if answer is None:
            raise Refused("Nothing was asked. Remedy: write a select, such as «from areas».")
        columns = tuple(column for column, *_ in answer.description or ())
        yield Asked(columns, _read(connection))
    finally:
        connection.close()


def _read(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    try:
        while rows := connection.fetchmany(CHUNK):
            yield from rows
    except duckdb.Error as error:
        raise Refused(_tell(connection, error)) from None


def _tell(connection: duckdb.DuckDBPyConnection, error: duckdb.Error) -> str:
    """What is wrong and what could have been meant, in a sentence or two."""
    if isinstance(error, duckdb.InterruptException | duckdb.OutOfMemoryException):
        return (
            f"The question takes more than {SECONDS} s or {MEGABYTES} MB. Remedy: ask for fewer "
            "rows (where, group by), or open the database yourself (kinhbac open)."
        )
    said = " ".join(str(error).partition("\n\nLINE ")[0].split())
    said = re.split(r" (?:Did you mean|Candidate (?:bindings|functions|tables))", said)[0].rstrip(
        "!."
    )
    if isinstance(error, duckdb.PermissionException):
        return (
            f"{said}. Rule: a question reads the release and nothing else. Remedy: leave that out."
        )
    in_reach = _IN_REACH.search(str(error))
    columns = set(re.findall(r'"(?:[^".]+\.)*([^".]+)"', in_reach[1] if in_reach else ""))
    if (found := _TABLE.search(said)) and (near := _near(found[1], _tables(connection))):
        return f"{said}. Did you mean {near}?"
    if (found := _COLUMN.search(said)) and (near := _near(found[1], columns)):
        return f"{said}. Did you mean {near}?"
    return (
        f"{said}. Remedy: docs/data-dictionary.md names tables and columns; SQL is that of DuckDB."
    )


def _tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Tables and views of the release."""
    asked = "select distinct table_name from duckdb_columns() where database_name = 'release'"
    return {name for (name,) in connection.execute(asked).fetchall()}


def _near(asked: str, known: set[str]) -> str:
    return " or ".join(get_close_matches(asked.lower(), sorted(known), PROPOSED))
