"""Revisions as people study them: by how much first figures move, which way, when they settle.

Here: vintages of a figure from the revisions that releases remember, the measures. Not here:
finding revisions (the mart ``revisions``), telling them (``answers``, pages).

A figure begins anew where its method or its borders changed: what moved it then was no revision
of what it says (causes ``method`` and ``border``). A figure taken back is none.

Measures: R. McKenzie and M. Gamba, *Interpreting the results of revision analyses* (OECD 2008);
ESS quality and performance indicator A6.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean, median, stdev
from typing import Any

FROM_HERE_BIAS = 8
"""Periods from which on it is said whether revisions lean one way."""
SURE = 0.05
"""Of a mean revision that chance gives less often than this it is said that it leans."""
SETTLED = 0.05
"""How near to its latest a figure has to stay, as a share of it, to have settled."""


@dataclass(frozen=True)
class Study:
    """What became of figures between two of their vintages, in the figures' own unit.

    ``periods`` were compared, ``upward`` of them rose and ``downward`` fell; ``mean``, ``median_size`` and
    ``mean_size`` are of the revisions and of their sizes; ``relative`` is the mean size as a
    share of the mean size of later figures (RMAR), None where these are all zero.
    ``t`` is Student's of mean 0: infinite where all moved by the same, None with fewer than two periods
    or where none moved.
    """

    periods: int
    upward: int
    downward: int
    mean: float
    median_size: float
    mean_size: float
    relative: float | None
    t: float | None

    @property
    def moved(self) -> int:
        """Periods whose figure is another one."""
        return self.upward + self.downward

    @property
    def p_value(self) -> float | None:
        """How often chance alone gives a mean as far from 0, on both sides."""
        if self.t is None:
            return None
        from scipy import special  # a tenth of a second to import, for whoever asks

        return float(2 * special.stdtr(self.periods - 1, -abs(self.t)))

    @property
    def leans(self) -> bool | None:
        """Whether revisions lean one way beyond chance; None with too few periods to say."""
        if self.periods < FROM_HERE_BIAS or self.p_value is None:
            return None
        return self.p_value < SURE


def study(pairs: Sequence[tuple[float, float]]) -> Study | None:
    """Revisions of (earlier, later) figures, a pair a period; None of no pair.

    >>> study([(10.0, 11.0), (20.0, 20.0)]).mean
    0.5
    """
    if not pairs:
        return None
    moves = [later - earlier for earlier, later in pairs]
    sizes = [abs(move) for move in moves]
    latest = fmean(abs(later) for _, later in pairs)
    return Study(
        periods=len(moves),
        upward=sum(move > 0 for move in moves),
        downward=sum(move < 0 for move in moves),
        mean=fmean(moves),
        median_size=median(sizes),
        mean_size=fmean(sizes),
        relative=fmean(sizes) / latest if latest else None,
        t=_student(moves),
    )


def _student(moves: Sequence[float]) -> float | None:
    count, mean = len(moves), fmean(moves)
    if count < 2 or not any(moves):
        return None
    spread = stdev(moves)
    return mean / spread * math.sqrt(count) if spread else math.copysign(math.inf, mean)


def settled_after(vintages: Sequence[float], band: float = SETTLED) -> int:
    """Which vintage, from 1, is the first from which on all stay within ``band`` of the last one,
    as a share of it. Raises ValueError where there is none.

    >>> settled_after([0, 20, 99, 150, 102, 100], 0.2)
    5
    """
    if not vintages:
        raise ValueError("a figure that was never told cannot settle")
    last = vintages[-1]
    away = [n for n, value in enumerate(vintages, 1) if abs(value - last) > band * abs(last)]
    return max(away, default=0) + 1


@dataclass(frozen=True)
class Vintages:
    """What was told of one period, release by release: ``told`` are (release, figure)."""

    period_start: date
    period: str
    told: tuple[tuple[int, float], ...]


def vintages_of(revisions: Iterable[Mapping[str, Any]]) -> list[Vintages]:
    """The vintages of every period of one series that was revised, the oldest period first.

    ``revisions`` are rows of that table, of one indicator and area, in any order.
    """
    by_period: dict[tuple[date, str], list[Mapping[str, Any]]] = {}
    for row in sorted(revisions, key=lambda row: int(row["new_release"])):
        by_period.setdefault((row["period_start"], row["period"]), []).append(row)
    found = []
    for (start, period), rows in sorted(by_period.items()):
        told: list[tuple[int, float]] = []
        for row in rows:
            if not told and row["old_value"] is not None:
                told = [(int(row["old_release"]), float(row["old_value"]))]
            if row["cause"] in ("method", "border") or row["new_value"] is None:
                told = []
            if row["new_value"] is not None:
                told.append((int(row["new_release"]), float(row["new_value"])))
        if len(told) > 1:
            found.append(Vintages(start, period, tuple(told)))
    return found


def first_to_latest(revised: Sequence[Vintages], unrevised: Sequence[float] = ()) -> Study | None:
    """First figures beside the latest, of all periods told: those ``revised``, and the figures
    that never moved. None where nothing was revised."""
    if not revised:
        return None
    pairs = [(one.told[0][1], one.told[-1][1]) for one in revised]
    return study([*pairs, *((value, value) for value in unrevised)])
