"""A delivered file as text, read piece by piece: what all formats share.

Here: a batch of rows and a file of batches, blank rows, rows left out, faults of cells. Not here:
headers (``header_rows``), formats (``delimited_text``, ``json_records``, ``parquet_columns``,
``worksheets``), types and bounds (``values``, ``row_examination``).

No more than a few batches are in memory at a time, however long the file is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from kinhbac.ingest.cells import as_text
from kinhbac.ingest.headings import match_names
from kinhbac.ingest.tally import Tally
from kinhbac.ingest.text import normalised
from kinhbac.problems import Problem
from kinhbac.registry.declared.contract import Delivery
from kinhbac.spelling import fold_name

BATCH = 250_000
"""Rows of a batch: fewer cost more than they save in memory."""
CELL, DATED, TOLD = "cell", "dated cell", "form (told)"
"""Checks of single cells: what is wrong with them; those that hold a day, which is wrong where text
is wanted; what is told of a file and does not refuse it."""


@dataclass(frozen=True)
class Fault:
    """What the reader of a format finds wrong with cells of one column, which the problem names.

    Told where the column is read and the row is none of those left out. Without ``lines`` it is
    of the column as a whole; a ``blank`` cell has no value, whatever its text.
    """

    problem: Problem
    lines: pl.Series | None = None
    values: Sequence[str] = ()
    blank: bool = False


@dataclass
class Batch:
    """Rows that follow each other: columns by name, and the line of each row."""

    columns: dict[str, pl.Series]
    lines: pl.Series
    faults: list[Fault] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.lines)


@dataclass
class RawFile:
    """A file whose batches are drawn one after the other.

    ``names`` and ``problems`` are complete when the last batch has been drawn: JSON may name a
    column late. ``said_period`` is the period for which a form says that it was made, ``titled``
    are those that the titles of a file name.
    """

    names: dict[str, None]
    batches: Iterator[Batch] = field(default_factory=lambda: iter(()))
    sheet: str | None = None
    said_period: str | None = None
    titled: Sequence[str] = ()
    problems: Tally = field(default_factory=Tally)


def cut(frames: Iterable[pl.DataFrame], rows: int) -> Iterator[pl.DataFrame]:
    """The same rows in frames of ``rows`` rows, the last of what is left."""
    waiting: list[pl.DataFrame] = []
    height = 0
    for frame in frames:
        waiting.append(frame)
        height += frame.height
        while height >= rows:
            joined = pl.concat(waiting, rechunk=False)
            yield joined.head(rows)
            height -= rows
            waiting = [joined.slice(rows)] if height else []
    if waiting:
        yield pl.concat(waiting, rechunk=False)


def tidy(batch: Batch, wanted: Collection[str] | None, delivery: Delivery) -> Batch:
    """The batch with clean text in the wanted columns (all, if None) under the names by which they
    are wanted, and without others, blank rows, and rows that begin with a declared total or note."""
    names = tuple(batch.columns)
    meant = {n: n for n in names} if wanted is None else match_names(names, frozenset(wanted))
    read = [name for name in names if name in meant]
    clean = _clean(batch.columns, read)
    others = [name for name in batch.columns if name not in clean]
    keep = _any_filled(clean, batch.rows)
    if delivery.total_rows and batch.columns:
        clean_others = _clean(batch.columns, others)
        order = [clean[n] if n in clean else clean_others[n] for n in batch.columns]
        keep = _begins(order, delivery.total_rows)
    elif others and not keep.all():
        blank = ~keep
        rest = {name: batch.columns[name].filter(blank) for name in others}
        filled = _any_filled(_clean(rest, others), int(blank.sum()))
        keep = keep.scatter(blank.arg_true(), filled)
    columns = _renamed(clean, meant, delivery)
    if keep.all():
        return Batch(columns, batch.lines)
    return Batch({n: c.filter(keep) for n, c in columns.items()}, batch.lines.filter(keep))


def _renamed(
    columns: dict[str, pl.Series], meant: Mapping[str, str], delivery: Delivery
) -> dict[str, pl.Series]:
    """By the names that are meant; one that records spell in two ways is told in either."""
    renamed: dict[str, pl.Series] = {}
    for name, column in columns.items():
        if (known := renamed.get(meant[name])) is not None:
            if known.dtype != column.dtype:
                known, column = as_text(known, delivery), as_text(column, delivery)
            column = known.fill_null(column)
        renamed[meant[name]] = column.alias(meant[name])
    return renamed


def tell_faults(faults: Iterable[Fault], batch: Batch, problems: Tally) -> None:
    """Tell what is wrong with cells of a ``batch`` that was tidied, and empty those without value."""
    for fault in faults:
        column = batch.columns.get(fault.problem.column or "")
        if column is None:
            continue
        if fault.lines is None:
            problems.add_one(fault.problem)
            continue
        kept = fault.lines.filter(fault.lines.is_in(batch.lines))
        if kept.len():
            problems.add(fault.problem, kept, pl.Series(fault.values, dtype=pl.String))
        if fault.blank:
            blank = batch.lines.is_in(kept)
            batch.columns[column.name] = pl.select(pl.when(~blank).then(column)).to_series()


def _clean(columns: dict[str, pl.Series], names: Sequence[str]) -> dict[str, pl.Series]:
    texts = [name for name in names if columns[name].dtype == pl.String]
    frame = normalised(pl.DataFrame([columns[name].alias(f"c{n}") for n, name in enumerate(texts)]))
    clean = {name: series.alias(name) for name, series in zip(texts, frame, strict=True)}
    return {name: clean[name] if name in clean else columns[name] for name in names}


def _any_filled(columns: dict[str, pl.Series], rows: int) -> pl.Series:
    if not columns:
        return pl.repeat(False, rows, dtype=pl.Boolean, eager=True)
    frame = pl.DataFrame([series.alias(f"c{n}") for n, series in enumerate(columns.values())])
    return frame.select(pl.any_horizontal(pl.all().is_not_null()).alias("keep"))["keep"]


def _begins(columns: Sequence[pl.Series], totals: Sequence[str]) -> pl.Series:
    """Which rows hold something and do not begin with one of ``totals``."""
    texts = [column.cast(pl.String).alias(f"c{n}") for n, column in enumerate(columns)]
    first = pl.DataFrame(texts).select(pl.coalesce(pl.all()).alias("first"))["first"]
    folded = {fold_name(text) for text in totals}
    longest = max(map(len, folded))
    short = first.filter(first.str.len_chars() <= longest).unique()
    declared = [text for text in short if fold_name(text) in folded]
    return first.is_not_null() & ~first.is_in(declared).fill_null(False)


def number_lines(first: int, rows: int) -> pl.Series:
    """Lines of rows that follow each other without a gap."""
    return pl.int_range(first, first + rows, dtype=pl.Int64, eager=True).alias("line")


def misread(found: str, rule: str, remedy: str) -> Problem:
    """What is wrong with the form of some lines."""
    return Problem(found, rule, remedy, check="form")
