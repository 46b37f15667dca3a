"""What is served is looked at only; what is written into the registry, or lies damaged, is told."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from kinhbac.ingest.ledger import LedgerBroken, tell_broken
from kinhbac.problems import ProblemsFound
from orchestration.refresh import prepare
from orchestration.serve import commands
from tests.conftest import REGISTER, Province, make_tiny


def test_dagster_is_served_on_loopback_and_changes_nothing_unless_told() -> None:
    webserver, _ = commands()
    assert webserver[1:6] == ["--host", "127.0.0.1", "--port", "3000", "--read-only"]
    assert "--read-only" not in commands(operate=True)[0]


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize("spoil", [halve, lambda path: path.write_bytes(b"no database" * 999)])
def test_a_damaged_log_of_runs_begins_anew_and_a_whole_one_stays(
    tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    data = make_tiny(tmp_path).data
    index = data.dagster / "history" / "runs" / "index.db"
    index.parent.mkdir(parents=True)
    with closing(sqlite3.connect(index)) as made:
        made.execute("create table runs (told)")
        made.executemany("insert into runs values (randomblob(?))", [(4000,)] * 20)
        made.commit()
    (data.dagster / "dagster.yaml").write_bytes(b"\xff\x00:")
    prepare(data)
    assert index.exists() and "telemetry" in (data.dagster / "dagster.yaml").read_text("utf-8")
    spoil(index)
    prepare(data)
    assert not index.exists()


RECORDS = """\
records: {area: {column: Ma}, columns: {So: {as: number, key: true, pattern: "(?=a)b"}}}
"""
UNREADABLE = {
    "a format": ("format: csv,", 'format: csv, date_format: "%Q",', "«%Q» is no format of days"),
    "a pattern": (
        "table: {area: {column: Ma, codes_as_of: 2025-07-01}}\n", RECORDS,
        "«\\(\\?=a\\)b» is no regular expression without",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_could_not_be_read_with_is_told_when_the_registry_is_read(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    made = make_tiny(tmp_path)
    assert old in REGISTER
    made.write("register/source.yml", REGISTER.replace(old, new))
    with pytest.raises(ProblemsFound, match=told):
        _ = made.registry


def test_no_link_in_the_registry_is_followed(tmp_path: Path) -> None:
    made: Province = make_tiny(tmp_path)
    process = made.sources / "process.yml"
    process.rename(tmp_path / "elsewhere.yml")
    process.symlink_to(tmp_path / "elsewhere.yml")
    with pytest.raises(ProblemsFound, match=r"sources/process\.yml: it is a link"):
        _ = made.registry


def test_what_a_worker_is_refused_is_told_by_the_night() -> None:
    broken = LedgerBroken("ledger", [tell_broken("clinic", "it is not there")])
    # As a pool of processes hands it over; what is read here was written on the same line.
    told = pickle.loads(pickle.dumps(broken))  # noqa: S301
    assert isinstance(told, LedgerBroken) and str(told) == str(broken)
