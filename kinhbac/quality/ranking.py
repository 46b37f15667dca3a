"""Places of agencies among each other, only as far as numbers of deliveries tell them apart.

Here: the interval of a share, the places that intervals leave open. Not here: the shares (the mart
``quality``), the page.

A league table of few trials ranks chance (Goldstein and Spiegelhalter, *League tables and their
limitations*, Journal of the Royal Statistical Society A, 1996): a place is a range. Interval: E. B.
Wilson, *Probable inference*, Journal of the American Statistical Association, 1927.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SURE = 1.959963984540054
"""Standard deviations of the normal law on both sides of its middle 95 %."""
FROM_HERE = 8
"""Deliveries from which on an agency has a place."""


@dataclass(frozen=True)
class Place:
    """A share of ``trials`` with its interval of 95 %; places from ``first`` to ``last`` of all that have
    one, or None of both where trials are too few."""

    subject: str
    successes: int
    trials: int
    low: float
    high: float
    first: int | None = None
    last: int | None = None

    @property
    def share(self) -> float:
        """Successes of 1."""
        return self.successes / self.trials


def interval(successes: int, trials: int) -> tuple[float, float]:
    """The Wilson interval of 95 % of a share; of no trial it is all from 0 to 1.

    >>> [round(end, 4) for end in interval(81, 263)]
    [0.2553, 0.3662]
    """
    if not trials:
        return 0.0, 1.0
    square = SURE**2
    middle = (successes + square / 2) / (trials + square)
    spread = SURE / (trials + square)
    spread *= math.sqrt(successes * (trials - successes) / trials + square / 4)
    return max(middle - spread, 0.0), min(middle + spread, 1.0)


def rank(counted: Mapping[str, tuple[int, int]]) -> list[Place]:
    """Places of subjects by their (successes, trials), the best first; those of fewer than
    ``FROM_HERE`` trials stand behind them without one. Somebody stands before another for sure where
    its whole interval does."""
    told = [
        Place(subject, successes, trials, *interval(successes, trials))
        for subject, (successes, trials) in counted.items()
        if trials
    ]
    ranked = [one for one in told if one.trials >= FROM_HERE]
    few = [one for one in told if one.trials < FROM_HERE]
    placed = [_placed(one, ranked) for one in ranked]
    return [*sorted(placed, key=_order), *sorted(few, key=_order)]


def count_deliveries(rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[int, int]]:
    """(Numerator, denominator) by subject, added up over rows of ``quality`` that count deliveries."""
    found: dict[str, tuple[int, int]] = {}
    for row in rows:
        before = found.get(row["subject"], (0, 0))
        found[row["subject"]] = (
            before[0] + round(row["numerator"]),
            before[1] + round(row["denominator"]),
        )
    return found


def _placed(one: Place, ranked: Sequence[Place]) -> Place:
    better = sum(other.low > one.high for other in ranked)
    worse = sum(other.high < one.low for other in ranked)
    return Place(
        one.subject,
        one.successes,
        one.trials,
        one.low,
        one.high,
        better + 1,
        len(ranked) - worse,
    )


def _order(one: Place) -> tuple[float, float, str]:
    return -one.share, -one.low, one.subject
