"""A sparkline: the newest periods of one figure, small enough to stand in a line of text.

Here: where its lines, zone and marks lie, in the units of its own picture. Not here: how it looks
(``style.css``), its labels (``macros.html``). A running total is drawn against that of last year on
one axis of months; everything else over its newest thirteen periods.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT, EDGE = 150.0, 46.0, 6.0
PERIODS = 13
Point = tuple[float, float]
"""Where a figure lies from the left, 0 to 1, and how much it is."""


@dataclass(frozen=True)
class Sparkline:
    """What is drawn: ``now`` and ``before`` (of last year) as paths, ``end`` as a point; the height
    of limit and target; ``zone``: top and height of what lies beyond the limit.

    A limit or target farther away than twice the spread of what is drawn is not shown: it would
    flatten the line; the page tells it in words.
    """

    now: str
    before: str
    end: Point
    limit: float | None
    target: float | None
    zone: tuple[float, float] | None


def draw(
    periods: Sequence[tuple[date, float]],
    to_date: bool,
    limit: float | None,
    target: float | None,
    limit_is_low: bool,
) -> Sparkline:
    """The sparkline of ``periods``, first days and figures from the oldest to the newest."""
    now, before = _of_years(periods) if to_date else (_even(periods[-PERIODS:]), [])
    drawn = [value for _, value in (*now, *before)]
    low, high = min(drawn), max(drawn)
    room = (high - low or abs(high) or 1) * 2
    seen = [one for one in (limit, target) if one is not None and low - room <= one <= high + room]
    low, high = min(low, *seen, high), max(high, *seen, low)

    def height(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return round(HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE), 1)

    def path(points: list[Point]) -> str:
        return "".join(
            f"{'L' if place else 'M'}{round(EDGE + x * (WIDTH - 2 * EDGE), 1)} {height(value)}"
            for place, (x, value) in enumerate(points)
        )

    at = height(limit) if limit in seen and limit is not None else None
    zone = None if at is None else (at, HEIGHT - at) if limit_is_low else (0.0, at)
    last_x, last = now[-1]
    end = (round(EDGE + last_x * (WIDTH - 2 * EDGE), 1), height(last))
    aim = height(target) if target in seen and target is not None else None
    return Sparkline(path(now), path(before), end, at, aim, zone)


def _even(periods: Sequence[tuple[date, float]]) -> list[Point]:
    last = max(len(periods) - 1, 1)
    return [(place / last, value) for place, (_, value) in enumerate(periods)]


def _of_years(periods: Sequence[tuple[date, float]]) -> tuple[list[Point], list[Point]]:
    """The newest year and the one before, by the day of the year."""
    year = periods[-1][0].year

    def within(wanted: int) -> list[Point]:
        return [((day.timetuple().tm_yday - 1) / 335, value)
                for day, value in periods if day.year == wanted]  # fmt: skip

    return within(year), within(year - 1)
