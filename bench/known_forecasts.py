"""Forecasts of worlds in which something goes wrong, or that no candidate model describes.

Here: simulated breaks, outliers, gaps, many zeros, rare shares, the moving month of Tết; panels whose
series go together or differ. Not here: the trial itself and the worlds that factors are found on
(``bench.forecast``): nothing is calibrated on these, so that they stay a test. ``python -m
bench.known_forecasts`` prints what ``bench.forecast`` prints; ``--panels`` of panels, each series forecast
alone and then with its panel; ``--knowing`` what those would hold of levels, walks and trends who knew
which of them a series is, and had to estimate its parameters alone from the same figures: what is
attainable at most. Beside it stand one model that is fitted once (``bench.fitted_once``), and ours, of
series alone and of panels. Longer than 200 lines by its worlds.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from bench.fitted_once import forecast_once
from bench.forecast import (
    COUNT,
    FREE,
    PANELS,
    SHARE,
    WORLDS,
    Forecaster,
    Numbers,
    Tried,
    World,
    report,
    try_worlds,
)
from kinhbac.forecast.averaging import SLOPES, Grid, learn
from kinhbac.forecast.courses import go_on
from kinhbac.forecast.paths import draw_paths
from kinhbac.forecast.year_end import YEARS as FEWEST_YEARS
from kinhbac.forecast.year_end import Asked, Gap, Path, forecast_each


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


def _tet_of_years(rng: np.random.Generator, periods: int, seasons: int, january: int) -> Numbers:
    """The same in the months in which Tết lay, or will lie, of years one after the other."""
    figures = rng.normal(100, 4, periods)
    year = rng.integers(2001, 2036 - periods // seasons)
    for after, first in enumerate(range(january, periods - 1, seasons)):
        figures[first + (year + after not in TET_IN_JANUARY)] -= 20
    return np.asarray(figures)


def _gapped(rng: np.random.Generator, periods: int, seasons: int) -> Numbers:
    """A level of which the figure of half a year after the beginning is missing."""
    figures = rng.normal(50, 4, periods)
    figures[seasons // 2] = np.nan
    return np.asarray(figures)


TET_IN_JANUARY = {2001, 2004, 2006, 2009, 2012, 2014, 2017, 2020, 2023, 2025, 2028, 2031, 2033}
"""Years from 2001 to 2035 whose lunar one began in January; all others began in February."""
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
    "Tết of years": World(FREE, lambda rng, n, s: _tet_of_years(rng, n, s, 0), (0, 1)),
    "Tết of years, last": World(FREE, lambda rng, n, s: _tet_of_years(rng, n, s, 10), (10, 11)),
}


def _wandering(size: float) -> Callable[[np.random.Generator, int, int], Numbers]:
    """What wanders by steps of this deviation."""
    return lambda rng, n, s: np.asarray(np.cumsum(rng.normal(0, size, n)))


def _noise(size: float) -> Callable[[np.random.Generator, int, int], Numbers]:
    return lambda rng, n, s: rng.normal(100, size, n)


def _sometimes(
    part: float,
    one: Callable[[np.random.Generator, int, int], Numbers],
    other: Callable[[np.random.Generator, int, int], Numbers],
) -> Callable[[np.random.Generator, int, int], Numbers]:
    """The one in a part of the series, the other in the rest."""
    return lambda rng, n, s: (one if rng.random() < part else other)(rng, n, s)


PANEL_KINDS: dict[str, World] = {
    "wander together": World(FREE, _noise(3), together=_wandering(1)),
    "wander far together": World(FREE, _noise(3), together=_wandering(3)),
    "wander as one": World(FREE, _noise(1), together=_wandering(3)),
    "noise together": World(FREE, _noise(3), together=lambda rng, n, s: rng.normal(0, 3, n)),
    "half walks": World(FREE, _sometimes(0.5, WORLDS["walk"].simulate, WORLDS["level"].simulate)),
    "a tenth trends": World(
        FREE, _sometimes(0.1, WORLDS["trend"].simulate, lambda rng, n, s: rng.normal(100, 5, n))
    ),
    "slopes differ": World(
        FREE, lambda rng, n, s: 100 + rng.normal(0, 12 / s) * np.arange(n) + rng.normal(0, 5, n)
    ),
    "counts of 2 to 300": World(
        COUNT,
        lambda rng, n, s: rng.poisson(2 * 150 ** rng.random(), n).astype(np.float64),
    ),
}

KNOWING_PATHS, GENTLE = 1_000, min(SLOPES)
STILL, FREELY = 1e-9, tuple((place + 0.5) / 40 for place in range(40))
KNOWN: dict[str, tuple[Sequence[float], bool]] = {
    "level": ((STILL,), False),
    "level that moves": (FREELY, False),
    "walk": ((1.0,), False),
    "trend": ((STILL,), True),
    "walk that drifts": ((1.0,), True),
}
"""Which smoothing parameters a world may have, and whether it has a trend."""


def forecast_knowing(
    alphas: Sequence[float], has_trend: bool, asked: Sequence[Asked]
) -> list[Path | Gap]:
    """Of who knows the kind of series of one length, but not their level, slope, spread and, where
    ``alphas`` are many, how fast they move."""
    count = len(alphas)
    grid = Grid(
        np.array(alphas),
        np.zeros(count),
        np.full(count, GENTLE if has_trend else 0.0),
        np.zeros(count),
        np.full(count, 1 / count),
    )
    learned = learn(np.array([one.series for one in asked]), grid=grid)
    paths = draw_paths(learned, np.ones(len(asked)), asked[0].horizon, KNOWING_PATHS)
    if asked[0].added_to is not None:
        each = zip(asked, paths, strict=True)
        paths = np.array([go_on(one.added_to or 0.0, own, one.weights) for one, own in each])
    low, middle, high = np.percentile(paths, [10, 50, 90], axis=2)
    ends = zip(middle, low, high, strict=True)
    return [Path(own, least, most, "knowing kind") for own, least, most in ends]


def report_knowing(series: int, seed: int, seasons: int) -> None:
    """Print what is held, and the interval score of a year, by who knows the kind, who fits once, and us:
    of series alone and of panels."""
    horizons = (0, (seasons + 1) // 2 - 1, seasons - 1)
    for name, (alphas, has_trend) in KNOWN.items():
        world = {name: WORLDS[name]}
        for years in range(FEWEST_YEARS[seasons], 5):
            said = f"{name:18} {years} years"
            knowing = partial(forecast_knowing, alphas, has_trend)
            each: list[tuple[Forecaster, int]] = [(knowing, 1), (forecast_once, 1)]
            for by, panel in each + [(forecast_each, size) for size in PANELS.values()]:
                tried = try_worlds((years,), series, seed, seasons, world, by, panel)
                told = [one for one in tried if isinstance(one, Tried)]
                held = [100 * np.mean([one.inside[h] for one in told]) for h in horizons]
                score = np.mean([one.score for one in told])
                said += "  |  " + " · ".join(f"{one:.0f}" for one in held) + f" %, {score:6.2f}"
            print(said, flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Report."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--series", type=int, default=60)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--knowing", action="store_true")
    asked.add_argument("--panels", action="store_true")
    asked.add_argument("--seasons", type=int, choices=(4, 12), default=12, help="of who knows")
    given = asked.parse_args(arguments)
    if given.knowing:
        report_knowing(given.series, given.seed, given.seasons)
    elif given.panels:
        for of, size in PANELS.items():
            print(of)
            report(given.series, given.seed, 12, PANEL_KINDS, panel=size)
    else:
        report(given.series, given.seed, 12, KINDS)


if __name__ == "__main__":
    main()
