"""Periods as reports of the province call them, in Vietnamese.

Here: which name a period has. Not here: labels such as 2026-Q3, by which machines name periods
(``periods``), the words (``words/periods.toml``).
"""

from __future__ import annotations

from kinhbac.periods import Period, PeriodKind
from kinhbac.words.catalogue import words_of

_ROMAN = ("I", "II", "III", "IV")


def name_period(period: Period) -> str:
    """A period as reports call it: Tháng 10/2026, Quý IV/2026, 6 tháng đầu năm 2026.

    >>> name_period(Period.parse("2026-Q4"))
    'Quý IV/2026'
    """
    start, key = period.start, period.kind.value
    if period.kind is PeriodKind.HALF_YEAR:
        key = "first_half" if start.month == 1 else "second_half"
    text: str = words_of("vi").period_title[key]
    return text.format(
        day=f"{start:%d/%m/%Y}",
        month=f"{start:%m/%Y}",
        quarter=_ROMAN[(start.month - 1) // 3],
        year=start.year,
    )


def in_text(period: Period) -> str:
    """The name of a period inside a sentence.

    >>> in_text(Period.parse("2026-Q4"))
    'quý IV/2026'
    """
    name = name_period(period)
    return f"{name[:1].lower()}{name[1:]}"
