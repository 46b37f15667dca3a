"""Periods: a kind and a first day.

Here: the five kinds, their labels, their ends. Not here: roll-up over time,
which is SQL (``dbt_project/models``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class PeriodKind(StrEnum):
    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"

    def longer_than(self, other: PeriodKind) -> bool:
        """Whether a period of this kind is longer than one of the other."""
        kinds = list(PeriodKind)
        return kinds.index(self) > kinds.index(other)


MONTHS = {
    PeriodKind.MONTH: 1,
    PeriodKind.QUARTER: 3,
    PeriodKind.HALF_YEAR: 6,
    PeriodKind.YEAR: 12,
}

_LABEL = re.compile(
    r"(?P<year>(?:19|20|21)\d{2})(?:-(?:(?P<month>\d{2})(?:-(?P<day>\d{2}))?|Q(?P<quarter>[1-4])|H(?P<half>[12])))?",
    re.ASCII,
)


@dataclass(frozen=True, order=True)
class Period:
    """A day, month, quarter, half-year or year, named by its first day and its kind."""

    start: date
    kind: PeriodKind

    @classmethod
    def parse(cls, label: str) -> Period:
        """Read ``2026``, ``2026-H1``, ``2026-Q3``, ``2026-10`` or ``2026-10-21``.

        Raises ValueError for any other text and for days that do not exist.

        >>> Period.parse("2026-Q3").end
        datetime.date(2026, 9, 30)
        """
        match = _LABEL.fullmatch(label)
        if not match:
            raise ValueError(
                f"«{label}» is not a period: write 2026, 2026-H1, 2026-Q3, 2026-10 or 2026-10-21"
            )
        year = int(match["year"])
        if match["day"]:
            return cls(date(year, int(match["month"]), int(match["day"])), PeriodKind.DAY)
        if match["month"]:
            return cls(date(year, int(match["month"]), 1), PeriodKind.MONTH)
        if match["quarter"]:
            return cls(date(year, 3 * int(match["quarter"]) - 2, 1), PeriodKind.QUARTER)
        if match["half"]:
            return cls(date(year, 6 * int(match["half"]) - 5, 1), PeriodKind.HALF_YEAR)
        return cls(date(year, 1, 1), PeriodKind.YEAR)

    @classmethod
    def containing(cls, day: date, kind: PeriodKind) -> Period:
        """The period of this kind in which ``day`` lies."""
        if kind is PeriodKind.DAY:
            return cls(day, kind)
        size = MONTHS[kind]
        return cls(date(day.year, (day.month - 1) // size * size + 1, 1), kind)

    @property
    def end(self) -> date:
        """The last day of the period."""
        return self.next().start - timedelta(days=1)

    @property
    def passed_of_year(self) -> float:
        """The part of its year that has passed by its last day: months, and days of the last.

        >>> Period.parse("2026-05").passed_of_year * 12
        5.0
        """
        month = Period.containing(self.end, PeriodKind.MONTH)
        return (self.end.month - 1 + self.end.day / month.end.day) / 12

    @property
    def label(self) -> str:
        """The label that ``parse`` reads."""
        year, month = self.start.year, self.start.month
        match self.kind:
            case PeriodKind.DAY:
                return self.start.isoformat()
            case PeriodKind.MONTH:
                return f"{year}-{month:02}"
            case PeriodKind.QUARTER:
                return f"{year}-Q{(month + 2) // 3}"
            case PeriodKind.HALF_YEAR:
                return f"{year}-H{(month + 5) // 6}"
            case PeriodKind.YEAR:
                return str(year)

    def next(self) -> Period:
        """The period of the same kind that follows."""
        if self.kind is PeriodKind.DAY:
            return Period(self.start + timedelta(days=1), self.kind)
        months = self.start.year * 12 + self.start.month - 1 + MONTHS[self.kind]
        return Period(date(months // 12, months % 12 + 1, 1), self.kind)
