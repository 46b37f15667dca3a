"""A sparkline: the newest periods of one figure, small enough to stand in a line of text.

Here: where its lines, zone and marks lie, in the units of its own picture. Not here: which periods
it shows (``recent_periods``), its labels (``sparkline.html``), how it looks (``style.css``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, EDGE = 150.0, 46.0, 6.0
Point = tuple[float, float]
"""Where a figure lies from the left, 0 to 1, and how much it is."""
Line = Sequence[Point]


@dataclass(frozen=True)
class Sparkline:
    """What is drawn: ``now`` and ``before`` (of last year, of others) as paths, ``end`` as a point;
    the height of limit and target; ``zone``: top and height of what lies beyond the limit."""

    now: str
    before: str
    end: Point
    limit: float | None
    target: float | None
    zone: tuple[float, float] | None


def draw(
    now: Line, before: Line = (), limit: float | None = None, target: float | None = None,
    limit_is_low: bool = True, axis: tuple[float, float] | None = None,
) -> Sparkline:  # fmt: skip
    """The sparkline of ``now``, of at least one point, from the left. Its axis is as high as what is
    drawn, or ``axis``; a limit or target that is farther away than twice that would flatten the
    lines and is not shown: the page tells it in words."""
    drawn = [value for _, value in (*now, *before)]
    low, high = axis or (min(drawn), max(drawn))
    room = (high - low or abs(high) or 1) * 2
    near = [one for one in (limit, target) if one is not None and low - room <= one <= high + room]
    low, high = min(low, high, *near), max(low, high, *near)

    def across(share: float) -> float:
        return round(EDGE + share * (WIDTH - 2 * EDGE), 1)

    def height(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return round(HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE), 1)

    def path(line: Line) -> str:
        return "".join(f"{'L' if at else 'M'}{across(x)} {height(y)}" for at, (x, y) in enumerate(line))  # fmt: skip

    at, aim = (height(one) if one is not None and one in near else None for one in (limit, target))
    zone = None if at is None else (at, HEIGHT - at) if limit_is_low else (0.0, at)
    end = (across(now[-1][0]), height(now[-1][1]))
    return Sparkline(path(now), path(before), end, at, aim, zone)
