"""The ledger: what was delivered, what was said of it, what is in force.

Here: one entry file for every extract ever seen, and the tables ``extracts`` and
``problems`` made from them. Not here: judging an extract (``door``).

Of the accepted extracts of one source and period the last received is in force; the
earlier ones stay and are superseded. A refused extract never replaces an accepted one:
the last good values stay, marked as held.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import polars as pl

from orchestration.periods import Period
from orchestration.problems import Problem
from orchestration.registry import Registry
from orchestration.warehouse import DataFolder, written_aside

Standing = Literal["in_force", "superseded", "refused"]

EXTRACT_COLUMNS = {
    "extract": pl.String,
    "source": pl.String,
    "owner": pl.String,
    "period_kind": pl.String,
    "period_start": pl.Date,
    "period": pl.String,
    "file": pl.String,
    "sha256": pl.String,
    "bytes": pl.Int64,
    "received_on": pl.Date,
    "standing": pl.String,
    "held": pl.Boolean,
    "rows": pl.Int64,
    "problems": pl.Int64,
    "layout": pl.String,
    "parquet": pl.String,
    "synthetic": pl.Boolean,
}
PROBLEM_COLUMNS = {
    "problem": pl.String,
    "extract": pl.String,
    "source": pl.String,
    "owner": pl.String,
    "file": pl.String,
    "sheet": pl.String,
    "line": pl.Int64,
    "column_name": pl.String,
    "delivered_value": pl.String,
    "found": pl.String,
    "rule": pl.String,
    "remedy": pl.String,
    "since": pl.Date,
}


@dataclass(frozen=True)
class Entry:
    """What the door said of one extract, under one contract."""

    extract: str
    source: str
    period: str
    file: str
    sha256: str
    bytes: int
    received_on: str
    contract: str
    accepted: bool
    rows: int
    problems: tuple[Problem, ...]


def entry_path(data: DataFolder, source: str, period: str, sha256: str) -> Path:
    """Where the entry of an extract stands, beside its Parquet file."""
    folder = period if _is_period(period) else "no-period"
    return data.raw / source / folder / f"{sha256[:12]}.json"


def read_entry(path: Path) -> Entry | None:
    """The entry at ``path``, or None where there is none."""
    if not path.exists():
        return None
    content = json.loads(path.read_text(encoding="utf-8"))
    content["problems"] = tuple(Problem(**problem) for problem in content["problems"])
    return Entry(**content)


def read_entries(registry: Registry, data: DataFolder, source: str) -> list[Entry]:
    """Every entry of ``source`` that the ledger holds, also of files no longer landed."""
    entries = [read_entry(path) for path in sorted((data.raw / source).glob("*/*.json"))]
    return [entry for entry in entries if entry is not None]


def write_entry(data: DataFolder, entry: Entry) -> None:
    """Write an entry whole; from this moment the extract counts."""
    path = entry_path(data, entry.source, entry.period, entry.sha256)
    with written_aside(path) as aside:
        aside.write_text(json.dumps(asdict(entry), ensure_ascii=False), encoding="utf-8")


def tabulate(
    entries: Iterable[Entry], registry: Registry, data: DataFolder
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The tables ``extracts`` and ``problems``, in a fixed order."""
    ordered = sorted(entries, key=lambda e: (e.source, e.period, e.received_on, e.file))
    last_accepted = {(e.source, e.period): e.extract for e in ordered if e.accepted}
    newest = {(e.source, e.period): e for e in ordered}
    extracts = [_extract_row(e, last_accepted, newest, registry, data) for e in ordered]
    problems = [
        _problem_row(entry, number, problem, registry)
        for entry in ordered
        for number, problem in enumerate(entry.problems, 1)
    ]
    return (
        pl.DataFrame(extracts, schema=EXTRACT_COLUMNS, orient="row"),
        pl.DataFrame(problems, schema=PROBLEM_COLUMNS, orient="row"),
    )


def write_ledger(entries: Iterable[Entry], registry: Registry, data: DataFolder) -> pl.DataFrame:
    """Write both tables for dbt; returns ``extracts``."""
    extracts, problems = tabulate(entries, registry, data)
    for name, frame in (("extracts", extracts), ("problems", problems)):
        with written_aside(data.tables / f"{name}.parquet") as aside:
            frame.write_parquet(aside)
    return extracts


def _is_period(label: str) -> bool:
    try:
        Period.parse(label)
    except ValueError:
        return False
    return True


def _extract_row(
    entry: Entry,
    last_accepted: dict[tuple[str, str], str],
    newest: dict[tuple[str, str], Entry],
    registry: Registry,
    data: DataFolder,
) -> tuple[Any, ...]:
    place = (entry.source, entry.period)
    source = registry.sources[entry.source]
    received = date.fromisoformat(entry.received_on)
    period = Period.parse(entry.period) if _is_period(entry.period) else None
    standing: Standing = "refused"
    if entry.accepted:
        standing = "in_force" if last_accepted[place] == entry.extract else "superseded"
    parquet = entry_path(data, *place, entry.sha256).with_suffix(".parquet")
    return (
        entry.extract,
        entry.source,
        registry.owner_of(entry.source, received),
        source.delivery.frequency.value,
        period.start if period else None,
        entry.period,
        entry.file,
        entry.sha256,
        entry.bytes,
        received,
        standing,
        not newest[place].accepted,
        entry.rows,
        len(entry.problems),
        "table" if source.table else "records",
        parquet.relative_to(data.root).as_posix() if entry.accepted else None,
        source.synthetic,
    )


def _problem_row(
    entry: Entry, number: int, problem: Problem, registry: Registry
) -> tuple[Any, ...]:
    received = date.fromisoformat(entry.received_on)
    return (
        f"{entry.extract}/{number}",
        entry.extract,
        entry.source,
        registry.owner_of(entry.source, received),
        problem.file,
        problem.sheet,
        problem.line,
        problem.column,
        problem.value,
        problem.found,
        problem.rule,
        problem.remedy,
        received,
    )
