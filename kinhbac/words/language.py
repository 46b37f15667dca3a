"""Words, numbers and dates of pages in Vietnamese and English.

Here: how figures are written for a reader. Not here: the words themselves (``catalogue``), names
of indicators, areas and agencies, which come from the tables. Figures are shown with at most
two decimals, unless two of them must be told apart; what they are to the last digit stands in the page's ``data`` elements, in the
CSV and in the warehouse.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from kinhbac.digits import rounded
from kinhbac.words.catalogue import Code, Words, words_of
from kinhbac.words.shapes import translate_shape

DATES = {"vi": "dd/MM/yyyy", "en": "d MMM yyyy"}


@dataclass(frozen=True)
class Language:
    """One language of the site, with its ways of writing."""

    code: Code

    @property
    def words(self) -> Words:
        """The labels of this language."""
        return words_of(self.code)

    def name(self, row: Mapping[str, Any] | None, stem: str = "name") -> str:
        """The name that a row carries in this language; empty where there is no row."""
        if row is None:
            return ""
        return str(row.get(f"{stem}_{self.code}") or row.get(f"{stem}_vi") or "")

    def number(self, value: float | None) -> str:
        """A figure as people write it, at most two decimals, half up; a dash where there is none.

        >>> Language("vi").number(1234.5), Language("en").number(1234.5)
        ('1.234,5', '1,234.5')
        """
        return "–" if value is None else _number(value, self.code)

    def exact(self, value: float) -> str:
        """A figure to its last digit, for two that ``number`` writes alike.

        >>> Language("vi").exact(1080.3012)
        '1.080,3012'
        """
        digits = Decimal(repr(value))
        return format_decimal(digits, locale=Locale(self.code), decimal_quantization=False)

    def day(self, day: date | None) -> str:
        """A day as people write it."""
        return "–" if day is None else format_date(day, DATES[self.code], locale=self.code)

    def period(self, kind: str | None, start: date | None) -> str:
        """A period as people write it: 10/2026, quý 3/2026, năm 2026."""
        return "–" if kind is None or start is None else _period(kind, start, self.code)

    def told(self, text: str) -> str:
        """What was told of a delivery: its shape in this language, all else as it is."""
        return translate_shape(text, self.code)

    def chart_locale(self) -> dict[str, dict[str, Any]]:
        """Figures and days as the charting library asks for them (d3-format, d3-time-format).

        Names of days and months are those of the Unicode consortium (CLDR).
        """
        locale = Locale(self.code)
        signs = locale.number_symbols["latn"]
        days, months = locale.days["format"], locale.months["format"]
        sunday_first = [6, 0, 1, 2, 3, 4, 5]
        return {
            "number": {
                "decimal": signs["decimal"],
                "thousands": signs["group"],
                "grouping": [3],
                "currency": ["", ""],
            },
            "time": {
                "dateTime": "%d/%m/%Y %X",
                "date": "%d/%m/%Y",
                "time": "%H:%M:%S",
                "periods": [
                    locale.day_periods["format"]["abbreviated"][half] for half in ("am", "pm")
                ],
                "days": [days["wide"][day] for day in sunday_first],
                "shortDays": [days["abbreviated"][day] for day in sunday_first],
                "months": list(months["wide"].values()),
                "shortMonths": list(months["abbreviated"].values()),
            },
        }


@lru_cache(maxsize=4096)
def _period(kind: str, start: date, code: Code) -> str:
    words = words_of(code)
    label: str = words.period[kind]
    return label.format(
        day=Language(code).day(start),
        month=f"{start:%m/%Y}",
        quarter=(start.month + 2) // 3,
        half=words.period.first_half if start.month == 1 else words.period.second_half,
        year=start.year,
    )


@lru_cache(maxsize=65536)
def _number(value: float, code: Code) -> str:
    size = abs(value)
    most = 0 if size >= 10_000 else 1 if size >= 1_000 else 6 if 0 < size < 0.005 else 2
    shown = rounded(value, most)
    written = format_decimal(shown, format=f"#,##0.{'#' * most}", locale=Locale(code))
    return "0" if written == "-0" else written
