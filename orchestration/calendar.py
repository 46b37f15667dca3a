"""Working days of Việt Nam, and the days on which deliveries are due.

Here: weekends, public holidays (Labour Code 2019, article 112; the lunar ones and the
days off that replace a weekend by the library ``holidays``), due dates. Not here: what
is late (SQL).
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays

from orchestration.periods import Period
from orchestration.registry.contract import Delivery


@cache
def _vietnam(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("VN", years=year, language="vi")


def name_holiday(day: date) -> str | None:
    """The public holiday that falls on ``day``, in Vietnamese; None on any other day."""
    return _vietnam(day.year).get(day)


def is_working_day(day: date) -> bool:
    """Whether public offices work on ``day``: no holiday, no weekend but one worked in place."""
    return _vietnam(day.year).is_working_day(day)


def due_date(delivery: Delivery, period: Period) -> date:
    """The last day on which an extract for ``period`` is on time.

    Counted in days or working days, from the period's first or last day on.
    """
    day = period.start if delivery.due_after == "start" else period.end
    if delivery.due_in == "days":
        return day + timedelta(days=delivery.due_days)
    left = delivery.due_days
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return day
