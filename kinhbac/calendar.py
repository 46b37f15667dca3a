"""Working days of Việt Nam, and its clock.

Here: the time zone, weekends and public holidays (Labour Code 2019, article 112; the lunar ones and the
days that are worked or taken in another's place by the library ``holidays``). Not here:
which deliveries are due when (``registry.declared.contract``).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import holidays

HANOI = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


def today() -> date:
    """Today in Hà Nội."""
    return now().date()


def now() -> datetime:
    """The time in Hà Nội."""
    return datetime.now(HANOI)


@cache
def _vietnam(year: int) -> holidays.HolidayBase:
    import holidays  # the clock alone, which every command asks, does without it

    return holidays.country_holidays("VN", years=year, language="vi")


def name_holiday(day: date) -> str | None:
    """The public holiday that falls on ``day``, in Vietnamese; None on any other day."""
    return _vietnam(day.year).get(day)


def is_working_day(day: date) -> bool:
    """Whether public offices work on ``day``: no holiday, no weekend but one worked in place.

    >>> is_working_day(date(2026, 8, 31))  # a Monday, off for Saturday 22 August
    False
    """
    return _vietnam(day.year).is_working_day(day)


def add_working_days(day: date, count: int) -> date:
    """The day on which ``count`` working days after ``day`` have passed."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day
