"""Models that are planned once for all nights of a process: a candidate in memory, filled anew.

Here: a database with the tables of a night, every model and data test prepared in it when it is first
asked, whoever asks. Not here: compiling them, candidates on disk (``straight``).
Two thirds of what a night of few rows took was DuckDB binding SQL that is the same every night.
It binds a prepared statement again when a table was made or altered: rows come and go here, tables
stay. Nothing of such a plan rests on rows, because none is optimised.
"""

from __future__ import annotations

import runpy
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from kinhbac.checks.candidate import PASSED_ON
from kinhbac.data_folder import DBT_PROJECT, DataFolder
from kinhbac.database import SETTINGS
from kinhbac.rows import published_columns
from kinhbac.words.functions_of_sql import give_functions

if TYPE_CHECKING:
    import polars as pl

    from tests.straight import Node

ALONE = {"threads": 1} | SETTINGS
"""A second thread costs more than it brings."""
MANY = 100_000
"""Bytes of what was taken in: from there on a night has plans of its own, and better ones."""


def open_candidate() -> duckdb.DuckDBPyConnection:
    """A candidate in memory, for models that are asked of given rows: of few no plan is slow."""
    connection = duckdb.connect(config=ALONE)
    connection.execute("pragma disable_optimizer; set preserve_insertion_order = false")
    connection.execute("attach ':memory:' as candidate; use candidate")
    return connection


@dataclass
class _Given:
    """What a model in Python is given by dbt."""

    connection: duckdb.DuckDBPyConnection

    def ref(self, name: str) -> duckdb.DuckDBPyRelation:
        return self.connection.table(f"candidate.main.{name}")

    def source(self, schema: str, name: str) -> duckdb.DuckDBPyRelation:
        return self.connection.table(f"candidate.{schema}.{name}")

    def config(self, **_: Any) -> None:
        """Nothing of it matters here."""


def rows_of(node: Node, connection: duckdb.DuckDBPyConnection) -> str:
    """The relation that a model in Python makes of what lies in the candidate, by its name."""
    made = runpy.run_path((DBT_PROJECT / node.python).as_posix())["model"]
    connection.register("made", made(_Given(connection), connection))
    return "from made"


def passed_on(data: DataFolder) -> dict[str, str]:
    """Tables that a night passes on, each with the question for its rows."""
    return {
        table: "select "
        + ", ".join(f'"{column.name}"' for column in published_columns(rows))
        + f" from '{data.tables / f'{table}.parquet'}'"
        for table, rows in PASSED_ON.items()
    }


class Planned:
    """The candidate of one night at a time. ``shapes`` is a database with its empty tables, those that
    dbt reads and those that it makes."""

    def __init__(self, shapes: Path) -> None:
        self.connection = open_candidate()
        give_functions(self.connection)
        self.connection.execute(
            f"attach '{shapes}' as shapes (read_only); "
            "copy from database shapes to candidate (schema); detach shapes"
        )
        self._read = self.connection.execute(
            "select schema_name, table_name from duckdb_tables() "
            "where database_name = 'candidate' and schema_name <> 'main'"
        ).fetchall()
        self._at = "candidate"
        self._many = False
        self._filled: set[str] = set()
        self._prepared: set[str] = set()

    def empty(self) -> None:
        """Leave nothing of the night before."""
        for table in self._filled:
            self.connection.execute(f"truncate {table}")
        self._filled.clear()
        self._plan(rows_are_many=False)

    def begin(self, data: DataFolder) -> None:
        """Take in what dbt reads of the data folder, and nothing else."""
        self.empty()
        for schema, table in self._read:
            self._insert(f"{schema}.{table}", f"from '{data.tables / f'{table}.parquet'}'")
        taken_in = sum(path.stat().st_size for path in data.raw.rglob("*.parquet"))
        self._plan(rows_are_many=taken_in >= MANY)

    def give(self, table: str, rows: pl.DataFrame) -> None:
        """Rows in the place of those that a model would make; what they do not say is missing."""
        self.connection.register("given", rows.to_arrow())
        self._insert(table, "by name from given")
        self.connection.unregister("given")

    def compute(self, node: Node, sql: str) -> None:
        """The rows of a model; where files are named in its SQL, it is planned for these."""
        if node.python:
            self.connection.execute(f"use {self._at}")
            rows = rows_of(node, self.connection)
            self.connection.execute("use candidate")
            self._insert(node.name, rows)
        elif sql != node.sql:
            self._insert(node.name, sql)
        else:
            self._filled.add(node.name)
            self._execute(node.name, f"insert into {node.name} {sql}")

    def ask(self, node: Node) -> int:
        """How many failures a data test finds."""
        self._execute(node.name, f"select {node.failures} from ({node.sql})")
        [(found,)] = self.connection.fetchall()
        return int(found)

    def pass_on(self, data: DataFolder) -> None:
        """Lay the tables down that no model computes."""
        for table, rows in passed_on(data).items():
            self._insert(table, rows)

    @contextmanager
    def laid(self, path: Path) -> Iterator[None]:
        """A database of its own for the candidate of a night, beside which models in Python keep what
        they found."""
        self.connection.execute(f"attach '{path}' as laid")
        self._at = "laid"
        try:
            yield
        finally:
            self._at = "candidate"
            self.connection.execute("use candidate; detach laid")

    def lay_down(self, models: Iterable[Node], beginning: str) -> None:
        """The tables of ``models`` in that database, with what dbt begins one with."""
        self.connection.begin()  # a commit a table costs more than it brings
        try:
            self.connection.execute(f"use laid; {beginning}")
            for node in models:
                self.connection.execute(f"create table {node.name} as from candidate.{node.name}")
            self.connection.commit()
        except duckdb.Error:
            self.connection.rollback()
            raise

    def _plan(self, rows_are_many: bool) -> None:
        self._many = rows_are_many
        self.connection.execute(f"pragma {'enable' if rows_are_many else 'disable'}_optimizer")

    def _insert(self, table: str, rows: str) -> None:
        self._filled.add(table)
        self.connection.execute(f"insert into {table} {rows}")

    def _execute(self, name: str, sql: str) -> None:
        if self._many:
            self.connection.execute(sql)
            return
        if name not in self._prepared:
            self.connection.execute(f'prepare "{name}" as {sql}')
            self._prepared.add(name)
        self.connection.execute(f'execute "{name}"')
