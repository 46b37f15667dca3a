"""What synthetic sources would have delivered by a day.

Here: which periods are due, running a source's ``demonstration.sql`` for each, laying
the file into the landing zone under the day it would have arrived. A source is late, or revises its figures,
where its contract says so (``demonstration``). No file tells what happens
after that day: records that were open then are told again in the next file. The same source and
period give the same content on every machine. Not here: file formats
(``formats``), figures (the SQL beside the contract). Only sources marked ``synthetic``
are ever made.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import md5
from pathlib import Path

import duckdb
import polars as pl

from kinhbac.calendar import HANOI
from kinhbac.data_folder import DataFolder, written_aside
from kinhbac.database import literal, open_locked
from kinhbac.ingest.demonstration.formats import write_extract
from kinhbac.periods import Period
from kinhbac.problems import Problem, ProblemsFound
from kinhbac.registry import Registry
from kinhbac.registry.declared.contract import Source, due_date

SUFFIXES = {"jsonl": "jsonl", "json": "json", "csv": "csv", "xlsx": "xlsx", "parquet": "parquet"}
# The new province began to collect in the third week after the merger; what is older
# arrived then, restated.
FIRST_RECEIPT = date(2025, 7, 21)
ONLY_MAKE = (duckdb.StatementType.CREATE, duckdb.StatementType.SELECT)
ONLY_ASK = (duckdb.StatementType.SELECT,)
"""What the SQL that all sources share may do, and that of one source."""
OPEN_FOR = 2
"""Periods for which a record may stay open: in so many files after its own it is told again."""


def deliver(registry: Registry, data: DataFolder, source: str, as_of: date) -> int:
    """Lay down every extract that ``source`` would have delivered by ``as_of``.

    Returns how many are new. Sources that are real, or have no demonstration.sql,
    deliver nothing here.
    """
    contract = registry.sources[source]
    query = registry.folder_of(source) / "demonstration.sql"
    if not _is_made(registry, source):
        return 0
    wanted = [
        (period, arrival, path)
        for period in _periods(contract, as_of)
        for arrival in _arrivals(contract, period)
        if arrival.day <= as_of
        and not (path := _path(data, contract, period, arrival.day)).exists()
    ]
    if not wanted:
        return 0
    with _told_as_problem(source), open_locked(registry.folder) as connection:
        connection.execute("set variable sources = ?", [literal(registry.folder)])
        prelude = (registry.folder / "demonstration.sql").read_text(encoding="utf-8")
        statement = query.read_text(encoding="utf-8")
        _prove_harmless(prelude, "demonstration.sql", ONLY_MAKE)
        _prove_harmless(statement, f"{source}/demonstration.sql", ONLY_ASK)
        for number, (period, arrival, path) in enumerate(wanted):
            _set_period(connection, period, arrival, None)
            if number == 0:
                connection.execute(prelude)
                # A relation made of the statement itself would plan it twice for every period.
                connection.execute(f"prepare delivery as {statement}")
            frames = [_told(connection)]
            for earlier, day in _open_before(contract, period):
                _set_period(connection, earlier, arrival, day)
                frames.append(_told(connection))
            with written_aside(path) as aside:
                write_extract(pl.concat(frames), contract, aside)
                # It has arrived on its day, and nobody has to wait whether it is still coming.
                noon = datetime.combine(arrival.day, time(12), HANOI).timestamp()
                os.utime(aside, (noon, noon))
    return len(wanted)


@contextmanager
def _told_as_problem(source: str) -> Iterator[None]:
    """What DuckDB says of SQL that people have written. Raises ProblemsFound."""
    try:
        yield
    except duckdb.Error as error:
        found = f"it cannot be run: {str(error).partition(chr(10))[0]}"
        rule = "it makes the files of a synthetic source, of the registry alone"
        file = f"sources/{source}/demonstration.sql"
        raise ProblemsFound("sources", [Problem(found, rule, "correct it", file)]) from error


def _prove_harmless(text: str, file: str, allowed: Collection[duckdb.StatementType]) -> None:
    """Raises ProblemsFound for SQL that does something else than is ``allowed``: it could write."""
    kinds = {statement.type for statement in duckdb.extract_statements(text)}
    if odd := sorted(kind.name for kind in kinds - set(allowed)):
        found = f"it holds {', '.join(odd)}"
        rule = f"it holds nothing but {' or '.join(kind.name for kind in allowed)}"
        raise ProblemsFound(
            "sources", [Problem(found, rule, "take it out", file=f"sources/{file}")]
        )


def _told(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    return pl.DataFrame(connection.sql("execute delivery").to_arrow_table())


def _open_before(contract: Source, period: Period) -> Iterator[tuple[Period, date]]:
    """Earlier periods whose records are told again in the file of ``period`` if they were open on
    the day of the file before, which comes with them."""
    if not (contract.records and contract.records.told_again):
        return
    earlier = [one for one in _periods(contract, period.start) if one.start < period.start]
    for one in earlier[-OPEN_FOR:]:
        yield one, _arrivals(contract, earlier[-1])[0].day


def next_delivery(registry: Registry, source: str, as_of: date) -> date | None:
    """The first day after ``as_of`` on which ``deliver`` lays something down; None for never."""
    contract = registry.sources[source]
    if not _is_made(registry, source):
        return None
    assert contract.delivery.expected_from, "a synthetic source says when its deliveries begin"
    period = Period.parse(contract.delivery.expected_from)
    first: date | None = None
    while first is None or period.start < first:  # nothing arrives before its period begins
        for arrival in _arrivals(contract, period):
            if arrival.day > as_of:
                first = min(first or arrival.day, arrival.day)
        period = period.next()
    return first


def _is_made(registry: Registry, source: str) -> bool:
    query = registry.folder_of(source) / "demonstration.sql"
    return registry.sources[source].synthetic and query.exists()


def _periods(contract: Source, as_of: date) -> list[Period]:
    assert contract.delivery.expected_from, "a synthetic source says when its deliveries begin"
    period = Period.parse(contract.delivery.expected_from)
    periods = []
    while period.start <= as_of:
        periods.append(period)
        period = period.next()
    return periods


@dataclass(frozen=True)
class Arrival:
    """A file of a period: its day, and whether its figures are final."""

    day: date
    final: bool


def _arrivals(contract: Source, period: Period) -> list[Arrival]:
    """The files of a period: one a few days before its due date, or as late as the source is, the
    same on every machine and never before it can be known; and one that revises it, if any does.
    What is older than the first receipt was restated and is final."""
    due = due_date(contract.delivery, period)
    digest = md5(f"{contract.source}|{period.label}".encode(), usedforsecurity=False).digest()
    early = digest[0] % (min(contract.delivery.due_days, 5) + 1)
    known = period.start if contract.delivery.due_after == "start" else period.end
    day = max(due - timedelta(days=early), known)
    if day <= FIRST_RECEIPT:
        return [Arrival(FIRST_RECEIPT, final=True)]
    day += timedelta(days=contract.demonstration.days_late)
    after = contract.demonstration.revised_after
    if after is None:
        return [Arrival(day, final=True)]
    return [Arrival(day, final=False), Arrival(day + timedelta(days=after), final=True)]


def _path(data: DataFolder, contract: Source, period: Period, received: date) -> Path:
    suffix = SUFFIXES[contract.delivery.format]
    name = f"{received.isoformat()}_{contract.source}.{suffix}"
    return data.landing / contract.source / period.label / name


def _set_period(
    connection: duckdb.DuckDBPyConnection, period: Period, arrival: Arrival, told: date | None
) -> None:
    """Say of which period records are made, on which day they are delivered, whether as final, and
    on which day they were told before, if they were."""
    connection.execute("set variable period_start = ?::date", [period.start])
    connection.execute("set variable period_end = ?::date", [period.end])
    connection.execute("set variable period = ?", [period.label])
    connection.execute("set variable received = ?::date", [arrival.day])
    connection.execute("set variable final = ?", [arrival.final])
    connection.execute("set variable told = ?::date", [told])
