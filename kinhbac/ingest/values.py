"""Cells to values, as the contract writes them or as a format has typed them.

Here: which reader reads a column, truth values, periods, and why a cell holds nothing. Not here:
numbers (``numbers``), days and times (``moments``), bounds (``column_checks``), keys
(``row_keys``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

import polars as pl

from kinhbac.ingest.cells import as_text, in_hanoi
from kinhbac.ingest.faults import REMEDY, Parsed, sort_faults
from kinhbac.ingest.moments import find_days, parse_days, read_days, read_times
from kinhbac.ingest.numbers import Meaning, read_numbers
from kinhbac.ingest.text import without_unseen
from kinhbac.periods import Period, PeriodKind
from kinhbac.registry.declared.contract import Delivery, PeriodReference

ValueType = Literal["text", "integer", "number", "boolean", "date", "timestamp"]

NUMBER = Meaning()
TRUTH = "true or false"
_CUT = r"^\d(?:[.,]\d+)?[eE]\+\d+$"
"""A number as programs write it that has more digits than they show."""
_TRUE, _FALSE = ("true", "1", "có", "x", "yes"), ("false", "0", "không", "no")


def parse(raw: pl.Series, kind: ValueType, delivery: Delivery, meaning: Meaning = NUMBER) -> Parsed:
    """Values of the wanted type, and what is wrong with the cells that are not of it.

    Declared marks of absence become null and are no fault; ``name_absences`` tells them apart.
    What a format has typed is never written down to be read again. ``meaning`` says what numbers
    of the column are.
    """
    raw = _without_absences(raw, delivery)
    match kind:
        case "text":
            return _texts(raw, delivery)
        case "integer" | "number":
            return read_numbers(raw, delivery, replace(meaning, whole=kind == "integer"))
        case "boolean":
            return _truths(raw, delivery)
        case "date":
            return read_days(raw, delivery)
        case "timestamp":
            return read_times(raw, delivery)


def _without_absences(raw: pl.Series, delivery: Delivery) -> pl.Series:
    """The cells that hold something, without their footnote marks."""
    marks = (*delivery.missing, *delivery.not_applicable, *delivery.suppressed)
    if raw.dtype != pl.String:
        if not marks:
            return raw
        absent = as_text(raw, delivery).is_in(marks).fill_null(False)
        return pl.select(pl.when(~absent).then(raw)).to_series().alias(raw.name)
    text = _without_footnotes(raw, delivery)
    if marks or delivery.footnote_marks:
        text = text.replace(dict.fromkeys(("", *marks)))
    return text


def _texts(raw: pl.Series, delivery: Delivery) -> Parsed:
    """Texts, without those of which a spreadsheet program has made a number and kept its first
    digits: 1.23457E+17 was a code."""
    text = without_unseen(as_text(raw, delivery)).alias(raw.name)
    marked = text.str.contains("+", literal=True).fill_null(False)  # hardly any text has one
    if not marked.any() or not (cut := marked & text.str.contains(_CUT).fill_null(False)).any():
        return Parsed(text)
    told = (
        "a program made a number of it and left its last digits out",
        "the column holds text, such as codes, with all of its characters",
        "format the column as text and type the cells anew",
    )
    return Parsed(text, sort_faults(text, cut, lambda _: told))


def _truths(raw: pl.Series, delivery: Delivery) -> Parsed:
    """Truth values of the words that are meant, looked up once a word: they are few."""
    if raw.dtype == pl.Boolean:
        return Parsed(raw)
    text = as_text(raw, delivery)
    words = text.drop_nulls().unique()
    lower = words.str.to_lowercase()
    known = pl.DataFrame({"word": words, "lower": lower}).filter(lower.is_in(_TRUE + _FALSE))
    true, false = pl.lit(False), pl.lit(False)
    for word, said in known.rows():  # a word or two: each is found sooner than all are looked up
        if said in _TRUE:
            true |= pl.lit(text) == word
        else:
            false |= pl.lit(text) == word
    meant = pl.when(true).then(True).when(false).then(False)
    values = pl.select(meant.alias(raw.name)).to_series()
    told = f"it is not {TRUTH}", f"the column holds {TRUTH}", REMEDY
    return Parsed(values, sort_faults(text, text.is_not_null() & values.is_null(), lambda _: told))


def parse_periods(
    raw: pl.Series, reference: PeriodReference, kinds: Sequence[PeriodKind], delivery: Delivery
) -> tuple[pl.Series, pl.Series]:
    """First days and kinds of the periods that cells name; null where it is none of ``kinds``.

    With a ``format`` cells name a day, and the period of the first kind that holds it. A day that
    a file's format has typed is one whatever the contract's format, also where other cells of the
    column are text, and it is written as ``delivery`` writes days; where rows may be about several
    kinds of period, a day alone does not say which.
    """
    if raw.dtype in (pl.Date, pl.Datetime):
        return _holding(raw, reference, kinds)
    names = raw.drop_nulls().unique(maintain_order=True)
    if reference.format:
        days = parse_days(names, reference.format)
        periods = [Period.containing(day, kinds[0]) if day else None for day in days]
    else:
        periods = [_named(name, kinds) for name in names]
    if None in periods and _day_says_period(reference, kinds):
        days = find_days(names, delivery)
        held = [Period.containing(day, kinds[0]) if day else None for day in days]
        periods = [period or other for period, other in zip(periods, held, strict=True)]
    starts = {n: p.start for n, p in zip(names, periods, strict=True) if p}
    found = {n: p.kind.value for n, p in zip(names, periods, strict=True) if p}
    return (
        raw.replace_strict(starts, default=None, return_dtype=pl.Date).alias("period_start"),
        raw.replace_strict(found, default=None, return_dtype=pl.String).alias("period_kind"),
    )


def _holding(
    raw: pl.Series, reference: PeriodReference, kinds: Sequence[PeriodKind]
) -> tuple[pl.Series, pl.Series]:
    days = (in_hanoi(raw) if raw.dtype == pl.Datetime else raw).cast(pl.Date)
    held: dict[date, Period] = {}
    if _day_says_period(reference, kinds):
        held = {day: Period.containing(day, kinds[0]) for day in days.drop_nulls().unique()}
    starts = {day: period.start for day, period in held.items()}
    found = {day: period.kind.value for day, period in held.items()}
    return (
        days.replace_strict(starts, default=None, return_dtype=pl.Date).alias("period_start"),
        days.replace_strict(found, default=None, return_dtype=pl.String).alias("period_kind"),
    )


def _day_says_period(reference: PeriodReference, kinds: Sequence[PeriodKind]) -> bool:
    return bool(reference.format) or len(kinds) == 1


def _named(label: str, kinds: Sequence[PeriodKind]) -> Period | None:
    try:
        period = Period.parse(label)
    except ValueError:
        return None
    return period if period.kind in kinds else None


def name_absences(raw: pl.Series, delivery: Delivery) -> pl.Series:
    """Why a cell holds no figure: ``not_applicable`` or ``suppressed``; null for the rest.

    A blank cell, or one with a mark for «not reported», is missing, and needs no name.
    """
    words: dict[str, str | None] = dict.fromkeys(delivery.not_applicable, "not_applicable")
    words |= dict.fromkeys(delivery.suppressed, "suppressed")
    if not words:
        return pl.Series(raw.name, [None] * len(raw), pl.String)
    text = _without_footnotes(as_text(raw, delivery), delivery)
    return text.replace_strict(words, default=None, return_dtype=pl.String).alias(raw.name)


def _without_footnotes(raw: pl.Series, delivery: Delivery) -> pl.Series:
    text = raw
    for mark in delivery.footnote_marks:
        text = text.str.strip_suffix(mark).str.strip_chars_end()
    return text
