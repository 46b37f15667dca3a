"""Opening an extract: what a file as a whole must be before its rows are looked at.

Past 200 lines by what is told of files that are not read. Here: mandate, reading, the period of a
form, rows that are totals. Personal columns are dropped before anything else is looked at. Not here: columns (``header_examination``), cells and rows
(``row_examination``), formats (``readers``), what a problem leads to (``door``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain

import polars as pl

from kinhbac.ingest.area_texts import find_wholes
from kinhbac.ingest.extracts import Extract
from kinhbac.ingest.header_examination import find_strange_columns
from kinhbac.ingest.headings import NamedColumns, name_columns
from kinhbac.ingest.limits import Unreadable
from kinhbac.ingest.mandate import find_breaches_of_mandate
from kinhbac.ingest.personal_data import PERSONAL, Declared
from kinhbac.ingest.raw import CELL, DATED, TOLD, Batch, RawFile
from kinhbac.ingest.readers import as_delivered
from kinhbac.ingest.reading_apart import ReaderKilled, read_apart
from kinhbac.ingest.reading_room import ReadingRoom
from kinhbac.ingest.titles import contradict
from kinhbac.ingest.totals import name_totals, split_totals
from kinhbac.problems import Problem
from kinhbac.registry import Registry
from kinhbac.registry.declared.contract import Delivery, Source

OPEN_RECORDS = ("json", "jsonl")
"""Formats whose records may leave a field out: one that no record has is blank."""
UNJUDGED = {"owner", "period", "mandate"}
"""Checks after which a file is not judged: it is not its sender's to deliver, or of no known period."""
KILLED = "killed"
"""The check of a file whose reader was ended from outside: whoever did it may not have meant it."""


@dataclass
class Opened:
    """A file of which the first rows were read, or why its rows are not looked at.

    ``first`` are all of its rows where the file is ``whole``. Columns hold the text of what the
    contract reads, and nothing else. ``breaches`` refuse it whatever its rows say, which are looked
    at all the same. ``cells`` are problems of single cells that the reader of the
    format found, told beside those of the rows; ``notes`` are told and refuse nothing; ``totals``
    are rows that add up the others, where the contract has them checked. ``names`` are all headers
    of the file, as far as they are known.
    """

    extract: Extract
    problems: list[Problem] = field(default_factory=list)
    breaches: list[Problem] = field(default_factory=list)
    first: Batch = field(default_factory=lambda: Batch({}, pl.Series("line", [], pl.Int64)))
    rest: Iterator[Batch] | None = None
    rows: int = 0
    sheet: str | None = None
    cells: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    totals: list[Batch] = field(default_factory=list)
    names: Collection[str] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing is left to be read."""
        return self.rest is None

    def draw(self) -> Iterator[Batch]:
        """All batches, once. ``rows``, ``totals`` and all that is told are complete after the
        last."""
        yield self.first
        yield from self.rest or ()


def open_extract(
    extract: Extract, source: Source, registry: Registry, today: date, room: ReadingRoom
) -> Opened:
    """Read one extract, as far as its file alone decides."""
    delivery = as_delivered(source.delivery, extract.path.suffix)
    breaches = list(find_breaches_of_mandate(extract, source, registry, today))
    if any(breach.check in UNJUDGED for breach in breaches):
        return Opened(extract, [*breaches, *_find_people(extract, source, delivery, room)])
    columns = name_columns(source)
    try:
        labels = columns.ignored if source.table and source.area.column else frozenset[str]()
        declared = Declared.by(source)
        raw = read_apart(extract.path, delivery, room, columns.read, declared, labels)
        opened = Opened(extract, breaches=breaches, sheet=raw.sheet, names=raw.names.keys())
        batches = _counted(opened, raw, source, registry, columns)
        first, second = next(batches, None), next(batches, None)
    except Unreadable as error:
        return Opened(extract, misread(extract, error), breaches)
    opened.first = first or opened.first
    opened.rest = chain([second], batches) if second else None
    if second:
        records = delivery.format in OPEN_RECORDS
        found = find_strange_columns(extract, raw.names, source, registry, columns, records)
        opened.problems = list(found)
    return opened


def misread(extract: Extract, error: Unreadable) -> list[Problem]:
    """Why a file as a whole cannot be read, and whom it names all the same."""
    check = KILLED if isinstance(error, ReaderKilled) else "form"
    told = replace(error.problem, check=check)
    return [replace(problem, file=extract.place) for problem in (told, *error.beside)]


def _find_people(
    extract: Extract, source: Source, delivery: Delivery, room: ReadingRoom
) -> list[Problem]:
    """Whom a file names that is refused before it is read: it would be kept."""
    try:
        raw = read_apart(extract.path, delivery, room, (), Declared.by(source))
        for _ in raw.batches:
            pass
        found = [*raw.problems.tell()]
    except Unreadable as error:
        found = [*error.beside]
    return [replace(p, file=extract.place) for p in found if p.check == PERSONAL]


def _counted(
    opened: Opened, raw: RawFile, source: Source, registry: Registry, columns: NamedColumns
) -> Iterator[Batch]:
    """The batches that hold rows; behind the last the file says what is wrong with it."""
    extract = opened.extract
    delivery = as_delivered(source.delivery, extract.path.suffix)
    blank = columns.read if delivery.format in OPEN_RECORDS else frozenset[str]()
    for batch in raw.batches:
        for name in blank - batch.columns.keys():
            nothing = pl.repeat(None, batch.rows, dtype=pl.String, eager=True)
            batch.columns[name] = nothing.alias(name)
        batch = _without_totals(opened, batch, source, registry, columns)
        opened.rows += batch.rows
        if batch.rows:
            yield batch
    found = [replace(p, file=extract.place, sheet=raw.sheet) for p in raw.problems.tell()]
    opened.notes = [p for p in found if p.check == TOLD]
    opened.cells = [p for p in found if p.check == CELL or _is_misdated(p, source)]
    form = [p for p in found if p.check not in (TOLD, CELL, DATED)]
    records = delivery.format in OPEN_RECORDS
    personal = [p.column for p in form if p.check == PERSONAL and p.column]
    strange = find_strange_columns(extract, raw.names, source, registry, columns, records, personal)
    if form and not raw.names:
        strange = iter(())  # where nothing is a record, none names a column
    told = [*form, *_form(extract, raw), *strange]
    opened.problems = [replace(p, file=extract.place, sheet=raw.sheet) for p in told]
    if not told and not opened.rows:
        opened.problems = [
            Problem(
                "there are no rows below the header",
                "an extract holds rows",
                "deliver the whole file",
                extract.place,
                sheet=raw.sheet,
                check="form",
            )
        ]


def _without_totals(
    opened: Opened, batch: Batch, source: Source, registry: Registry, columns: NamedColumns
) -> Batch:
    """The batch with what is read; rows that are totals say so in the column of areas, and are
    put aside where they are checked."""
    column = source.area.column
    if column in batch.columns:
        name_totals(batch, column, find_wholes(registry, source), source.delivery)
    batch.columns = {name: batch.columns[name] for name in batch.columns if name in columns.read}
    if source.table and source.table.totals == "checked" and column in batch.columns:
        batch, totals = split_totals(batch, column, find_wholes(registry, source), source.delivery)
        opened.totals += [totals] if totals.rows else []
    return batch


def _is_misdated(problem: Problem, source: Source) -> bool:
    """Whether cells hold a day where the contract wants text."""
    if problem.check != DATED:
        return False
    wanted = {source.area.column}
    if table := source.table:
        wanted |= {part.column for part in (table.vintage, table.scope) if part}
    if records := source.records:
        wanted |= {name for name, column in records.columns.items() if column.type == "text"}
    return problem.column in wanted


def _form(extract: Extract, raw: RawFile) -> Iterator[Problem]:
    if raw.said_period not in (None, extract.period_label):
        yield Problem(
            f"the form was made for this period, and lies in the folder {extract.period_label}",
            "a form is delivered for the period that its guidance names",
            "deliver it for its own period, or fill in the form of this one",
            value=raw.said_period,
            check="form",
        )
    if other := contradict(raw.titled, extract.period):
        yield Problem(
            f"its title says {', '.join(other)}, and it lies in the folder {extract.period_label}",
            "a file is about the period of its folder",
            "deliver it for its own period, or correct its title",
            check="form",
        )
