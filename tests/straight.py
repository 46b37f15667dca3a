"""Nights whose tables come straight from the compiled models: in two seconds, without dbt.

Here: every model and data test as dbt compiles it, once for all tests; what stands in for dbt's
process, makes a candidate of them and leaves what dbt leaves. Every other step of such a night
is the night's own. Not here: dbt itself, which keeps rows, skips what comes after a red test and
persists meanings (``test_changes``, ``test_steps``, ``test_nightly_job``, ``test_dbt_process``).
That both make the same tables is asked by ``test_changes`` and ``test_holds``. Past 200 lines
because what compiling lays down and what a night takes up are read side by side.
"""

from __future__ import annotations

import json
import runpy
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb
import polars as pl

from kinhbac.changes import begin_anew
from kinhbac.checks.dbt_project import parse_project
from kinhbac.checks.dbt_run import NOT_AT_NIGHT, UNIT_TESTS, Dbt, make_ready, run_dbt
from kinhbac.data_folder import DBT_PROJECT, DataFolder
from kinhbac.database import SETTINGS
from kinhbac.night import Night
from kinhbac.words.functions_of_sql import give_functions

IN_FORCE = "standing = 'in_force'"
LISTS = {
    "«in force»": f"layout = 'table' and {IN_FORCE}",
    "«revised»": "layout = 'table' and turn is not null and (source, period) in ("
    "select (source, period) from extracts where turn > 1)",
    "«compared»": f"layout = 'comparison' and {IN_FORCE}",
}
"""Lists of extracts that dbt writes into a model when it compiles, by what stands there here."""
DATA = "«data»"
"""Stands where the data folder was named."""
ALONE = {"threads": 1} | SETTINGS
AS_IT_STANDS = "pragma disable_optimizer"
"""How compiled models are run: of a few rows no plan is slow, and most of a night is planning. A
better plan takes a quarter of it, and a second thread costs more than it brings."""
FEW = 100_000
"""Bytes of what was taken in: beyond them a night's plans are made better after all."""


@dataclass(frozen=True)
class Node:
    """A model that leaves a table, a data test, or what a run begins with: its SQL with places for
    the lists and the data folder, or the file of its function in Python; ``failures`` is what dbt
    would count of a test."""

    key: str
    name: str
    sql: str
    python: str
    kind: str
    failures: str

    def of(self, lists: dict[str, str], data: DataFolder) -> str:
        """Its SQL over the extracts of a day in this data folder."""
        sql = self.sql
        for name, listed in lists.items():
            sql = sql.replace(name, listed)
        return sql.replace(DATA, data.root.as_posix())


@dataclass(frozen=True)
class Compiled:
    """The project, each node after those that it reads; kept in a folder for all tests."""

    folder: Path

    @cached_property
    def nodes(self) -> list[Node]:
        text = (self.folder / "nodes.json").read_text(encoding="utf-8")
        return [Node(**node) for node in json.loads(text)]

    @property
    def models(self) -> list[Node]:
        return [node for node in self.nodes if node.kind == "model"]

    @property
    def tests(self) -> list[Node]:
        return [node for node in self.nodes if node.kind == "test"]

    def sql(self, name: str) -> str:
        """One model or test."""
        [found] = [node.sql for node in self.nodes if node.name == name]
        return found

    def lists(self, data: DataFolder) -> dict[str, str]:
        """The extracts of this data folder, as dbt would list them; a list of none cannot be
        read, so that an extract without rows stands in each."""
        rowless = f"'{self.folder}/rowless.parquet'"
        return {name: ", ".join([*listed, rowless]) for name, listed in _lists(data)}

    def begin(self, connection: duckdb.DuckDBPyConnection, data: DataFolder) -> None:
        """What a run of dbt begins with, in the database that the connection uses."""
        give_functions(connection)
        for node in self.nodes:
            if node.kind == "operation":
                connection.execute(node.of({}, data))

    def create(
        self, node: Node, connection: duckdb.DuckDBPyConnection, lists: dict[str, str],
        data: DataFolder,
    ) -> None:  # fmt: skip
        """The table of a model, in the database ``candidate`` of the connection."""
        if node.python:
            made = runpy.run_path((DBT_PROJECT / node.python).as_posix())["model"]
            connection.register("made", made(_Given(connection), connection))
            connection.execute(f"create table {node.name} as from made")
            connection.unregister("made")
        else:
            connection.execute(f"create table {node.name} as {node.of(lists, data)}")


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


def open_candidate() -> duckdb.DuckDBPyConnection:
    """A candidate in memory, for models that are asked of given rows."""
    connection = duckdb.connect(config=ALONE)
    connection.execute(f"{AS_IT_STANDS}; attach ':memory:' as candidate; use candidate")
    return connection


def compile_project(data: DataFolder, folder: Path) -> None:
    """Lay the compiled project down in ``folder``. ``data`` is all that dbt reads, with every
    list of ``LISTS`` in it, no two the same, and as many levels of composites as any test has."""
    begin_anew(data)
    run_dbt(["compile", "--exclude", UNIT_TESTS], data)
    told = json.loads((data.dbt / "target" / "run_results.json").read_text(encoding="utf-8"))
    compiled = {result["unique_id"]: result["compiled_code"] for result in told["results"]}
    lists = {", ".join(listed): name for name, listed in _lists(data)}
    assert len(lists) == len(LISTS) and all(lists)

    def write(sql: str) -> str:
        for listed, name in lists.items():
            sql = sql.replace(listed, name)
        return sql.replace(data.root.as_posix(), DATA)

    manifest = json.loads(parse_project().manifest.read_text(encoding="utf-8"))
    nodes = [
        _node(node, write(compiled[node["unique_id"]]))
        for node in _ordered(manifest)
        if node["unique_id"] in compiled
    ]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "nodes.json").write_text(json.dumps([asdict(node) for node in nodes]), "utf-8")
    some = next(data.raw.rglob("*.parquet"))
    pl.read_parquet(some).clear().write_parquet(folder / "rowless.parquet")


def _lists(data: DataFolder) -> Iterator[tuple[str, list[str]]]:
    with duckdb.connect() as connection:
        connection.execute(f"create view extracts as from '{data.tables}/extracts.parquet'")
        for name, which in LISTS.items():
            found = connection.execute(
                f"select parquet from extracts where {which} order by parquet"
            ).fetchall()
            yield name, [f"'{data.root}/{parquet}'" for (parquet,) in found]


def _ordered(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """Models and data tests, each after those that it reads."""
    ordered: dict[str, dict[str, Any]] = {}

    def place(key: str) -> None:
        node = manifest["nodes"].get(key)  # a source is none
        if node and key not in ordered:
            for before in node["depends_on"]["nodes"]:
                place(before)
            ordered[key] = node

    for key in manifest["nodes"]:
        place(key)
    return list(ordered.values())


def _node(node: dict[str, Any], sql: str) -> Node:
    return Node(
        key=node["unique_id"],
        name=node["name"],
        sql=sql,
        python=node["original_file_path"] if node.get("language") == "python" else "",
        kind=node["resource_type"],
        failures=node["config"].get("fail_calc", ""),
    )


@dataclass(frozen=True)
class StraightNight(Night):
    """A night with its own steps, whose candidate is made anew of the compiled project, and
    ``asked`` its data tests where it is to be published."""

    project: Compiled = field(kw_only=True)
    asked: bool = True

    @cached_property
    def dbt(self) -> Dbt:
        return _Straight(self.data, self.project, self.project.tests if self.asked else [])


class _Straight(Dbt):
    """Stands in for dbt's process: the candidate, and results in dbt's own form."""

    def __init__(self, data: DataFolder, project: Compiled, tests: Sequence[Node]) -> None:
        super().__init__(data)
        self._project, self._tests = project, tests

    def _start(self) -> None:
        """There is no process."""

    def run(self, arguments: list[str]) -> int:
        assert arguments == ["build", "--exclude", *NOT_AT_NIGHT], "only dbt builds a part"
        make_ready(self._data)
        begin_anew(self._data)
        self._data.candidate.unlink(missing_ok=True)
        lists = self._project.lists(self._data)
        results = []
        with duckdb.connect(self._data.candidate.as_posix(), config=ALONE) as connection:
            connection.execute("set preserve_insertion_order = false")
            if sum(path.stat().st_size for path in self._data.raw.rglob("*.parquet")) < FEW:
                connection.execute(AS_IT_STANDS)
            connection.begin()  # a commit a model costs more than it brings
            self._prove_depth(connection)
            self._project.begin(connection, self._data)
            for node in self._project.models:
                began = perf_counter()
                self._project.create(node, connection, lists, self._data)
                results.append(_told(node, "success", "", 0, perf_counter() - began))
            connection.commit()
            for node in self._tests:
                sql = node.of(lists, self._data)
                [(found,)] = connection.execute(f"select {node.failures} from ({sql})").fetchall()
                results.append(_told(node, "fail" if found else "pass", sql, found, 0))
        path = self._data.dbt / "target" / "run_results.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"results": results}), encoding="utf-8")
        return int(any(result["status"] == "fail" for result in results))

    def _prove_depth(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Levels of composites are a part of the SQL: none may be deeper than what was compiled."""
        path = self._data.tables / "indicators.parquet"
        [(deepest,)] = connection.execute(f"select max(depth) from '{path}'").fetchall()
        assert f"composites_{max(deepest, 2)} " in self._project.sql("composite_indicators")


def _told(node: Node, status: str, sql: str, failures: int, seconds: float) -> dict[str, Any]:
    return {
        "unique_id": node.key, "status": status, "message": None, "compiled_code": sql,
        "failures": failures, "execution_time": seconds,
    }  # fmt: skip
