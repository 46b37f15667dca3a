"""Opening an extract: what a file as a whole must be before its rows are looked at.

Here: mandate, reading, the period of a form, the columns that the contract names. Personal columns
are dropped before anything else is looked at. Not here: cells and rows (``row_examination``),
formats (``readers``), what a problem leads to (``door``). A line past 200 because a file is opened
from top to bottom.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain

import polars as pl

from kinhbac.ingest.extracts import Extract
from kinhbac.ingest.limits import Unreadable
from kinhbac.ingest.mandate import OwnColumn, find_breaches_of_mandate, find_owners
from kinhbac.ingest.personal_data import Declared
from kinhbac.ingest.raw import CELL, DATED, TOLD, Batch, RawFile
from kinhbac.ingest.readers import as_delivered
from kinhbac.ingest.reading_apart import ReaderKilled, read_apart
from kinhbac.ingest.reading_room import ReadingRoom
from kinhbac.ingest.titles import contradict
from kinhbac.problems import SHOWN, Problem
from kinhbac.registry import Registry
from kinhbac.registry.declared.contract import Source

OPEN_RECORDS = ("json", "jsonl")
"""Formats whose records may leave a field out: one that no record has is blank."""
KILLED = "killed"
"""The check of a file whose reader was ended from outside: whoever did it may not have meant it."""


@dataclass
class Opened:
    """A file of which the first rows were read, or why its rows are not looked at.

    ``first`` are all of its rows where the file is ``whole``. Columns hold the text of what the
    contract reads, and nothing else. ``cells`` are problems of single cells that the reader of the
    format found, told beside those of the rows; ``notes`` are told and refuse nothing. ``names`` are
    all headers of the file, as far as they are known.
    """

    extract: Extract
    problems: list[Problem] = field(default_factory=list)
    first: Batch = field(default_factory=lambda: Batch({}, pl.Series("line", [], pl.Int64)))
    rest: Iterator[Batch] | None = None
    rows: int = 0
    sheet: str | None = None
    cells: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    names: Collection[str] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing is left to be read."""
        return self.rest is None

    def draw(self) -> Iterator[Batch]:
        """All batches, once. ``rows`` and all that is told are complete after the last."""
        yield self.first
        yield from self.rest or ()


def open_extract(
    extract: Extract, source: Source, registry: Registry, today: date, room: ReadingRoom
) -> Opened:
    """Read one extract, as far as its file alone decides."""
    breaches = list(find_breaches_of_mandate(extract, source, registry, today))
    if breaches:
        return Opened(extract, breaches)
    delivery = as_delivered(source.delivery, extract.path.suffix)
    wanted = _wanted(source)
    try:
        raw = read_apart(extract.path, delivery, room, wanted, Declared.by(source))
        opened = Opened(extract, sheet=raw.sheet, names=raw.names.keys())
        blank = wanted if delivery.format in OPEN_RECORDS else set()
        batches = _counted(opened, raw, blank, source, registry)
        first, second = next(batches, None), next(batches, None)
    except Unreadable as error:
        return Opened(extract, [misread(extract, error)])
    opened.first = first or opened.first
    opened.rest = chain([second], batches) if second else None
    if second:
        opened.problems = list(_columns(extract, raw, source, registry))
    return opened


def misread(extract: Extract, error: Unreadable) -> Problem:
    """Why a file as a whole cannot be read."""
    check = KILLED if isinstance(error, ReaderKilled) else "form"
    return replace(error.problem, file=extract.place, check=check)


def _counted(
    opened: Opened, raw: RawFile, blank: set[str], source: Source, registry: Registry
) -> Iterator[Batch]:
    """The batches that hold rows; behind the last the file says what is wrong with it."""
    for batch in raw.batches:
        for name in blank - batch.columns.keys():
            nothing = pl.repeat(None, batch.rows, dtype=pl.String, eager=True)
            batch.columns[name] = nothing.alias(name)
        opened.rows += batch.rows
        if batch.rows:
            yield batch
    extract = opened.extract
    found = [replace(p, file=extract.place, sheet=raw.sheet) for p in raw.problems.tell()]
    opened.notes = [p for p in found if p.check == TOLD]
    opened.cells = [p for p in found if p.check == CELL or _is_misdated(p, source)]
    form = [p for p in found if p.check not in (TOLD, CELL, DATED)]
    told = [*form, *_form(extract, raw), *_columns(extract, raw, source, registry)]
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


def _personal(source: Source) -> Sequence[str]:
    if source.table:
        return source.table.personal
    assert source.records
    return [name for name, column in source.records.columns.items() if column.personal]


def _wanted(source: Source) -> set[str]:
    """The columns that the contract reads."""
    wanted: set[str] = set()
    if table := source.table:
        wanted = {e.column for e in source.delivered.values() if e.column}
        wanted |= {part.column for part in (table.period, table.vintage, table.scope) if part}
        wanted |= {table.statement} if table.statement else set()
    if records := source.records:
        wanted = {n for n, c in records.columns.items() if not c.personal and not c.ignored}
    return wanted | ({source.area.column} if source.area.column else set())


def _ignored(source: Source) -> set[str]:
    """The columns that the contract knows and does not read."""
    ignored: set[str] = set()
    if source.table:
        ignored = set(source.table.ignored)
    if source.records:
        ignored = {name for name, column in source.records.columns.items() if column.ignored}
    return ignored | ({source.area.name} if source.area.name else set())


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


def _columns(
    extract: Extract, raw: RawFile, source: Source, registry: Registry
) -> Iterator[Problem]:
    delivery = as_delivered(source.delivery, extract.path.suffix)
    header, wanted = source.delivery.title_rows + 1, _wanted(source)
    missing = wanted - raw.names.keys() if delivery.format not in OPEN_RECORDS else set()
    for name in sorted(missing):
        yield Problem(
            "the column is not there",
            "the contract names it",
            "deliver it, or correct the contract",
            line=header,
            column=name,
            check="columns",
        )
    known = wanted | _ignored(source) | set(_personal(source))
    unknown = sorted(raw.names.keys() - known)
    owners = find_owners(registry, unknown, source, extract.received)
    by_source: dict[str, list[str]] = {}
    for name in unknown:
        by_source.setdefault(owners[name].source if name in owners else "", []).append(name)
    for names in by_source.values():
        yield _strange(names, owners.get(names[0]), header)


def _strange(names: Sequence[str], own: OwnColumn | None, header: int) -> Problem:
    """Columns that the contract does not name, all of one other source or of none."""
    many = f"{len(names):,} columns are" if len(names) > 1 else "the column is"
    if own:
        element = f"«{own.element}» of" if len(names) == 1 else "of"
        problem = Problem(
            f"{many} {element} the source «{own.source}», owned by {own.owner} ({own.owner_name})",
            "a data element comes from exactly one source",
            "leave the column out; its owner delivers it",
            check="source",
        )
    else:
        which = "this column" if len(names) == 1 else f"{len(names):,} columns"
        problem = Problem(
            f"the contract does not know {which}",
            "only declared columns pass the door",
            "leave it out, or declare it (an element, «ignored», or «personal»)",
            check="columns",
        )
    told = tuple(name or "(no name)" for name in names[:SHOWN])
    if len(names) > 1:
        problem = replace(problem, count=len(names), values=told, value=told[0])
    return replace(problem, line=header, column=told[0])
