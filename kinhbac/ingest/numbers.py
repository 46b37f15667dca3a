"""Numbers as people see them: what a cell that shows one means, exactly or not at all.

Here: numbers in text and numbers that a format has typed; the limit of a figure; percent signs; what
can be read two ways. Not here: bounds that a contract sets (``column_checks``), other types
(``moments``, ``values``).

No number becomes another: whole ones keep their digits, decimals and short floats are read as
they are written (12.3 is 12.3 in 32 bits too), and what a figure cannot hold is refused. A few
lines past 200 because why a cell is no number stands beside how it is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import polars as pl

from kinhbac.ingest.cells import THREE_DECIMALS, as_text
from kinhbac.ingest.faults import REMEDY, Fault, Parsed, sort_faults
from kinhbac.ingest.limits import FIGURE
from kinhbac.registry.declared.contract import Delivery

BLANKS = " \u00a0\u2007\u2009\u202f"
"""Blanks that part thousands: the common one, and those that do not break or are narrow."""
_PARTED = re.compile(rf"[+-]?\d{{1,3}}(?:[{BLANKS}]\d{{3}})+(?!\d)")
_TWO_WAYS = re.compile(THREE_DECIMALS)
_DASH = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
"""Signs that look like the minus of a keyboard, U+2212 among them, which is a minus in print."""


@dataclass(frozen=True)
class Meaning:
    """What a column of numbers holds: ``whole`` ones, exactly; percent, or things that are not
    parts of a hundred (``unit`` names them)."""

    whole: bool = False
    percent: bool = False
    unit: str | None = None


def read_numbers(raw: pl.Series, delivery: Delivery, meaning: Meaning) -> Parsed:
    """Numbers of a column, as integers where whole ones are wanted, else as floats.

    ``raw`` is what a format has typed, or text without marks of absence.
    """
    if (typed := _typed(raw, delivery, meaning)) is not None:
        return typed
    text = raw if raw.dtype == pl.String else as_text(raw, delivery)
    digits = text.cast(pl.Int64, strict=False)
    if digits.null_count() == text.null_count():  # digits are digits whatever the marks
        return _checked(text, digits, delivery, meaning)
    shown = _shown(text, digits)
    values = parse_numbers(shown, delivery.decimal, delivery.thousands)
    if meaning.whole:
        rounded = values.cast(pl.Int64, strict=False)
        exact = (values == rounded.cast(pl.Float64)) & (values.abs() < FIGURE)
        rounded = pl.select(pl.when(exact).then(rounded)).to_series()
        values = digits.zip_with(digits.is_not_null(), rounded)
    return _checked(text, values, delivery, meaning)


def _typed(raw: pl.Series, delivery: Delivery, meaning: Meaning) -> Parsed | None:
    """Numbers that the format has typed; None where it has typed something else."""
    dtype = raw.dtype
    if dtype.is_integer():
        return _checked(raw, raw.cast(pl.Int64, strict=False), delivery, meaning)
    if dtype.is_decimal():
        digits = raw.cast(pl.String).str.replace(r"\.0*$", "")
        values = digits.cast(pl.Int64 if meaning.whole else pl.Float64, strict=False)
        return _checked(raw, values, delivery, meaning)
    if dtype.is_float():
        values = raw if dtype == pl.Float64 else raw.cast(pl.String).cast(pl.Float64)
        if meaning.whole:
            exact = (values % 1 == 0) & (values.abs() < FIGURE)
            values = pl.select(pl.when(exact).then(values.cast(pl.Int64, strict=False))).to_series()
        return _checked(raw, values, delivery, meaning)
    return None


def _checked(raw: pl.Series, values: pl.Series, delivery: Delivery, meaning: Meaning) -> Parsed:
    """Without the numbers that a figure cannot hold, those that can be read two ways, and what is
    no number."""
    fits = values.is_not_null()
    if not meaning.whole:
        # An integer is asked as what it is: as a float it might be another one already.
        fits &= (values < FIGURE) & (values > -FIGURE)
        values = values.cast(pl.Float64)
    if raw.dtype == pl.String and not delivery.settles_numbers:
        fits &= ~raw.str.contains(rf"{THREE_DECIMALS[:-1]}\s?%?$")
    fits = fits.fill_null(False)
    wrong = raw.is_not_null() & ~fits
    faults: tuple[Fault, ...] = ()
    if wrong.any():
        values = pl.select(pl.when(fits).then(values)).to_series()
        faults = sort_faults(
            as_text(raw, delivery), wrong, lambda cell: _reason(cell, delivery, meaning)
        )
    if raw.dtype == pl.String:
        values, percent = _percent(raw, values, meaning)
        faults += percent
    if values.dtype.is_float() and (values == 0).any():
        values = values.set(values == 0, 0.0)  # −0 is 0
    return Parsed(values.alias(raw.name), faults)


def parse_numbers(text: pl.Series, decimal: str, thousands: str) -> pl.Series:
    """Floats from text; thousands must stand in threes, so 12.34 is never read as 1234.

    >>> parse_numbers(pl.Series(["1.234,5", "12.34"]), decimal=",", thousands=".").to_list()
    [1234.5, None]
    """
    plain = text.str.replace_all(thousands, "", literal=True) if thousands else text
    plain = plain.str.replace_all(decimal, ".", literal=True)
    wanted = text.str.contains(_form(decimal, thousands)).fill_null(False)
    return pl.select(pl.when(wanted).then(plain.cast(pl.Float64, strict=False))).to_series()


@cache
def _form(decimal: str, thousands: str) -> str:
    """What a number looks like, as a regular expression."""
    point, group = re.escape(decimal), re.escape(thousands)
    whole = rf"(?:[0-9]+|[0-9]{{1,3}}(?:{group}[0-9]{{3}})+)" if thousands else "[0-9]+"
    return rf"^[+-]?{whole}(?:{point}[0-9]+)?(?:[eE][+-]?[0-9]+)?$"


def _shown(text: pl.Series, digits: pl.Series) -> pl.Series:
    """Without percent signs and without blanks between thousands, in the cells that hold more than
    digits; most columns have none of either."""
    marked = text.str.contains(rf"[%{BLANKS}]") & digits.is_null()
    if not marked.any():
        return text
    return text.replace({cell: _plain(cell) for cell in text.filter(marked).unique()})


def _plain(cell: str) -> str:
    plain = cell.removesuffix("%").rstrip()
    if parted := _PARTED.match(plain):
        joined = re.sub(rf"[{BLANKS}]", "", parted[0])
        return joined + plain[parted.end() :]
    return plain


def _percent(
    raw: pl.Series, values: pl.Series, meaning: Meaning
) -> tuple[pl.Series, tuple[Fault, ...]]:
    """Percent signs: refused where the unit is another, told where some cells have none."""
    signed = raw.str.ends_with("%").fill_null(False)
    if not signed.any():
        return values, ()
    signed &= values.is_not_null()
    if not meaning.percent:
        unit = f"figures in «{meaning.unit}»" if meaning.unit else "numbers without a sign"
        fault = Fault("it is a percentage", f"the column holds {unit}", REMEDY, signed)
        return pl.select(pl.when(~signed).then(values)).to_series(), (fault,)
    plain = values.is_not_null() & ~signed & (values != 0)
    if not signed.any() or not plain.any():
        return values, ()
    fewer = signed if signed.sum() < plain.sum() else plain
    fault = Fault(
        "some cells of the column show «%» and others do not",
        "figures of one column are written alike, with «%» or without",
        "write the cell as the others are written",
        fewer,
    )
    return pl.select(pl.when(~fewer).then(values)).to_series(), (fault,)


def _reason(cell: str, delivery: Delivery, meaning: Meaning) -> tuple[str, str, str]:
    """Why a cell is no number of this column."""
    form = (
        "a whole number"
        if meaning.whole
        else f"a number with decimal «{delivery.decimal}» and thousands "
        f"«{delivery.thousands or 'not separated'}»"
    )
    plain = _plain(cell)
    if not delivery.settles_numbers and _TWO_WAYS.fullmatch(plain):
        thousands, decimals = re.sub(r"[.,]", "", plain), plain.replace(",", ".")
        return (
            f"it can be read as {thousands} and as {decimals}",
            "a number can be read in one way; the contract does not say which mark parts decimals",
            "write it without a mark between thousands, or write «decimal» and «thousands» into "
            "the contract",
        )
    if _is_too_large(plain, delivery):
        return (
            "it is larger than a figure can be",
            f"figures lie between -{FIGURE:,} and {FIGURE:,}",
            "correct the cell, or agree on a larger unit (thousands, millions)",
        )
    if dash := _DASH.search(cell):
        return (
            f"it holds the dash U+{ord(dash[0]):04X}, which is no minus of a keyboard",
            f"the column holds {form}",
            "type the cell anew: «-» before a figure below zero; where nothing is to be reported, "
            "what the contract writes («missing»)",
        )
    return f"it is not {form}", f"the column holds {form}", REMEDY


def _is_too_large(plain: str, delivery: Delivery) -> bool:
    if not re.match(_form(delivery.decimal, delivery.thousands), plain):
        return plain in ("inf", "-inf")  # as a float is written that a format has typed
    number = plain.replace(delivery.thousands, "") if delivery.thousands else plain
    return abs(float(number.replace(delivery.decimal, "."))) >= FIGURE
