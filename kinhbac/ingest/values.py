"""Text to values, as the contract writes them.

Here: numbers, dates, truth values, and which cells are not what they should be.
Not here: bounds (``column_checks``), keys (``row_keys``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import polars as pl

from kinhbac.ingest.cells import as_text
from kinhbac.periods import Period, PeriodKind
from kinhbac.registry.declared.contract import Delivery, PeriodReference

ValueType = Literal["text", "integer", "number", "boolean", "date", "timestamp"]

_TRUE, _FALSE = ("true", "1", "có", "x", "yes"), ("false", "0", "không", "no")


def parse(raw: pl.Series, kind: ValueType, delivery: Delivery) -> tuple[pl.Series, pl.Series]:
    """Values of the wanted type, and a mask of the cells that are not of it.

    Declared marks of absence become null and are no fault; ``name_absences`` tells them apart.
    A column that its format has typed so already stays as it is.
    """
    if (typed := _typed(raw, kind)) is not None:
        return typed, raw.is_not_null() & ~_is_finite(typed)
    raw = as_text(raw, delivery)
    marks = (*delivery.missing, *delivery.not_applicable, *delivery.suppressed)
    text = _without_footnotes(raw, delivery)
    if marks or delivery.footnote_marks:
        text = text.replace(dict.fromkeys(("", *marks)))
    match kind:
        case "text":
            values = text
        case "integer" | "number":
            values = _numbers(text, delivery, whole=kind == "integer")
        case "boolean":
            values = _truths(text)
        case "date":
            values = text.str.to_date(delivery.date_format, strict=False)
        case "timestamp":
            values = text.str.to_datetime(delivery.timestamp_format, time_unit="us", strict=False)
    return values.alias(raw.name), text.is_not_null() & values.is_null()


def _typed(raw: pl.Series, kind: ValueType) -> pl.Series | None:
    """The column itself where its format has given it the wanted type already."""
    match kind, raw.dtype:
        case "integer" | "number", dtype if dtype.is_integer():
            return raw.cast(pl.Int64 if kind == "integer" else pl.Float64, strict=False)
        case "number", pl.Float32 | pl.Float64:
            return raw.cast(pl.Float64)
        case ("boolean", pl.Boolean) | ("date", pl.Date):
            return raw
        case "timestamp", pl.Datetime(time_zone=None):
            return raw.cast(pl.Datetime("us"))
    return None


def _is_finite(values: pl.Series) -> pl.Series:
    return (values.is_finite() if values.dtype.is_float() else values.is_not_null()).fill_null(
        False
    )


def _truths(text: pl.Series) -> pl.Series:
    """Truth values of the words that are meant, looked up once a word: they are few."""
    words = text.drop_nulls().unique()
    lower = words.str.to_lowercase()
    known = pl.DataFrame({"word": words, "lower": lower}).filter(lower.is_in(_TRUE + _FALSE))
    meant = {word: said in _TRUE for word, said in known.rows()}
    return text.replace_strict(meant, default=None, return_dtype=pl.Boolean)


def _numbers(text: pl.Series, delivery: Delivery, whole: bool) -> pl.Series:
    """Numbers; ``whole`` ones exactly, however many digits they have."""
    digits = text.cast(pl.Int64, strict=False)
    if digits.null_count() == text.null_count():  # digits are digits whatever the marks
        return digits if whole else digits.cast(pl.Float64)
    values = parse_numbers(text, delivery.decimal, delivery.thousands)
    if not whole:
        return values
    rounded = values.cast(pl.Int64, strict=False)
    exact = pl.select(pl.when(values == rounded.cast(pl.Float64)).then(rounded)).to_series()
    return digits.zip_with(digits.is_not_null(), exact)


def parse_numbers(text: pl.Series, decimal: str, thousands: str) -> pl.Series:
    """Floats from text; thousands must stand in threes, so 12.34 is never read as 1234.

    >>> parse_numbers(pl.Series(["1.234,5", "12.34"]), decimal=",", thousands=".").to_list()
    [1234.5, None]
    """
    point, group = _escaped(decimal), _escaped(thousands)
    whole = rf"(?:\d+|\d{{1,3}}(?:{group}\d{{3}})+)" if thousands else r"\d+"
    pattern = rf"^[+-]?{whole}(?:{point}\d+)?(?:[eE][+-]?\d+)?$"
    plain = text.str.replace_all(thousands, "", literal=True) if thousands else text
    plain = plain.str.replace_all(decimal, ".", literal=True)
    wanted = text.str.contains(pattern).fill_null(False)
    values = plain.cast(pl.Float64, strict=False)
    return pl.select(pl.when(wanted & values.is_finite()).then(values)).to_series()


def parse_periods(
    raw: pl.Series, reference: PeriodReference, kinds: Sequence[PeriodKind]
) -> tuple[pl.Series, pl.Series]:
    """First days and kinds of the periods that cells name; null where it is none of ``kinds``.

    With a ``format`` cells name a day, and the period of the first kind that holds it.
    """

    names = raw.drop_nulls().unique(maintain_order=True)
    if reference.format:
        days = names.str.to_date(reference.format, strict=False)
        periods = [Period.containing(day, kinds[0]) if day else None for day in days]
    else:
        periods = [_named(name, kinds) for name in names]
    starts = {n: p.start for n, p in zip(names, periods, strict=True) if p}
    found = {n: p.kind.value for n, p in zip(names, periods, strict=True) if p}
    return (
        raw.replace_strict(starts, default=None, return_dtype=pl.Date).alias("period_start"),
        raw.replace_strict(found, default=None, return_dtype=pl.String).alias("period_kind"),
    )


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
    text = _without_footnotes(raw, delivery)
    return text.replace_strict(words, default=None, return_dtype=pl.String).alias(raw.name)


def _without_footnotes(raw: pl.Series, delivery: Delivery) -> pl.Series:
    text = raw
    for mark in delivery.footnote_marks:
        text = text.str.strip_suffix(mark).str.strip_chars_end()
    return text


def _escaped(mark: str) -> str:
    return "\\." if mark == "." else mark
