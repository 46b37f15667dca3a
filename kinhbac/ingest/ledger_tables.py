"""The ledger as tables: ``extracts``, ``turns`` and ``problems``, for dbt and for the release.

Here: one row an extract, one row each time that one came into force, one row a problem. Not here:
entries (``ledger``), how they stand beside each other (``places``). Past 200 lines because columns are read together with what fills them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Annotated, Any, Literal

import polars as pl

from kinhbac.data_folder import DataFolder
from kinhbac.ingest.ledger import Entry, entry_path, names_period
from kinhbac.ingest.places import OUT_OF_FORCE, Place, find_places, find_remarks
from kinhbac.ingest.receipts import Receipt, read_receipts
from kinhbac.ingest.remarks import TOLD
from kinhbac.ingest.turns import Standing, Turn
from kinhbac.periods import Period
from kinhbac.problems import Problem, name_lines
from kinhbac.registry import Registry
from kinhbac.rows import Long, Row, Sha256, write_rows
from kinhbac.words.sentences import translate
from kinhbac.words.shapes import translate_shape

Bearing = Literal["refused", "set_aside", "told"]


class ExtractRow(
    Row,
    table="extracts",
    key=("extract",),
    meaning="The ledger: every extract ever delivered and how it stands.",
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
    received_on: Annotated[date, "Day of receipt; of bytes that came several times, the first."]
    delivered_again_on: Annotated[
        date | None,
        "Day on which the same bytes were delivered once more and came into force again.",
    ]
    arrived_on: Annotated[
        date | None,
        "Day on which it was met, where that and no day of receipt decided which file counts.",
    ]
    vintage: Annotated[str, "forecast, estimate, provisional or final."]
    standing: Annotated[
        Standing,
        "in_force: its rows count, beside other files of the period where the contract merges rows; "
        "superseded; refused; contested: two files of one day contradict each other; incomplete: "
        "it leaves out what the file before it tells.",
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
    turn: Long | None
    layer: Long | None
    merged: bool
    layout: str
    parquet: str | None


class TurnRow(
    Row,
    table="turns",
    key=("source", "period", "turn"),
    meaning="Each time that an extract came into force: bytes that are delivered once more take "
    "their turn again.",
):
    """One extract that came into force."""

    source: Annotated[str, "Source that delivered it."]
    period: Annotated[str, "Period as its folder names it."]
    turn: Annotated[Long, "Counts from 1, in the order in which they came to count."]
    extract: Annotated[str, "The extract."]
    file: Annotated[str, "Source, period and name of the file as delivered this time."]
    received_on: Annotated[date, "Day of receipt, this time."]
    vintage: Annotated[str, "forecast, estimate, provisional or final, this time."]
    again: Annotated[bool, "True: the same bytes had counted before; what came between is undone."]
    arrived_on: Annotated[
        date | None,
        "Day on which it was met, where that and no day of receipt decided the order.",
    ]
    overwritten: Annotated[bool, "True where another file has taken its name in the landing zone."]
    met_on: date
    layer: Long
    merged: bool


class ProblemRow(
    Row,
    table="problems",
    key=("problem",),
    meaning="What is wrong with extracts, each mistake once, with the remedy, and whether it is "
    "still open.",
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
    column_name_vi: Annotated[str | None, "Column header, its shape in Vietnamese."]
    delivered_value_vi: Annotated[str | None, "What stands in the cell, its shape in Vietnamese."]
    expected_vi: Annotated[str, "The rule it breaks, in Vietnamese."]
    found_vi: Annotated[str, "What is wrong, in Vietnamese."]
    remedy_vi: Annotated[str, "How to put it right, in Vietnamese."]
    since: Annotated[date, "Day of receipt."]
    bearing: Annotated[
        Bearing,
        "refused: it keeps the extract out of force; set_aside: it keeps a row out; told: it keeps "
        "nothing out, somebody has to look.",
    ]
    open: Annotated[
        bool, "True while somebody has to act; false where what was delivered since settles it."
    ]


TABLES: tuple[type[Row], ...] = (ExtractRow, TurnRow, ProblemRow)


def tabulate(
    entries: Iterable[Entry], registry: Registry, data: DataFolder
) -> tuple[list[ExtractRow], list[TurnRow], list[ProblemRow]]:
    """The tables ``extracts``, ``turns`` and ``problems``, in a fixed order.

    Entries of sources that the registry no longer names stay in the ledger and out of
    the tables.
    """
    known = [entry for entry in entries if entry.source in registry.sources]
    ordered = sorted(known, key=lambda e: (e.source, e.period, e.received_on, e.file))
    rows: list[ExtractRow] = []
    turns: list[TurnRow] = []
    problems: list[ProblemRow] = []
    for source, own in groupby(ordered, key=lambda entry: entry.source):
        places = find_places(list(own), read_receipts(data, source), registry)
        remarks = find_remarks(places, registry)
        for place in places:
            turns += [_turn_row(turn, place) for turn in place.ranking.turns]
            for entry in place.beside:
                told = [*entry.problems, *remarks.get(entry.extract, ())]
                rows.append(_extract_row(entry, place, len(told), registry, data))
                problems += [
                    _problem_row(entry, place, number, problem, registry)
                    for number, problem in enumerate(told, 1)
                ]
    return rows, turns, problems


def write_ledger(entries: Iterable[Entry], registry: Registry, data: DataFolder) -> pl.DataFrame:
    """Write the tables for dbt; returns ``extracts``."""
    extracts, turns, problems = tabulate(entries, registry, data)
    write_rows(ProblemRow, problems, data.tables)
    write_rows(TurnRow, turns, data.tables)
    return write_rows(ExtractRow, extracts, data.tables)


def _turn_row(turn: Turn, place: Place) -> TurnRow:
    ranking, receipt = place.ranking, turn.event.receipt
    layers = sorted(one.event.layer for one in ranking.turns)
    return TurnRow(
        source=turn.event.entry.source,
        period=receipt.period,
        turn=turn.number,
        extract=turn.event.extract,
        file=receipt.file,
        received_on=date.fromisoformat(receipt.received_on),
        vintage=receipt.vintage,
        again=turn.again,
        arrived_on=date.fromisoformat(receipt.arrived_on) if ranking.by_arrival else None,
        overwritten=receipt.overwritten,
        met_on=date.fromisoformat(receipt.arrived_on),
        layer=layers.index(turn.event.layer) + 1,
        merged=ranking.rows == "merge",
    )


def _extract_row(
    entry: Entry, place: Place, problems: int, registry: Registry, data: DataFolder
) -> ExtractRow:
    source = registry.sources[entry.source]
    first, turn = place.first_receipt(entry), place.ranking.newest_turn(entry.extract)
    counting = [event.extract for event in place.ranking.in_force]
    received = date.fromisoformat(first.received_on)
    period = Period.parse(entry.period) if names_period(entry.period) else None
    owner = registry.answers_for(entry.source, received)
    parquet = entry_path(data, *entry.place, entry.sha256).with_suffix(".parquet")
    return ExtractRow(
        extract=entry.extract,
        source=entry.source,
        owner=owner,
        delivered_by=first.agency or owner,
        period_kind=source.delivery.frequency.value,
        period_start=period.start if period else None,
        period=entry.period,
        file=first.file,
        sha256=entry.sha256,
        bytes=entry.bytes,
        received_on=received,
        delivered_again_on=(
            date.fromisoformat(turn.event.receipt.received_on) if turn and turn.again else None
        ),
        arrived_on=(
            date.fromisoformat(turn.event.receipt.arrived_on)
            if turn and place.ranking.by_arrival
            else None
        ),
        vintage=turn.event.receipt.vintage if turn else first.vintage,
        standing=place.ranking.standings[entry.extract],
        held=place.held,
        overwritten=all(one.overwritten for one in place.receipts[entry.extract]),
        rows=entry.rows,
        rows_set_aside=entry.set_aside,
        problems=problems,
        synthetic=source.synthetic,
        turn=turn.number if turn else None,
        layer=counting.index(entry.extract) + 1 if entry.extract in counting else None,
        merged=entry.extract in counting and len(counting) > 1,
        layout=("table" if source.table else "records") if source.data_elements else "comparison",
        parquet=parquet.relative_to(data.root).as_posix() if entry.accepted else None,
    )


def _problem_row(
    entry: Entry, place: Place, number: int, problem: Problem, registry: Registry
) -> ProblemRow:
    first = place.first_receipt(entry)
    received = date.fromisoformat(first.received_on)
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
        column_name_vi=translate_shape(problem.column, "vi") if problem.column else None,
        delivered_value_vi=translate_shape(problem.value, "vi") if problem.value else problem.value,
        expected_vi=translate(problem.rule, "vi"),
        found_vi=translate(problem.found, "vi"),
        remedy_vi=translate(problem.remedy, "vi"),
        since=received,
        bearing=_bearing(entry, problem),
        open=_is_open(entry, place, first),
    )


def _bearing(entry: Entry, problem: Problem) -> Bearing:
    if problem.check in TOLD or problem.check.endswith("(told)"):
        return "told"
    return "set_aside" if entry.accepted and problem in entry.problems else "refused"


def _is_open(entry: Entry, place: Place, first: Receipt) -> bool:
    """Whether somebody has to act. What a stranger sent is done with when the owner has delivered
    since; what was sent as of a day to come, when he has since it arrived."""
    standing = place.ranking.standings[entry.extract]
    if standing not in OUT_OF_FORCE:
        return standing == "in_force"
    since = date.fromisoformat(min(first.received_on, first.arrived_on))
    return place.held or not place.settles_since(since)


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
    extracts = pl.read_parquet(data.tables / "extracts.parquet", glob=False)
    return set(extracts.filter(pl.col("standing") == "in_force")["source"])
