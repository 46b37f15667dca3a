"""Where Dagster keeps its runs: its own SQLite files, written as one process writes best.

Here: a connection that stays open, events that are stored together, no wait for the disk at
each of them; records of assets that are read together. Not here: what is stored, which is Dagster's,
in Dagster's own files: its other storage classes read them as they are. Dagster opens and closes a
file for every event, two or three times; of a night with some eight hundred events that was the
better part of its cost. It asks for the record of each table on which another rests, one by one.
A few lines past 200 because what is written and what is known of it are one state.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, Self

import sqlalchemy
from dagster import AssetKey, DagsterInstance, EventLogEntry, RunsFilter
from dagster._core.storage.event_log.base import AssetRecord
from dagster._core.storage.event_log.sqlite.sqlite_event_log import (
    INDEX_SHARD_NAME,
    SqliteEventLogStorage,
)
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData

from kinhbac.data_folder import DataFolder
from orchestration.home import home_of


@dataclass
class _Records:
    """The records of all assets, as the file of all runs had them after so many commits of ``others``
    and ``own`` rows, but those that were ``written`` since."""

    by_key: dict[AssetKey, AssetRecord]
    others: int
    own: int
    written: set[AssetKey] = field(default_factory=set)


class RunLog(SqliteEventLogStorage):
    """Dagster's event log, which opens the file of a run and that of all runs once."""

    def __init__(self, base_dir: str) -> None:
        self._records: _Records | None = None
        self._opened: dict[str, sqlalchemy.Connection] = {}
        self._there: set[str] = set()
        self._one_at_a_time = threading.RLock()  # a batch holds it while it stores its events
        super().__init__(base_dir)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sqlalchemy.Connection]:
        with self._one_at_a_time:
            connection = self._open(shard)
            if connection.in_transaction():  # of a batch, which commits them all
                yield connection
            else:
                with connection.begin():
                    yield connection

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store these events of one run, or none of them."""
        with self.run_connection(events[0].run_id), self.index_connection():
            super().store_event_batch(events)

    def store_event(self, event: EventLogEntry) -> None:
        """Store an event; the record of the asset that it tells of is read again."""
        with self._one_at_a_time:
            before = self._index.total_changes
            super().store_event(event)
            known = self._records
            if known and known.own == before:
                known.own = self._index.total_changes
                if event.dagster_event and event.dagster_event.asset_key:
                    known.written.add(event.dagster_event.asset_key)

    def get_asset_records(
        self, asset_keys: Sequence[AssetKey] | None = None
    ) -> Sequence[AssetRecord]:
        """Of these assets, or of all; read together, and again once anybody else has written."""
        with self._one_at_a_time:
            [others] = self._index.execute("pragma data_version").fetchone()
            own, known = self._index.total_changes, self._records
            if not known or (known.others, known.own) != (others, own):
                found = _by_key(super().get_asset_records())
                known = self._records = _Records(found, others, own)
            if known.written:
                known.by_key |= _by_key(super().get_asset_records([*known.written]))
                known.written.clear()
            asked = known.by_key if asset_keys is None else asset_keys
            return [known.by_key[key] for key in asked if key in known.by_key]

    @property
    def _index(self) -> sqlite3.Connection:
        """The file of all runs, as the driver has it open."""
        driver = self._open(INDEX_SHARD_NAME).connection.dbapi_connection
        assert isinstance(driver, sqlite3.Connection)
        return driver

    def _open(self, shard: str) -> sqlalchemy.Connection:
        if shard not in self._opened:
            self._close({INDEX_SHARD_NAME, shard})
            engine = sqlalchemy.create_engine(
                self.conn_string_for_shard(shard),
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
            )
            sqlalchemy.event.listen(engine, "connect", _do_not_wait)
            self._initdb(engine)
            self._opened[shard] = engine.connect()
        return self._opened[shard]

    def _close(self, kept: set[str]) -> None:
        for shard in self._opened.keys() - kept:
            if shard == INDEX_SHARD_NAME:
                self._records = None  # another connection counts anew
            connection = self._opened.pop(shard)
            connection.close()
            connection.engine.dispose()

    # What the file of all runs has stays, and Dagster asks for it at every event.
    def has_table(self, table_name: str) -> bool:
        """Whether the file of all runs has the table."""
        return self._stays(table_name, partial(super().has_table, table_name))

    def has_secondary_index(self, name: str) -> bool:
        """Whether the file of all runs has been brought to this form."""
        return self._stays(name, partial(super().has_secondary_index, name))

    def _has_asset_key_col_on_connection(
        self, conn: sqlalchemy.Connection, column_name: str
    ) -> bool:
        ask = partial(super()._has_asset_key_col_on_connection, conn, column_name)
        return self._stays(column_name, ask)

    def _stays(self, name: str, ask: Callable[[], bool]) -> bool:
        if name not in self._there and ask():
            self._there.add(name)
        return name in self._there

    def wipe(self) -> None:
        """Forget every run: their files go."""
        self._there.clear()
        self._close({INDEX_SHARD_NAME})
        super().wipe()

    def dispose(self) -> None:
        """Close the files."""
        with self._one_at_a_time:
            self._close(set())
        super().dispose()


def _by_key(records: Iterable[AssetRecord]) -> dict[AssetKey, AssetRecord]:
    return {record.asset_entry.asset_key: record for record in records}


def _do_not_wait(connection: Any, _: object) -> None:
    # With a log written ahead no kill harms the file; a power cut may take its last events.
    connection.execute("pragma synchronous = normal")


class RunStorage(DagsterSqliteStorage):
    """Dagster's own storage in ``base_dir`` with that event log; named in its settings."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        base_dir = _as_in_an_address(base_dir)
        super().__init__(base_dir, inst_data)
        self._event_log_storage = RunLog((Path(base_dir) / "history" / "runs").as_posix())

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> Self:
        """Made by Dagster from its settings."""
        return cls(config_value["base_dir"], inst_data)


@cache
def _as_in_an_address(folder: str) -> str:
    """A folder as it can stand in the address of a database, where a question mark ends its name;
    such a folder is held open, and called by that, for as long as the process lives."""
    if "?" not in folder:
        return folder
    Path(folder).mkdir(parents=True, exist_ok=True)
    return f"/proc/self/fd/{os.open(folder, os.O_RDONLY | os.O_DIRECTORY)}"


def forget_runs(data: DataFolder, before: datetime) -> int:
    """Take runs that were begun ``before`` out of the log; returns how many.

    What a run said is in it alone: what it published stays, with its evidence.
    """
    home = home_of(data)
    if not (home / "dagster.yaml").exists():
        return 0
    with DagsterInstance.from_config(home.as_posix()) as instance:
        # One that was killed is never finished, and as old as the others. Dagster compares in UTC.
        asked = RunsFilter(created_before=before.astimezone(UTC))
        old = [run.run_id for run in instance.get_runs(asked)]
        for run in old:
            instance.delete_run(run)
            for path in (home / "history" / "runs").glob(f"{run}.db*"):
                path.unlink(missing_ok=True)
    return len(old)
