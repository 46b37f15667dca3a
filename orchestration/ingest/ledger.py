"""The ledger: what was delivered, what was said of it, what is in force.

Here: one entry file for every extract ever seen, and the tables ``extracts`` and
``problems`` made from them. Not here: judging an extract (``door``).

Of the accepted extracts of one source and period the one of the latest vintage is in
force, and of those the last received; the others stay and are superseded. Two different
files of one day and vintage contradict each other, and neither is in force until a later
one decides. A refused extract never replaces an accepted one: the last good values stay,
marked as held.
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
from orchestration.registry.schema import VINTAGES, Vintage
from orchestration.warehouse import DataFolder, written_aside

Standing = Literal["in_force", "superseded", "refused", "contested"]
# A rule about files that lie beside each other, which no file breaks alone.
CONTESTED = (
    "another file of the same day says something else: {others}",
    "on one day a source delivers one file a period",
    "deliver the one that counts again, under a later day; both stay where they are",
)

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
    "delivered_by": pl.String,
    "vintage": pl.String,
    "standing": pl.String,
    "held": pl.Boolean,
    "rows": pl.Int64,
    "rows_set_aside": pl.Int64,
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
    "rule": pl.String,
    "expected": pl.String,
    "found": pl.String,
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
    agency: str | None = None
    vintage: Vintage = "final"
    set_aside: int = 0

    @property
    def place(self) -> tuple[str, str]:
        """Source and period: of all their extracts one is in force."""
        return self.source, self.period

    @property
    def order(self) -> tuple[int, str]:
        """A later vintage comes after an earlier one, then the day of receipt counts."""
        return VINTAGES.index(self.vintage), self.received_on


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
    """The tables ``extracts`` and ``problems``, in a fixed order.

    Entries of sources that the registry no longer names stay in the ledger and out of
    the tables.
    """
    known = [entry for entry in entries if entry.source in registry.sources]
    ordered = sorted(known, key=lambda e: (e.source, e.period, e.received_on, e.file))
    by_place: dict[tuple[str, str], list[Entry]] = {}
    for entry in ordered:
        by_place.setdefault(entry.place, []).append(entry)
    rows, problems = [], []
    for beside in by_place.values():
        standings = _standings(beside)
        newest = max(beside, key=lambda entry: (entry.received_on, entry.file))
        held = standings[newest.extract] in ("refused", "contested")
        for entry in beside:
            standing = standings[entry.extract]
            found = list(entry.problems)
            if standing == "contested":
                found.append(_contested(entry, beside, standings))
            rows.append(_extract_row(entry, standing, held, len(found), registry, data))
            problems += [
                _problem_row(entry, number, problem, registry)
                for number, problem in enumerate(found, 1)
            ]
    return (
        pl.DataFrame(rows, schema=EXTRACT_COLUMNS, orient="row"),
        pl.DataFrame(problems, schema=PROBLEM_COLUMNS, orient="row"),
    )


def _standings(beside: list[Entry]) -> dict[str, Standing]:
    """How each extract of one source and period stands."""
    standings: dict[str, Standing] = {entry.extract: "refused" for entry in beside}
    by_order: dict[tuple[int, str], list[Entry]] = {}
    for entry in beside:
        if entry.accepted:
            by_order.setdefault(entry.order, []).append(entry)
    in_force = False
    for order in sorted(by_order, reverse=True):
        twins = by_order[order]
        for entry in twins:
            standings[entry.extract] = "superseded"
        if in_force:
            continue
        if len(twins) == 1:
            standings[twins[0].extract] = "in_force"
            in_force = True
        else:
            standings |= {entry.extract: "contested" for entry in twins}
    return standings


def _contested(entry: Entry, beside: list[Entry], standings: dict[str, Standing]) -> Problem:
    others = [
        other.file
        for other in beside
        if other is not entry
        and other.order == entry.order
        and standings[other.extract] == "contested"
    ]
    found, rule, remedy = CONTESTED
    return Problem(
        entry.file,
        None,
        None,
        None,
        found.format(others=", ".join(others)),
        rule,
        remedy,
        check="one_file_a_day",
    )


def write_ledger(entries: Iterable[Entry], registry: Registry, data: DataFolder) -> pl.DataFrame:
    """Write both tables for dbt; returns ``extracts``."""
    extracts, problems = tabulate(entries, registry, data)
    for name, frame in (("extracts", extracts), ("problems", problems)):
        with written_aside(data.tables / f"{name}.parquet") as aside:
            frame.write_parquet(aside)
    return extracts


def delivered_sources(data: DataFolder) -> set[str]:
    """The sources with an extract in force, by the ledger as it was last written."""
    extracts = pl.read_parquet(data.tables / "extracts.parquet")
    return set(extracts.filter(pl.col("standing") == "in_force")["source"])


def _is_period(label: str) -> bool:
    try:
        Period.parse(label)
    except ValueError:
        return False
    return True


def _extract_row(
    entry: Entry,
    standing: Standing,
    held: bool,
    problems: int,
    registry: Registry,
    data: DataFolder,
) -> tuple[Any, ...]:
    source = registry.sources[entry.source]
    received = date.fromisoformat(entry.received_on)
    period = Period.parse(entry.period) if _is_period(entry.period) else None
    owner = registry.answers_for(entry.source, received)
    parquet = entry_path(data, *entry.place, entry.sha256).with_suffix(".parquet")
    return (
        entry.extract,
        entry.source,
        owner,
        source.delivery.frequency.value,
        period.start if period else None,
        entry.period,
        entry.file,
        entry.sha256,
        entry.bytes,
        received,
        entry.agency or owner,
        entry.vintage,
        standing,
        held,
        entry.rows,
        entry.set_aside,
        problems,
        ("table" if source.table else "records") if source.data_elements else "comparison",
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
        registry.answers_for(entry.source, received),
        problem.file,
        problem.sheet,
        problem.line,
        problem.column,
        problem.value,
        problem.check,
        problem.rule,
        problem.found,
        problem.remedy,
        received,
    )
