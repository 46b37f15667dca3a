"""Forecasts of worlds in which something goes wrong, or that no candidate model describes.

Here: simulated breaks, outliers, gaps, many zeros, rare shares, the moving month of Tết, a walk that
drifts. Not here: the trial itself and the worlds that factors are found on (``bench.forecast``):
nothing is calibrated on these, so that they stay a test. ``python -m bench.known_forecasts`` prints
what ``bench.forecast`` prints.
"""

from __future__ import annotations

import argparse
from functools import partial

import numpy as np

from bench.forecast import COUNT, FREE, SHARE, Numbers, World, report


def _shifted(rng: np.random.Generator, periods: int, seasons: int, ago: int) -> Numbers:
    """A level that rose by five standard deviations for so many known periods."""
    level = np.where(np.arange(periods) >= periods - seasons - ago, 70.0, 50.0)
    return np.asarray(level + rng.normal(0, 4, periods))


def _outlying(rng: np.random.Generator, periods: int, seasons: int) -> Numbers:
    """A level with one known figure ten standard deviations off."""
    figures = rng.normal(50, 4, periods)
    figures[rng.integers(periods - seasons)] += 40
    return np.asarray(figures)


def _seldom(rng: np.random.Generator, periods: int, mean: float, part: float) -> Numbers:
    """Counts in a part of the periods, nothing in the others."""
    return np.asarray(rng.poisson(mean, periods) * (rng.random(periods) < part), dtype=np.float64)


def _tet(rng: np.random.Generator, periods: int, seasons: int, january: int) -> Numbers:
    """A fifth less in the month of Tết, which is the first or the second of a year by chance."""
    figures = rng.normal(100, 4, periods)
    for first in range(january, periods - 1, seasons):
        figures[first + rng.integers(2)] -= 20
    return np.asarray(figures)


def _gapped(rng: np.random.Generator, periods: int, seasons: int) -> Numbers:
    """A level of which the figure of half a year after the beginning is missing."""
    figures = rng.normal(50, 4, periods)
    figures[seasons // 2] = np.nan
    return np.asarray(figures)


KINDS: dict[str, World] = {
    **{
        f"shift {ago} months ago": World(FREE, partial(_shifted, ago=ago))
        for ago in (12, 8, 6, 3, 2, 1)
    },
    "outlier": World(FREE, _outlying),
    "nothing in 3 of 5": World(COUNT, lambda rng, n, s: _seldom(rng, n, 6, 0.4)),
    "nothing in 4 of 5": World(COUNT, lambda rng, n, s: _seldom(rng, n, 3, 0.2)),
    "share of 0.5": World(SHARE, lambda rng, n, s: 100 * rng.binomial(1000, 0.005, n) / 1000),
    "share of 99.9": World(SHARE, lambda rng, n, s: 100 * rng.binomial(1000, 0.999, n) / 1000),
    "gap": World(FREE, _gapped),
    "Tết": World(FREE, lambda rng, n, s: _tet(rng, n, s, 0), (0, 1)),
    "Tết last month": World(FREE, lambda rng, n, s: _tet(rng, n, s, 10), (10, 11)),
    "Tết before last": World(FREE, lambda rng, n, s: _tet(rng, n, s, 9), (9, 10)),
    "walk that drifts": World(FREE, lambda rng, n, s: 100 + np.cumsum(rng.normal(1, 3, n))),
}


def main() -> None:
    """Report."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--series", type=int, default=60)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    report(given.series, given.seed, 12, KINDS)


if __name__ == "__main__":
    main()
