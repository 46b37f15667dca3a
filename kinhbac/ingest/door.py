"""The door: does an extract keep its contract?

Here: in which strokes extracts are examined, what comes of the problems of one, which bad
rows are set aside. Not here: who may deliver what (``mandate``), a file as a whole
(``opening``), its rows (``row_examination``), keeping the verdict (``ledger``).

Small extracts of one source are examined together, as one table: what a check costs before it
sees the first cell is paid once. That only finds out that all of them keep the contract. Where
anything is wrong the extracts are halved until each that breaks it stands alone, so what is
said of a file is never said beside another.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from kinhbac.ingest.extracts import Extract
from kinhbac.ingest.opening import Opened, open_extract
from kinhbac.ingest.row_examination import examine_rows
from kinhbac.problems import Problem
from kinhbac.registry import Registry
from kinhbac.registry.declared.contract import Source

log = logging.getLogger("kinhbac")

STROKE = 5_000
"""Rows that are examined together: beyond some thousand nothing is won but memory is lost."""
ROW_CHECKS = {"type", "bounds", "key", "area", "row_period", "mandate"}
"""Checks that speak of one row and leave the others alone."""


@dataclass
class Examined:
    """What the door says of one extract: the typed frame, or the problems.

    Both where the contract sets bad rows aside: ``set_aside`` counts them, ``problems``
    says what was wrong with each.
    """

    frame: pl.DataFrame | None = None
    rows: int = 0
    problems: list[Problem] = field(default_factory=list)
    set_aside: int = 0


def examine(
    extracts: Iterable[Extract], source: Source, registry: Registry, today: date
) -> Iterator[tuple[Extract, Examined]]:
    """Check extracts of one source against its contract, in their order.

    The frame of a tabular source holds observations: data_element, area, period_kind,
    period_start, value (null: reported blank), absence (why, where the cell says it), line,
    vintage, scope, statement. That of a record-level source holds its named columns, area and
    line. Raises nothing for a bad file, however strange: one must not stop all others.
    """
    stroke: list[Opened] = []
    rows = 0
    for extract in extracts:
        stroke.append(_open(extract, source, registry, today))
        rows += stroke[-1].rows
        if rows >= STROKE:
            yield from _judge(stroke, source, registry)
            stroke, rows = [], 0
    yield from _judge(stroke, source, registry)


def _open(extract: Extract, source: Source, registry: Registry, today: date) -> Opened:
    try:
        return open_extract(extract, source, registry, today)
    except Exception as error:
        return Opened(extract, problems=[_failure(extract, error)])


def _judge(
    stroke: Sequence[Opened], source: Source, registry: Registry
) -> Iterator[tuple[Extract, Examined]]:
    whole = iter(_together([o for o in stroke if not o.problems], source, registry))
    for opened in stroke:
        refused = Examined(None, opened.rows, sorted(opened.problems, key=_place))
        yield opened.extract, refused if opened.problems else next(whole)


def _together(stroke: Sequence[Opened], source: Source, registry: Registry) -> list[Examined]:
    if not stroke:
        return []
    if len(stroke) == 1:
        return [_alone(stroke[0], source, registry)]
    try:
        frames, problems = examine_rows(stroke, source, registry)
    except Exception:  # by whose fault is seen when it stands alone
        log.debug("%s: a stroke could not be examined", source.source, exc_info=True)
        frames = None
    if frames is None or problems:
        half = len(stroke) // 2
        parts = stroke[:half], stroke[half:]
        return [one for part in parts for one in _together(part, source, registry)]
    return [Examined(frame, o.rows) for o, frame in zip(stroke, frames, strict=True)]


def _alone(opened: Opened, source: Source, registry: Registry) -> Examined:
    try:
        examined = _examined(opened, source, registry)
        bad_lines = {problem.line for problem in examined.problems}
        share = len(bad_lines) / max(examined.rows, 1)
        of_rows = all(problem.check in ROW_CHECKS for problem in examined.problems)
        if not examined.problems or not of_rows or share > source.delivery.set_aside:
            return examined
        kept = _examined(opened.without(bad_lines), source, registry)
    except Exception as error:
        return Examined(problems=[_failure(opened.extract, error)])
    told = [replace(p, check=f"{p.check} (row set aside)") for p in examined.problems]
    return Examined(kept.frame, examined.rows, told + kept.problems, len(bad_lines))


def _examined(opened: Opened, source: Source, registry: Registry) -> Examined:
    if opened.problems:
        return Examined(None, opened.rows, opened.problems)
    frames, problems = examine_rows([opened], source, registry)
    frame = frames[0] if frames and not problems else None
    return Examined(frame, opened.rows, sorted(problems, key=_place))


def _failure(extract: Extract, error: Exception) -> Problem:
    log.debug("%s could not be examined", extract.place, exc_info=True)
    return Problem(
        f"the door failed on it ({type(error).__name__}: {error})",
        "an extract can be read",
        "open it in the program that made it and save it again; if that does not help, "
        "report this message with the file",
        extract.place,
        check="door",
    )


def _place(problem: Problem) -> tuple[int, str]:
    return problem.line or 0, problem.column or ""
