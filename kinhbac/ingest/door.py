"""The door: does an extract keep its contract?

Here: in which strokes extracts are examined, what comes of the problems of one, which bad
rows are set aside; where what is told of them leaves the door. Not here: what may be told
(``disclosure``), who may deliver what (``mandate``), a file as a whole
(``opening``), its rows (``row_examination``), their keys (``row_keys``), keeping the verdict
(``ledger``).

Small extracts of one source are examined together, as one table: what a check costs before it
sees the first cell is paid once. That only finds out that all of them keep the contract. Where
anything is wrong the extracts are halved until each that breaks it stands alone, so what is
said of a file is never said beside another. A file of more than one batch always does. Past 200
lines because strokes and what comes of them are read together.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import polars as pl

from kinhbac.ingest.disclosure import Disclosure
from kinhbac.ingest.extracts import Extract
from kinhbac.ingest.limits import Unreadable
from kinhbac.ingest.opening import Opened, misread, open_extract
from kinhbac.ingest.reading_apart import NoReader
from kinhbac.ingest.reading_room import ReadingRoom
from kinhbac.ingest.row_examination import FILE, examine_rows
from kinhbac.ingest.row_keys import digested, find_repeated
from kinhbac.ingest.spool import Spool
from kinhbac.ingest.tally import Tally, place_of
from kinhbac.ingest.totals import add_up, check_totals
from kinhbac.problems import Problem
from kinhbac.registry import Registry
from kinhbac.registry.declared.contract import Source

STROKE = 5_000
"""Rows that are examined together: beyond some thousand nothing is won but memory is lost."""
HARM = (Exception, pl.exceptions.PanicException)
"""What a file may raise; polars' panics are no ordinary exceptions."""
ROW_CHECKS = {"type", "bounds", "key", "area", "row_period", "mandate"}
"""Checks that speak of one row and leave the others alone."""


@dataclass
class Examined:
    """What the door says of one extract: its typed rows, or the problems.

    Both where the contract sets bad rows aside: ``set_aside`` counts them, ``problems``
    says what was wrong with them; and where something is told that refuses nothing.
    """

    typed: Spool | None = None
    rows: int = 0
    problems: list[Problem] = field(default_factory=list)
    set_aside: int = 0


Verdict = tuple[Opened, Examined]


def examine(
    extracts: Iterable[Extract],
    source: Source,
    registry: Registry,
    today: date,
    room: ReadingRoom,
    shown: bool = False,
) -> Iterator[tuple[Extract, Examined]]:
    """Check extracts of one source against its contract, in their order.

    The rows of a tabular source are observations: data_element, area, period_kind,
    period_start, value (null: reported blank), absence (why, where the cell says it), line,
    vintage, scope, statement. Those of a record-level source have its named columns, area and
    line. They last until the next extract is asked for. Problems tell what the delivery says as
    anybody may read it; ``shown``: word for word, for the eyes of who holds the file. Raises nothing
    for a bad file, however strange: one must not stop all others.
    """
    disclosure = Disclosure(source, registry)
    for opened, examined in _examine(extracts, source, registry, today, room):
        if examined.problems and not shown:
            examined.problems = disclosure.tell(examined.problems, list(opened.names))
        yield opened.extract, examined


def _examine(
    extracts: Iterable[Extract],
    source: Source,
    registry: Registry,
    today: date,
    room: ReadingRoom,
) -> Iterator[Verdict]:
    stroke: list[Opened] = []
    rows = 0
    for extract in extracts:
        opened = _open(extract, source, registry, today, room)
        if not opened.whole:
            yield from _judge(stroke, source, registry, room)
            yield opened, _alone(opened, source, registry, room)
            stroke, rows = [], 0
            continue
        stroke.append(opened)
        rows += opened.rows
        if rows >= STROKE:
            yield from _judge(stroke, source, registry, room)
            stroke, rows = [], 0
    yield from _judge(stroke, source, registry, room)


def _open(
    extract: Extract, source: Source, registry: Registry, today: date, room: ReadingRoom
) -> Opened:
    try:
        return open_extract(extract, source, registry, today, room)
    except HARM as error:
        return Opened(extract, [_failure(extract, error)])


def _judge(
    stroke: Sequence[Opened], source: Source, registry: Registry, room: ReadingRoom
) -> Iterator[Verdict]:
    whole = iter(_together([o for o in stroke if not o.problems], source, registry, room))
    for opened in stroke:
        yield opened, _refused(opened) if opened.problems else next(whole)


def _together(
    stroke: Sequence[Opened], source: Source, registry: Registry, room: ReadingRoom
) -> list[Examined]:
    if not stroke:
        return []
    if len(stroke) == 1:
        return [_alone(stroke[0], source, registry, room)]
    try:
        rows = examine_rows([(o.extract, o.first) for o in stroke], source, registry)
        good = rows.are_good and not any(o.cells or o.breaches for o in stroke)
        if good and any(opened.totals for opened in stroke):
            sums = [add_up(rows.frame, source, registry)]
            good = not check_totals([(o.extract, o.totals) for o in stroke], sums, source, registry)
    except HARM:  # by whose fault is seen when it stands alone
        good = False
    if not good:
        half = len(stroke) // 2
        parts = stroke[:half], stroke[half:]
        return [one for part in parts for one in _together(part, source, registry, room)]
    frames = rows.by_file(len(stroke))
    return [Examined(Spool.of(f), o.rows, o.notes) for o, f in zip(stroke, frames, strict=True)]


def _alone(opened: Opened, source: Source, registry: Registry, room: ReadingRoom) -> Examined:
    try:
        return _examined(opened, source, registry, room)
    except Unreadable as error:
        return Examined(None, opened.rows, opened.breaches + misread(opened.extract, error))
    except HARM as error:
        return Examined(problems=[*opened.breaches, _failure(opened.extract, error)])


def _examined(opened: Opened, source: Source, registry: Registry, room: ReadingRoom) -> Examined:
    """Examine a file batch by batch, then its keys, then what may be set aside."""
    typed, keys = Spool(room.place("typed")), Spool(room.place("keys"), once=True)
    tally, unread, bad = Tally(), 0, pl.Series("line", [], pl.Int64)
    told, sums = Tally(), list[pl.DataFrame]()
    checked = source.table is not None and source.table.totals == "checked"
    for batch in opened.draw():
        if opened.problems:
            continue  # its rows are not looked at; what is wrong with its lines is still told
        rows = examine_rows([(opened.extract, batch)], source, registry)
        typed.add(rows.frame.drop(FILE))
        keys.add(digested(rows.keys.drop(FILE)))
        tally.merge(rows.tally)
        told.merge(rows.told)
        if checked:
            sums.append(add_up(rows.frame, source, registry))
        unread += rows.unread
        bad = bad.append(rows.bad)
    typed.finish()
    keys.finish()
    if opened.problems:
        return _refused(opened)
    allowed = int(opened.rows * source.delivery.set_aside)
    repeated = find_repeated(keys, room, allowed)
    if repeated.count:
        tally.add_one(repeated.tell())
    tally.leave_out(opened.cells)
    for problem in opened.cells:
        tally.add_one(problem)
    totals = Tally()
    if not tally:
        tally = totals = check_totals([(opened.extract, opened.totals)], sums, source, registry)
    notes = opened.breaches + opened.notes + _placed(opened, told)
    if not tally and not opened.breaches:
        return Examined(typed, opened.rows, notes)
    wrong = _placed(opened, tally)
    refused = opened.breaches or totals or repeated.count > allowed
    if refused or not tally.checks <= ROW_CHECKS:
        return Examined(None, opened.rows, [*notes, *wrong])
    lines = bad.append(repeated.lines).unique()
    if unread + len(lines) > allowed:
        return Examined(None, opened.rows, [*notes, *wrong])
    kept = typed.without(lines, room.place("kept")) if len(lines) else typed
    aside = [replace(p, check=f"{p.check} (row set aside)") for p in wrong]
    return Examined(kept, opened.rows, [*notes, *aside], unread + len(lines))


def _placed(opened: Opened, tally: Tally) -> list[Problem]:
    return [replace(p, file=opened.extract.place, sheet=opened.sheet) for p in tally.tell()]


def _refused(opened: Opened) -> Examined:
    told = opened.breaches + opened.problems + opened.cells + opened.notes
    return Examined(None, opened.rows, sorted(told, key=place_of))


def _failure(extract: Extract, error: Exception | pl.exceptions.PanicException) -> Problem:
    """What nobody foresaw. Its text may quote the file; its name and place do not."""
    if isinstance(error, NoReader):
        raise error
    place = traceback.extract_tb(error.__traceback__)[-1]
    return Problem(
        f"the door failed on it ({type(error).__name__} in {Path(place.filename).name}, "
        f"line {place.lineno})",
        "an extract can be read",
        "open it in the program that made it and save it again; if that does not help, "
        "report this message, and what «kinhbac try» says of the file",
        extract.place,
        check="door",
        library=str(error),
    )
