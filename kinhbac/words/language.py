"""Words, numbers and dates of pages in Vietnamese and English.

Here: how figures are written for a reader. Not here: the words themselves (``catalogue``), names
of indicators, areas and agencies, which come from the tables. How many digits are shown is one
rule (``kinhbac.digits``); what figures are to the last digit stands in the page's ``data``
elements, in the CSV and in the warehouse. A few lines past 200: each way of writing has examples.
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

from kinhbac.digits import decimals_of, rounded
from kinhbac.periods import Period, PeriodKind
from kinhbac.words.catalogue import Code, Words, words_of
from kinhbac.words.operands import say_taken
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

    def own(self, row: Mapping[str, Any], stem: str) -> Any:
        """What a row says in this language, where the name of the column without an ending is English.

        >>> Language("vi").own({"found": "due", "found_vi": "đến hạn"}, "found")
        'đến hạn'
        """
        return row[f"{stem}_vi" if self.code == "vi" else stem]

    def number(self, value: float | None, decimals: int | None = None) -> str:
        """A figure as people write it, half up; a dash where there is none.

        ``decimals``: at most so many, those of its indicator; three significant digits otherwise.

        >>> Language("vi").number(1234.5, 1), Language("en").number(12.345)
        ('1.234,5', '12.3')
        """
        return "–" if value is None else _number(value, self.code, decimals)

    def count(self, count: int) -> str:
        """A count in threes.

        >>> Language("vi").count(1234), Language("en").count(1234)
        ('1.234', '1,234')
        """
        told = f"{count:,}"
        return told.replace(",", ".") if self.code == "vi" else told

    def measure(self, value: float | None, unit: str) -> str:
        """A measure of data quality in its unit; shares of 1 as percent.

        >>> Language("vi").measure(0.9876, "share"), Language("en").measure(None, "days")
        ('98,8 %', '–')
        """
        if value is None:
            return "–"
        shown = self.number(value * 100 if unit == "share" else value, 1)
        return str(self.words.quality_unit[unit].format(value=shown))

    def moved(self, change: float | None, value: float | None, decimals: int | None = None) -> str:
        """A movement with an arrow, in the digits of the figure that moved; «≈ 0» is one that they
        do not show.

        >>> vi = Language("vi")
        >>> vi.moved(0.002345, 76.09), vi.moved(-1.26, 76.09), vi.moved(0.0, 76.09)
        ('≈ 0', '▼ 1,3', '= 0')
        """
        if change is None:
            return "–"
        shown = self.number(abs(change), digits_of_change(change, value, decimals))
        sign = "=" if change == 0 else "≈" if shown == "0" else "▲" if change > 0 else "▼"
        return f"{sign} {shown}"

    def exact(self, value: float) -> str:
        """A figure to its last digit, for two that ``number`` writes alike.

        >>> Language("vi").exact(1080.3012)
        '1.080,3012'
        """
        digits = Decimal(repr(value))
        return format_decimal(digits, locale=Locale(self.code), decimal_quantization=False)

    def age(self, kind: str, start: date, as_of: date) -> str:
        """How old a figure of a period is on a day: «số liệu cũ 13 tháng»; days below two months.

        >>> Language("vi").age("day", date(2025, 11, 2), date(2026, 12, 13))
        'số liệu cũ 13 tháng'
        """
        end = Period(start, PeriodKind(kind)).end
        months = 12 * (as_of.year - end.year) + as_of.month - end.month - (as_of.day < end.day)
        said = self.words.site
        if months < 2:
            return str(said.old_days.format(n=(as_of - end).days))
        return str(said.old_months.format(n=months))

    def day(self, day: date | None) -> str:
        """A day as people write it."""
        return "–" if day is None else format_date(day, DATES[self.code], locale=self.code)

    def period(self, kind: str | None, start: date | None, span: str | None = None) -> str:
        """A period as people write it: 10/2026, quý 3/2026, năm 2026; that of a running total
        (``span`` year_to_date) as what it takes together.

        >>> vi = Language("vi")
        >>> vi.period("month", date(2026, 10, 1)), vi.period("month", date(2026, 10, 1), "year_to_date")
        ('10/2026', 'lũy kế 10 tháng 2026')
        """
        if kind is None or start is None:
            return "–"
        runs_on = span == "year_to_date" and kind != PeriodKind.YEAR
        return (_period_to_date if runs_on else _period)(kind, start, self.code)

    def labelled(self, label: str) -> str:
        """The period of a label; English keeps the label, and what names no period stays as it is.

        >>> Language("vi").labelled("2026-10"), Language("en").labelled("2026-10")
        ('10/2026', '2026-10')
        """
        if self.code == "en":
            return label
        try:
            period = Period.parse(label)
        except ValueError:
            return label
        return self.period(period.kind, period.start)

    def covers(self, row: Mapping[str, Any]) -> str:
        """Over how much time an indicator's figures speak; ``row`` has its ``covers`` and ``span``.

        >>> Language("vi").covers({"covers": "rolling", "span": "rolling_12_months"})
        '12 tháng gần nhất'
        """
        months = str(row["span"]).removesuffix("_months").rpartition("_")[2]
        return str(self.words.covers[row["covers"]].format(n=months))

    def qualified(self, row: Mapping[str, Any]) -> str:
        """An indicator's name, with what it takes together where that is more than its period and
        the name itself does not say so.

        >>> row = {"covers": "rolling", "span": "rolling_12_months", "name_vi": "Người chết"}
        >>> Language("vi").qualified(row)
        'Người chết (12 tháng gần nhất)'
        >>> Language("vi").qualified(row | {"name_vi": "Người chết trong 12 tháng"})
        'Người chết trong 12 tháng'
        """
        name = self.name(row)
        if row["covers"] not in ("to_date", "rolling", "last_known"):
            return name
        months = str(row["span"]).removesuffix("_months").rpartition("_")[2]
        says = self.words.site.to_date_in_names if row["covers"] == "to_date" else months
        says_so = says in name.lower()
        return name if says_so else f"{name} ({self.covers(row)})"

    def taken(self, operand: Mapping[str, Any]) -> str:
        """Of which time and areas an operand enters a formula; empty where there is nothing to
        say."""
        return say_taken(operand, self.code)

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


@lru_cache(maxsize=4096)
def _period_to_date(kind: str, start: date, code: Code) -> str:
    end = Period(start, PeriodKind(kind)).end
    words = words_of(code)
    if kind == PeriodKind.DAY:
        return str(words.period_to_date.day.format(day=Language(code).day(start)))
    return str(words.period_to_date.months.format(n=end.month, year=end.year))


def digits_of_change(change: float, value: float | None, decimals: int | None = None) -> int:
    """With how many decimals a movement is told: those of the figure that moved."""
    if decimals is not None:
        return decimals
    return decimals_of(change if value is None else value)


@lru_cache(maxsize=65536)
def _number(value: float, code: Code, decimals: int | None = None) -> str:
    most = decimals_of(value) if decimals is None else decimals
    shown = rounded(value, most)
    written = format_decimal(shown, format=f"#,##0.{'#' * most}", locale=Locale(code))
    return "0" if written == "-0" else written
