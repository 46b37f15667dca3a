"""One province on many days: all tables of a night, without dbt, Dagster and a disk full of files.

Here: the compiled models run in one connection, day after day, each remembering the one before
as a release does. Not here: which provinces and days (``test_changes_ahead``), compiling
(``straight``), the real night (``tests/night``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from kinhbac.checks.candidate import published_tables
from kinhbac.data_folder import hash_file
from kinhbac.ingest.ledger import read_entries
from kinhbac.ingest.ledger_tables import delivered_sources, write_ledger
from kinhbac.ingest.reception import receive
from kinhbac.reduction.uniting import reduce_records
from kinhbac.registry import load_registry
from kinhbac.registry.tables import write_registry, write_standings
from kinhbac.release.changes_ahead import ChangeAhead, find_changes_ahead
from kinhbac.release.memory import SAYING, write_memory
from kinhbac.release.releases import next_number
from tests.conftest import Province
from tests.straight import Compiled

Rows = dict[str, list[tuple[Any, ...]]]
OF_ITS_RELEASE = ("new_values", "revised_values", "taken_back")
"""Counted since the release before: they belong to a release as its number does."""


@dataclass
class Days:
    """The nights of ``province``, whose registry and landing zone a test writes."""

    province: Province
    project: Compiled
    release: int = 0
    ahead: list[ChangeAhead] = field(default_factory=list)

    def publish(self, day: date) -> Rows:
        """The tables of the night of ``day``, sealed as the next release."""
        connection = self.built(day)
        rows = _rows(connection)
        self.release += 1
        self._seal(connection, day)
        self.ahead = find_changes_ahead(self.province.registry, connection, day)
        return rows

    def compute(self, day: date) -> Rows:
        """The tables of the night of ``day`` on the release in force, without another one."""
        return _rows(self.built(day))

    def built(self, day: date) -> duckdb.DuckDBPyConnection:
        """The candidate of the night of ``day``, to be asked before another night is computed."""
        registry, data = load_registry(self.province.sources), self.province.data
        write_registry(registry, data, day, self.release + 1)
        for source in registry.sources:
            receive(registry, data, source, day)
        entries = [e for key in registry.sources for e in read_entries(registry, data, key)]
        write_ledger(entries, registry, data)
        reduce_records(registry, data)
        write_memory(data)
        write_standings(registry, data, day, delivered_sources(data), next_number(data))
        planned = self.project.planned
        planned.begin(data)
        self.project.compute(data)
        planned.pass_on(data)
        return planned.connection

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
