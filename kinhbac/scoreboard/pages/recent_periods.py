"""The newest periods of a figure that a sparkline shows, and where they lie on its axis of time.

Here: a running total against that of last year on one axis of months; everything else over its
newest thirteen periods. Not here: drawing (``sparkline``).
"""

from __future__ import annotations

from collections.abc import Sequence

from kinhbac.scoreboard.sparkline import Point
from kinhbac.scoreboard.tables import Row

PERIODS = 13
DECEMBER = 335
"""The first of December, counted from the first day of the year: the end of the axis."""


def choose(cells: Sequence[Row], to_date: bool) -> list[Row]:
    """Those of ``cells``, from the oldest to the newest, that are shown."""
    if not to_date:
        return list(cells[-PERIODS:])
    return [one for one in cells if one["period_start"].year >= cells[-1]["period_start"].year - 1]


def place(cells: Sequence[Row], to_date: bool) -> tuple[list[Point], list[Point]]:
    """The line of what is shown, and for a running total that of last year before it."""
    if not to_date:
        last = max(len(cells) - 1, 1)
        return [(at / last, one["value"]) for at, one in enumerate(cells)], []
    year = cells[-1]["period_start"].year
    lines: tuple[list[Point], list[Point]] = ([], [])
    for one in cells:
        day = one["period_start"]
        lines[year - day.year].append(((day.timetuple().tm_yday - 1) / DECEMBER, one["value"]))
    return lines
