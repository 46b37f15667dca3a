"""The ledger as tables: ``extracts`` and ``problems``, for dbt and for the release.

Here: one row an extract, one row a problem. Not here: entries and their standing
(``ledger``).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import polars as pl

from kinhbac.data_folder import DataFolder, written_aside
from kinhbac.ingest.ledger import (
    Entry,
    Standing,
    entry_path,
    names_period,
    rank_extracts,
)
from kinhbac.periods import Period
from kinhbac.problems import Problem
from kinhbac.registry import Registry

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
    "overwritten": pl.Boolean,
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
        standings = rank_extracts(beside)
        newest = max(
            (entry for entry in beside if entry.speaks_for_source),
            key=lambda entry: (entry.received_on, entry.file, not entry.overwritten),
            default=None,
        )
        held = newest is not None and standings[newest.extract] in ("refused", "contested")
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


def write_ledger(entries: Iterable[Entry], registry: Registry, data: DataFolder) -> pl.DataFrame:
    """Write both tables for dbt; returns ``extracts``."""
    extracts, problems = tabulate(entries, registry, data)
    for name, frame in (("extracts", extracts), ("problems", problems)):
        with written_aside(data.tables / f"{name}.parquet") as aside:
            frame.write_parquet(aside)
    return extracts


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
    period = Period.parse(entry.period) if names_period(entry.period) else None
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
        entry.overwritten,
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
        entry.agency or registry.answers_for(entry.source, received),
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


def delivered_sources(data: DataFolder) -> set[str]:
    """The sources with an extract in force, by the ledger as it was last written."""
    extracts = pl.read_parquet(data.tables / "extracts.parquet")
    return set(extracts.filter(pl.col("standing") == "in_force")["source"])


def _contested(entry: Entry, beside: list[Entry], standings: dict[str, Standing]) -> Problem:
    others = [
        other.file
        for other in beside
        if other is not entry
        and other.order == entry.order
        and standings[other.extract] == "contested"
    ]
    found, rule, remedy = CONTESTED
    told = found.format(others=", ".join(others))
    return Problem(told, rule, remedy, entry.file, check="one_file_a_day")
