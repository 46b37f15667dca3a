"""Periods as reports of the province call them, in Vietnamese.

Here: words. Not here: labels such as 2026-Q3, by which machines name periods (``periods``).
"""

from __future__ import annotations

from kinhbac.periods import Period, PeriodKind

_ROMAN = ("I", "II", "III", "IV")
KINDS = {
    PeriodKind.DAY: "ngày",
    PeriodKind.MONTH: "tháng",
    PeriodKind.QUARTER: "quý",
    PeriodKind.HALF_YEAR: "6 tháng",
    PeriodKind.YEAR: "năm",
}


def name_period(period: Period) -> str:
    """A period as reports call it: Tháng 10/2026, Quý IV/2026, 6 tháng đầu năm 2026."""
    start = period.start
    match period.kind:
        case PeriodKind.DAY:
            return f"Ngày {start:%d/%m/%Y}"
        case PeriodKind.MONTH:
            return f"Tháng {start:%m/%Y}"
        case PeriodKind.QUARTER:
            return f"Quý {_ROMAN[start.month // 3]}/{start.year}"
        case PeriodKind.HALF_YEAR:
            return f"6 tháng {'đầu' if start.month == 1 else 'cuối'} năm {start.year}"
        case PeriodKind.YEAR:
            return f"Năm {start.year}"
