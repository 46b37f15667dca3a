"""One province on many days: all tables of a night, without dbt, Dagster and a disk full of files.

Here: the compiled models run straight in one connection, day after day, each remembering the one
before as a release does. Not here: which provinces and days (``test_changes_ahead``), the real
night (``tests/night``).
"""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from kinhbac.changes import begin_anew
from kinhbac.checks.candidate import PASSED_ON, published_tables
from kinhbac.checks.dbt_project import parse_project
from kinhbac.checks.dbt_run import run_dbt
from kinhbac.data_folder import DBT_PROJECT, DataFolder, hash_file
from kinhbac.ingest.ledger import read_entries
from kinhbac.ingest.ledger_tables import delivered_sources, write_ledger
from kinhbac.ingest.reception import receive
from kinhbac.registry import load_registry
from kinhbac.registry.tables import write_registry, write_standings
from kinhbac.release.changes_ahead import ChangeAhead, find_changes_ahead
from kinhbac.release.memory import SAYING, write_memory
from kinhbac.rows import published_columns
from kinhbac.words.table import write_words
from tests.conftest import Province

Rows = dict[str, list[tuple[Any, ...]]]
OF_ITS_RELEASE = ("new_values", "revised_values", "taken_back")
"""Counted since the release before: they belong to a release as its number does."""


FILES = {
    "«in force»": "standing = 'in_force'",
    "«revised»": "parquet is not null and (source, period) in ("
    "select (source, period) from extracts where standing = 'superseded')",
}
"""Lists of extracts that stand in compiled models, by what stands there for them here."""


@dataclass(frozen=True)
class Model:
    """A model of the project: its SQL as dbt compiles it, or its function in Python."""

    name: str
    sql: str
    python: Callable[[Any, Any], Any] | None

    def of(self, files: dict[str, str]) -> str:
        """Its SQL over the extracts of a day: dbt writes their list into it when it compiles."""
        sql = self.sql
        for name, listed in files.items():
            sql = sql.replace(name, listed)
        return sql


@dataclass
class Given:
    """What a model in Python is given by dbt."""

    connection: duckdb.DuckDBPyConnection

    def ref(self, name: str) -> duckdb.DuckDBPyRelation:
        return self.connection.table(f"candidate.main.{name}")

    def config(self, **_: Any) -> None:
        """Nothing of it matters here."""


def compile_project(province: Province) -> list[Model]:
    """Every model of the project, each after those that it reads.

    Each list of ``FILES`` must name some extract of ``province``, and no two the same.
    """
    for source in province.registry.sources:
        province.receive(source)
    write_registry(province.registry, province.data, province.as_of, 1)
    write_words(province.data)
    province.ledger()
    write_memory(province.data)
    write_standings(province.registry, province.data, province.as_of, set())
    begin_anew(province.data)
    run_dbt(["compile", "--select", "resource_type:model"], province.data)
    some = next(province.data.raw.rglob("*.parquet"))
    pl.read_parquet(some).clear().write_parquet(_rowless(province.data))
    nodes = json.loads(parse_project().manifest.read_text(encoding="utf-8"))["nodes"]
    models = {k: n for k, n in nodes.items() if n["resource_type"] == "model"}
    ordered: dict[str, Model] = {}

    def place(key: str) -> None:
        for before in models[key]["depends_on"]["nodes"]:
            if before in models:
                place(before)
        if key not in ordered and models[key]["config"]["materialized"] != "ephemeral":
            ordered[key] = _model(models[key], province.data)

    for key in models:
        place(key)
    return list(ordered.values())


def _rowless(data: DataFolder) -> Path:
    return data.root / "rowless.parquet"


def _files(data: DataFolder, which: str) -> str:
    """The extracts of one of ``FILES``, as dbt lists them."""
    with duckdb.connect() as connection:
        connection.execute(f"create view extracts as from '{data.tables}/extracts.parquet'")
        found = connection.execute(
            f"select parquet from extracts where layout = 'table' and {which} order by parquet"
        ).fetchall()
    return ", ".join(f"'{data.root}/{parquet}'" for (parquet,) in found)


def _model(node: dict[str, Any], data: DataFolder) -> Model:
    if node["language"] == "python":
        file = DBT_PROJECT / node["original_file_path"]
        return Model(node["name"], "", runpy.run_path(file.as_posix())["model"])
    compiled = data.dbt / "target" / "compiled" / "kinhbac" / node["original_file_path"]
    sql = compiled.read_text(encoding="utf-8")
    for name, which in FILES.items():
        sql = sql.replace(_files(data, which), name)
    return Model(node["name"], sql, None)


@dataclass
class Days:
    """The nights of ``province``, whose registry and landing zone a test writes."""

    province: Province
    models: list[Model]
    release: int = 0
    ahead: list[ChangeAhead] = field(default_factory=list)

    def publish(self, day: date) -> Rows:
        """The tables of the night of ``day``, sealed as the next release."""
        with self._built(day) as connection:
            rows = _rows(connection)
            self.release += 1
            self._seal(connection, day)
            self.ahead = find_changes_ahead(self.province.registry, connection, day)
        return rows

    def compute(self, day: date) -> Rows:
        """The tables of the night of ``day`` on the release in force, without another one."""
        with self._built(day) as connection:
            return _rows(connection)

    @contextmanager
    def _built(self, day: date) -> Iterator[duckdb.DuckDBPyConnection]:
        registry, data = load_registry(self.province.sources), self.province.data
        write_registry(registry, data, day, self.release + 1)
        for source in registry.sources:
            receive(registry, data, source, day)
        entries = [e for key in registry.sources for e in read_entries(registry, data, key)]
        write_ledger(entries, registry, data)
        write_standings(registry, data, day, delivered_sources(data))
        write_memory(data)
        begin_anew(data)
        with duckdb.connect(config={"threads": 2}) as connection:
            connection.execute("attach ':memory:' as candidate; use candidate")
            rowless = f"'{_rowless(data)}'"  # a list of none cannot be read
            files = {
                name: ", ".join(filter(None, (_files(data, which), rowless)))
                for name, which in FILES.items()
            }
            for model in self.models:
                if model.python:
                    made = model.python(Given(connection), connection)
                    connection.register("made", made)
                    connection.execute(f"create table {model.name} as from made")
                    connection.unregister("made")
                else:
                    connection.execute(f"create table {model.name} as {model.of(files)}")
            for table, rows in PASSED_ON.items():
                names = ", ".join(f'"{column.name}"' for column in published_columns(rows))
                parquet = data.tables / f"{table}.parquet"
                connection.execute(f"create table {table} as select {names} from '{parquet}'")
            yield connection

    def _seal(self, connection: duckdb.DuckDBPyConnection, day: date) -> None:
        folder = self.province.data.releases / f"{self.release}"
        folder.mkdir(parents=True)
        sealed = {}
        for table in SAYING:
            path = folder / f"{table}.parquet"
            connection.execute(f"copy {table} to '{path}' (format parquet)")
            sealed[table] = {"sha256": hash_file(path)}
        manifest = {"release": self.release, "as_of": day.isoformat(), "tables": sealed}
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        self.province.data.current.unlink(missing_ok=True)
        self.province.data.current.symlink_to(Path("releases") / folder.name)


def _rows(connection: duckdb.DuckDBPyConnection) -> Rows:
    """Every published table in a fixed order, but what a release says of itself."""
    rows = {
        table: connection.execute(f"from {table} order by all").fetchall()
        for table in published_tables()
        if table != "release_info"
    }
    rows["release_summary"] = [r for r in rows["release_summary"] if r[0] not in OF_ITS_RELEASE]
    return rows


def differences(there: Rows, here: Rows) -> dict[str, list[str]]:
    """Table → the first rows that stand in one and not in the other."""
    return {
        table: sorted(set(map(repr, there[table])) ^ set(map(repr, here[table])))[:4]
        for table in there
        if there[table] != here[table]
    }
