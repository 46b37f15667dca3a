"""Nights whose tables come straight from the compiled models: in one second, without dbt.

Here: every model and data test as dbt compiles it, once for all tests; what stands in for dbt's
process, makes a candidate of them and leaves what dbt leaves. Every other step of such a night
is the night's own. Not here: how models are planned once for all nights (``planned``); dbt itself,
which keeps rows, skips what comes after a red test and persists meanings (``test_changes``,
``test_steps``, ``test_nightly_job``, ``test_dbt_process``). That both make the same tables is asked
by ``test_changes`` and ``test_holds``. Past 200 lines because what compiling lays down and what a
night takes up are read side by side.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
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
from kinhbac.data_folder import DataFolder
from kinhbac.night import Night
from kinhbac.words.functions_of_sql import give_functions
from tests.planned import Planned, open_candidate, passed_on, rows_of

IN_FORCE = "standing = 'in_force'"
LISTS = {
    "«in force»": f"layout = 'table' and {IN_FORCE}",
    "«revised»": "layout = 'table' and turn is not null and (source, period) in ("
    "select (source, period) from ledger.extracts where turn > 1)",
    "«compared»": f"layout = 'comparison' and {IN_FORCE}",
}
"""Lists of extracts that dbt writes into a model when it compiles, by what stands there here."""
DATA = "«data»"
"""Stands where the data folder was named."""
SHAPES = "shapes.duckdb"


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

    def lists(self, connection: duckdb.DuckDBPyConnection, data: DataFolder) -> dict[str, str]:
        """The extracts of this data folder that lie in the candidate of the connection, as dbt would
        list them; a list of none cannot be read, so that an extract without rows stands in each."""
        rowless = f"'{self.folder}/rowless.parquet'"
        return {name: ", ".join([*listed, rowless]) for name, listed in _lists(connection, data)}

    @cached_property
    def planned(self) -> Planned:
        """The candidate of one night after the other, in this process."""
        return Planned(self.folder / SHAPES)

    def beginning(self, data: DataFolder) -> str:
        """What a run of dbt begins with."""
        return ";".join(node.of({}, data) for node in self.nodes if node.kind == "operation")

    def begin(self, connection: duckdb.DuckDBPyConnection, data: DataFolder) -> None:
        """The same in the database that the connection uses."""
        give_functions(connection)
        connection.execute(self.beginning(data))

    def compute(self, data: DataFolder, models: Collection[str] = ()) -> None:
        """The rows of these models, or of all, in the candidate of this process."""
        lists = self.lists(self.planned.connection, data)
        for node in self.models:
            if not models or node.name in models:
                self.planned.compute(node, node.of(lists, data))

    def tell(self, model: str, given: dict[str, pl.DataFrame]) -> duckdb.DuckDBPyRelation:
        """The rows of one model over given rows, by their tables; all other tables are empty."""
        self.planned.empty()
        for table, rows in given.items():
            self.planned.give(table, rows)
        [node] = [node for node in self.models if node.name == model]
        self.planned.compute(node, node.sql)
        return self.planned.connection.table(model)


def compile_project(data: DataFolder, folder: Path) -> None:
    """Lay the compiled project down in ``folder``. ``data`` is all that dbt reads, with every
    list of ``LISTS`` in it, no two the same, and as many levels of composites as any test has."""
    begin_anew(data)
    run_dbt(["compile", "--exclude", UNIT_TESTS], data)
    told = json.loads((data.dbt / "target" / "run_results.json").read_text(encoding="utf-8"))
    compiled = {result["unique_id"]: result["compiled_code"] for result in told["results"]}
    with open_candidate() as connection:
        extracts = f"create view ledger.extracts as from '{data.tables}/extracts.parquet'"
        connection.execute(f"create schema ledger; {extracts}")
        lists = {", ".join(listed): name for name, listed in _lists(connection, data)}
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
    _lay_shapes_down(Compiled(folder), data)


def _lay_shapes_down(project: Compiled, data: DataFolder) -> None:
    """Every table that is read or made, empty: a night's models are planned before it has rows."""
    with open_candidate() as connection:
        project.begin(connection, data)
        lists = project.lists(connection, data)
        read = connection.execute(
            "select schema_name || '.' || view_name from duckdb_views() where not internal"
        ).fetchall()
        for node in project.models:
            rows = rows_of(node, connection) if node.python else node.of(lists, data)
            connection.execute(f"create table {node.name} as {rows}")
        for table, rows in passed_on(data).items():
            connection.execute(f"create table {table} as {rows}")
        made = [node.name for node in project.models] + list(passed_on(data))
        connection.execute(f"attach '{project.folder / SHAPES}' as shapes")
        for schema in {name.partition(".")[0] for (name,) in read}:
            connection.execute(f"create schema if not exists shapes.{schema}")
        for name in (*(name for (name,) in read), *made):
            connection.execute(f"create table shapes.{name} as from candidate.{name} limit 0")


def _lists(
    connection: duckdb.DuckDBPyConnection, data: DataFolder
) -> Iterator[tuple[str, list[str]]]:
    for name, which in LISTS.items():
        found = connection.execute(
            f"select parquet from ledger.extracts where {which} order by parquet"
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
        given = ["build", "--vars", "--exclude", *NOT_AT_NIGHT]
        assert arguments[:2] + arguments[3:] == given, "only dbt builds a part"
        make_ready(self._data)
        if self._data.candidate.exists():  # nothing of it is kept, so that every key is new
            self._data.candidate.unlink()
            begin_anew(self._data)
        with self._project.planned.laid(self._data.candidate):
            results = list(self._build())
        path = self._data.dbt / "target" / "run_results.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"results": results}), encoding="utf-8")
        return int(any(result["status"] == "fail" for result in results))

    def _build(self) -> Iterator[dict[str, Any]]:
        planned = self._project.planned
        planned.begin(self._data)
        lists = self._project.lists(planned.connection, self._data)
        self._prove_depth(planned.connection)
        for node in self._project.models:
            began = perf_counter()
            planned.compute(node, node.of(lists, self._data))
            yield _told(node, "success", "", 0, perf_counter() - began)
        for node in self._tests:
            found = planned.ask(node)
            sql = node.of(lists, self._data)
            yield _told(node, "fail" if found else "pass", sql, found, 0)
        planned.lay_down(self._project.models, self._project.beginning(self._data))

    def _prove_depth(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Levels of composites are a part of the SQL: none may be deeper than what was compiled."""
        [(deepest,)] = connection.execute("select max(depth) from registry.indicators").fetchall()
        assert f"composites_{max(deepest, 2)} " in self._project.sql("composite_indicators")


def _told(node: Node, status: str, sql: str, failures: int, seconds: float) -> dict[str, Any]:
    return {
        "unique_id": node.key, "status": status, "message": None, "compiled_code": sql,
        "failures": failures, "execution_time": seconds,
    }  # fmt: skip
