"""Forecasts of worlds in which something goes wrong, or that no candidate model describes.

Here: simulated breaks, outliers, many zeros, rare shares and the moving month of Tết. Not here: the
trial itself and the worlds that factors are found on (``bench.forecast``): nothing is calibrated on
these, so that they stay a test. ``python -m bench.known_forecasts`` prints what ``bench.forecast``
prints.
"""

from __future__ import annotations

import argparse

import numpy as np

from bench.forecast import COUNT, FREE, SHARE, Numbers, World, report
from kinhbac.forecast.scales import Bounds


def _shifted(rng: np.random.Generator, periods: int, seasons: int, ago: int) -> Numbers:
    """A level that rose by five standard deviations for so many known periods."""
    level = np.where(np.arange(periods) >= periods - seasons - ago, 70.0, 50.0)
    return np.asarray(level + rng.normal(0, 4, periods))


def _outlying(rng: np.random.Generator, periods: int, seasons: int) -> Numbers:
    """A level with one known figure ten standard deviations off."""
    figures = rng.normal(50, 4, periods)
    figures[rng.integers(periods - seasons)] += 40
    return np.asarray(figures)


def _mostly_nothing(rng: np.random.Generator, periods: int, seasons: int) -> Numbers:
    return np.asarray(rng.poisson(6, periods) * (rng.random(periods) < 0.4), dtype=np.float64)


def _tet(rng: np.random.Generator, periods: int, seasons: int) -> Numbers:
    """A fifth less in the month of Tết, which is the first or the second of a year by chance."""
    figures = rng.normal(100, 4, periods)
    for january in range(0, periods - 1, seasons):
        figures[january + rng.integers(2)] -= 20
    return np.asarray(figures)


KINDS: dict[str, tuple[Bounds, World]] = {
    "shift a year ago": (FREE, lambda rng, n, s: _shifted(rng, n, s, s)),
    "shift last month": (FREE, lambda rng, n, s: _shifted(rng, n, s, 1)),
    "outlier": (FREE, _outlying),
    "mostly nothing": (COUNT, _mostly_nothing),
    "share of 0.5": (SHARE, lambda rng, n, s: 100 * rng.binomial(1000, 0.005, n) / 1000),
    "Tết": (FREE, _tet),
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
