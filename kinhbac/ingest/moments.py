"""Days and times: in text as the contract writes them, or as a format has typed them.

Here: which day or time a cell means, in Hà Nội. Not here: periods (``values``), other types
(``numbers``, ``values``).

A year has four digits. Two are refused rather than guessed: nothing in «05/03/26» says that 26 is
2026, and a reader that takes it for the year 26 moves a record out of every period. A contract
that writes ``%y`` has said it: 69 to 99 are of the last century, as POSIX counts.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from kinhbac.ingest.cells import as_text, in_hanoi
from kinhbac.ingest.faults import REMEDY, Parsed, sort_faults
from kinhbac.registry.declared.contract import Delivery

FIRST, LAST = datetime(1000, 1, 1), datetime.max
"""The years between them have four digits."""


def read_days(raw: pl.Series, delivery: Delivery) -> Parsed:
    """Days of a column. A time is one where it is midnight in Hà Nội, typed or written: where a
    workbook has both in a column, days are written as days and times as times."""
    if raw.dtype == pl.Date:
        days = raw
    elif raw.dtype == pl.Datetime:
        days = _midnights(in_hanoi(raw))
    else:
        text = as_text(raw, delivery)
        days = text.str.to_date(delivery.date_format, strict=False)
        if days.null_count() > text.null_count():
            days = days.zip_with(days.is_not_null(), _midnights(_times(text, delivery)))
    return _checked(raw, days, f"a date such as {delivery.date_format}", delivery)


def read_times(raw: pl.Series, delivery: Delivery) -> Parsed:
    """Times of a column, in Hà Nội. A day alone is none: at which hour, nobody knows."""
    typed = raw.dtype == pl.Datetime
    times = in_hanoi(raw) if typed else _times(as_text(raw, delivery), delivery)
    return _checked(raw, times, f"a time such as {delivery.timestamp_format}", delivery)


def parse_days(text: pl.Series, form: str) -> pl.Series:
    """Days in text, null where there is none or its year has not four digits."""
    return _in_full(text.str.to_date(form, strict=False))


def find_days(text: pl.Series, delivery: Delivery) -> pl.Series:
    """The day of each day or time, as the contract writes them; null for other text."""
    days = text.str.to_date(delivery.date_format, strict=False)
    return _in_full(days.zip_with(days.is_not_null(), _times(text, delivery).dt.date()))


def _in_full(days: pl.Series) -> pl.Series:
    return pl.select(pl.when(_has_year(days)).then(days)).to_series()


def _times(text: pl.Series, delivery: Delivery) -> pl.Series:
    form = delivery.timestamp_format
    if "%z" in form:
        text = text.str.replace(r"[Zz]$", "+00:00")
    return in_hanoi(text.str.to_datetime(form, time_unit="us", strict=False, cache=False))


def _midnights(times: pl.Series) -> pl.Series:
    """The days of times at midnight."""
    midnight = times.dt.truncate("1d") == times
    return pl.select(pl.when(midnight).then(times.dt.date())).to_series()


def _has_year(moments: pl.Series) -> pl.Series:
    # Compared as they are: to take the year out of each moment costs twenty times as much.
    is_time = isinstance(moments.dtype, pl.Datetime)
    first, last = (FIRST, LAST) if is_time else (FIRST.date(), LAST.date())
    return pl.select(pl.lit(moments).is_between(first, last).fill_null(False)).to_series()


def _checked(raw: pl.Series, moments: pl.Series, form: str, delivery: Delivery) -> Parsed:
    fits = _has_year(moments)
    wrong = raw.is_not_null() & ~fits
    if not wrong.any():
        return Parsed(moments.alias(raw.name))
    strange = as_text(raw, delivery)
    short = set(strange.filter(wrong & moments.is_not_null()))
    faults = sort_faults(strange, wrong, lambda cell: _reason(cell in short, form))
    return Parsed(pl.select(pl.when(fits).then(moments)).to_series().alias(raw.name), faults)


def _reason(is_short: bool, form: str) -> tuple[str, str, str]:
    if is_short:
        return (
            "its year has not four digits",
            f"the column holds {form}, and a year has four digits",
            "write the year in four digits and deliver the file again",
        )
    return f"it is not {form}", f"the column holds {form}", REMEDY
