"""The ledger as tables: ``extracts`` and ``problems``, for dbt and for the release.

Here: one row an extract, one row a problem. Not here: entries and their standing
(``ledger``). Past 200 lines because columns are read together with what fills them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

import polars as pl

from kinhbac.data_folder import DataFolder
from kinhbac.ingest.ledger import (
    Entry,
    Standing,
    entry_path,
    names_period,
    rank_extracts,
)
from kinhbac.periods import Period
from kinhbac.problems import Problem, name_lines
from kinhbac.registry import Registry
from kinhbac.rows import Long, Row, Sha256, write_rows

# A rule about files that lie beside each other, which no file breaks alone.
CONTESTED = (
    "another file of the same day says something else: {others}",
    "on one day a source delivers one file a period",
    "deliver the one that counts again, under a later day; both stay where they are",
)


class ExtractRow(
    Row,
    table="extracts",
    key=("extract",),
    meaning="The ledger: every extract ever delivered and how it stands. "
    "Sổ tiếp nhận tệp trích xuất.",
):
    """One extract."""

    extract: Annotated[str, "Key: source/period/first 12 digits of the hash."]
    source: Annotated[str, "Source that delivered it."]
    owner: Annotated[str, "Agency that owned the source on the day of receipt."]
    delivered_by: Annotated[str, "Agency that delivered it."]
    period_kind: Annotated[str, "day, month, quarter, half_year or year."]
    period_start: Annotated[
        date | None, "First day of the period; empty where the folder names none."
    ]
    period: Annotated[str, "Period as its folder names it."]
    file: Annotated[str, "Source, period and name of the file as delivered."]
    sha256: Annotated[Sha256, "SHA-256 of the file."]
    bytes: Annotated[Long, "Size of the file."]
    received_on: Annotated[date, "Day of receipt."]
    vintage: Annotated[str, "forecast, estimate, provisional or final."]
    standing: Annotated[
        Standing,
        "in_force; superseded; refused; contested: two files of one day contradict each other.",
    ]
    held: Annotated[bool, "True when the newest extract of this source and period was refused."]
    overwritten: Annotated[
        bool,
        "True where another file has taken its name in the landing zone; its bytes are kept.",
    ]
    rows: Annotated[Long, "Rows read."]
    rows_set_aside: Annotated[Long, "Rows that the contract let set aside."]
    problems: Annotated[Long, "Problems found."]
    synthetic: Annotated[bool, "True: demonstration data."]
    layout: str
    parquet: str | None


class ProblemRow(
    Row,
    table="problems",
    key=("problem",),
    meaning="What was wrong with extracts, each mistake once, with the remedy; also what was told "
    "of accepted ones. "
    "Lỗi dữ liệu cần khắc phục.",
):
    """One problem of one extract."""

    problem: Annotated[str, "Key: extract and number."]
    extract: Annotated[str, "The extract."]
    source: Annotated[str, "Its source."]
    owner: Annotated[
        str, "Agency that must put it right: who delivered it, else the owner of the source."
    ]
    file: Annotated[str, "File as delivered."]
    sheet: Annotated[str | None, "Worksheet."]
    line: Annotated[Long | None, "Line or row, from 1; the first of several."]
    occurrences: Annotated[Long, "How often it was found in this column."]
    first_lines: Annotated[str | None, "The first lines, where it stands on several."]
    column_name: Annotated[str | None, "Column header."]
    delivered_value: Annotated[
        str | None,
        "What stands in the cell: the text where it cannot name a person, else its shape.",
    ]
    examples: Annotated[
        str | None,
        "What stands in the cells, where they are several: at most twenty texts or shapes.",
    ]
    rule: Annotated[str, "Short name of the rule."]
    expected: Annotated[str, "The rule it breaks."]
    found: Annotated[str, "What is wrong."]
    remedy: Annotated[str, "How to put it right."]
    since: Annotated[date, "Day of receipt."]


TABLES: tuple[type[Row], ...] = (ExtractRow, ProblemRow)


def tabulate(
    entries: Iterable[Entry], registry: Registry, data: DataFolder
) -> tuple[list[ExtractRow], list[ProblemRow]]:
    """The tables ``extracts`` and ``problems``, in a fixed order.

    Entries of sources that the registry no longer names stay in the ledger and out of
    the tables.
    """
    known = [entry for entry in entries if entry.source in registry.sources]
    ordered = sorted(known, key=lambda e: (e.source, e.period, e.received_on, e.file))
    by_place: dict[tuple[str, str], list[Entry]] = {}
    for entry in ordered:
        by_place.setdefault(entry.place, []).append(entry)
    rows: list[ExtractRow] = []
    problems: list[ProblemRow] = []
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
    return rows, problems


def write_ledger(entries: Iterable[Entry], registry: Registry, data: DataFolder) -> pl.DataFrame:
    """Write both tables for dbt; returns ``extracts``."""
    extracts, problems = tabulate(entries, registry, data)
    write_rows(ProblemRow, problems, data.tables)
    return write_rows(ExtractRow, extracts, data.tables)


def _extract_row(
    entry: Entry,
    standing: Standing,
    held: bool,
    problems: int,
    registry: Registry,
    data: DataFolder,
) -> ExtractRow:
    source = registry.sources[entry.source]
    received = date.fromisoformat(entry.received_on)
    period = Period.parse(entry.period) if names_period(entry.period) else None
    owner = registry.answers_for(entry.source, received)
    parquet = entry_path(data, *entry.place, entry.sha256).with_suffix(".parquet")
    return ExtractRow(
        extract=entry.extract,
        source=entry.source,
        owner=owner,
        delivered_by=entry.agency or owner,
        period_kind=source.delivery.frequency.value,
        period_start=period.start if period else None,
        period=entry.period,
        file=entry.file,
        sha256=entry.sha256,
        bytes=entry.bytes,
        received_on=received,
        vintage=entry.vintage,
        standing=standing,
        held=held,
        overwritten=entry.overwritten,
        rows=entry.rows,
        rows_set_aside=entry.set_aside,
        problems=problems,
        synthetic=source.synthetic,
        layout=("table" if source.table else "records") if source.data_elements else "comparison",
        parquet=parquet.relative_to(data.root).as_posix() if entry.accepted else None,
    )


def _problem_row(entry: Entry, number: int, problem: Problem, registry: Registry) -> ProblemRow:
    received = date.fromisoformat(entry.received_on)
    return ProblemRow(
        problem=f"{entry.extract}/{number}",
        extract=entry.extract,
        source=entry.source,
        owner=entry.agency or registry.answers_for(entry.source, received),
        file=problem.file,
        sheet=problem.sheet,
        line=problem.line,
        occurrences=problem.count,
        first_lines=name_lines(problem.lines) if problem.on_several_lines else None,
        column_name=problem.column,
        delivered_value=problem.value,
        examples=", ".join(f"«{value}»" for value in problem.values) or None,
        rule=problem.check,
        expected=problem.rule,
        found=problem.found,
        remedy=problem.remedy,
        since=received,
    )


def read_back(extract: dict[str, Any], problems: Iterable[dict[str, Any]]) -> Entry:
    """The entry of a refused extract of which the tables are all that is left.

    The same rows are made of it again.
    """
    return Entry(
        extract["extract"],
        extract["source"],
        extract["period"],
        extract["file"],
        extract["sha256"],
        extract["bytes"],
        extract["received_on"].isoformat(),
        "read back",
        False,
        extract["rows"],
        tuple(map(_read_problem, sorted(problems, key=_number_of))),
        extract["delivered_by"] if extract["delivered_by"] != extract["owner"] else None,
        extract["vintage"],
        extract["rows_set_aside"],
        extract["overwritten"],
    )


def _number_of(row: dict[str, Any]) -> int:
    return int(row["problem"].rpartition("/")[2])


def _read_problem(row: dict[str, Any]) -> Problem:
    return Problem(
        row["found"],
        row["expected"],
        row["remedy"],
        row["file"],
        row["line"],
        row["column_name"],
        row["delivered_value"],
        row["sheet"],
        row["rule"],
        row["occurrences"],
        tuple(map(int, row["first_lines"].split(", "))) if row["first_lines"] else (),
        tuple(row["examples"][1:-1].split("», «")) if row["examples"] else (),
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
