"""Forecasts of worlds whose future is known: what their intervals hold, and how wide they are.

Here: simulated series, each with what came after it. Not here: forecasting (``kinhbac.forecast``).
``python -m bench.forecast`` prints a line a world and length: of the stated 80 %, how much lies
inside at the next, the sixth and the twelfth month, the mean interval score (Gneiting and Raftery
2007; less is better) and the mean width. ``python -m bench.forecast calibrate`` finds, on other
series of the same worlds, the factors by which ``kinhbac/forecast/calibration.toml`` widens paths:
for each model, number of whole years and horizon the share of the declared width that holds 80 %.
A quarter of an hour each; ``--series`` says how many there are of a world and length. Longer than
200 lines, because what is reported and what is calibrated must be the same trial.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from kinhbac.forecast.calibration import FILE
from kinhbac.forecast.scales import Bounds, Scale, scale_of
from kinhbac.forecast.year_end import CONFIDENCE, Path, forecast

Numbers = NDArray[np.float64]
Truths = NDArray[np.bool_]
World = Callable[[np.random.Generator, int, int], Numbers]
"""From a generator, how many periods, and how many of them are a year."""
FEWEST = 60
YEARS, TRIED_YEARS = (2, 3, 4), (2, 3, 4, 5)
"""Whole years of figures, in the report and when factors are found."""
SHARE, COUNT, FREE = Bounds(0, 100), Bounds(least=0), Bounds()
TWO_YEARS_OF_A_SEASON = {"season", "season and trend", "seasonal count"}
"""Worlds of which two years do not tell enough: no factor is taken from those."""


def _season(periods: int, seasons: int) -> Numbers:
    return np.asarray(np.sin(2 * np.pi * np.arange(periods) / seasons))


def _walk(rng: np.random.Generator, periods: int, sigma: float) -> Numbers:
    return np.asarray(np.cumsum(rng.normal(0, sigma, periods)))


def _logistic(figures: Numbers) -> Numbers:
    return np.asarray(100 / (1 + np.exp(-figures)))


WORLDS: dict[str, tuple[Bounds, World]] = {
    "level": (FREE, lambda rng, n, s: rng.normal(50, 4, n)),
    "walk": (FREE, lambda rng, n, s: 100 + _walk(rng, n, 3)),
    "level that moves": (FREE, lambda rng, n, s: 100 + _walk(rng, n, 1) + rng.normal(0, 3, n)),
    "trend": (FREE, lambda rng, n, s: 100 + 12 / s * np.arange(n) + rng.normal(0, 5, n)),
    "season": (FREE, lambda rng, n, s: 100 + 20 * _season(n, s) + rng.normal(0, 5, n)),
    "season and trend": (
        FREE,
        lambda rng, n, s: 100 + 12 / s * np.arange(n) + 20 * _season(n, s) + rng.normal(0, 5, n),
    ),
    "count of 8": (COUNT, lambda rng, n, s: rng.poisson(8, n).astype(np.float64)),
    "count of 200": (COUNT, lambda rng, n, s: rng.poisson(200, n).astype(np.float64)),
    "seasonal count": (
        COUNT,
        lambda rng, n, s: rng.poisson(6 + 5 * _season(n, s)).astype(np.float64),
    ),
    "overdispersed count": (
        COUNT,
        lambda rng, n, s: rng.negative_binomial(4, 4 / (4 + 30), n).astype(np.float64),
    ),
    "share of 97": (SHARE, lambda rng, n, s: 100 * rng.binomial(500, 0.97, n) / 500),
    "share of 99.5": (SHARE, lambda rng, n, s: 100 * rng.binomial(1000, 0.995, n) / 1000),
    "share that moves": (SHARE, lambda rng, n, s: _logistic(1.5 + _walk(rng, n, 0.1))),
    "share that rises": (
        SHARE,
        lambda rng, n, s: _logistic(0.5 + 0.6 / s * np.arange(n) + rng.normal(0, 0.2, n)),
    ),
}


@dataclass(frozen=True)
class Tried:
    """A forecast beside what came."""

    world: str
    years: int
    scale: Scale
    path: Path
    came: Numbers

    @property
    def model(self) -> str:
        """The model that was chosen, as ``ANN``."""
        return self.path.method.split()[1].rstrip(",")

    @property
    def inside(self) -> Truths:
        """Which of the periods to come lay in the interval."""
        return np.asarray((self.path.low <= self.came) & (self.came <= self.path.high))

    @property
    def score(self) -> Numbers:
        """The interval score of each period: width, and 2 ÷ (1 − confidence) × what lies outside."""
        low, high, came = self.path.low, self.path.high, self.came
        outside = np.maximum(low - came, 0) + np.maximum(came - high, 0)
        return np.asarray(high - low + 2 / (1 - CONFIDENCE / 100) * outside)

    @property
    def reach(self) -> Numbers:
        """How far each period lay from the middle, in half widths of its side, on the scale."""
        ends = (self.path.middle, self.path.low, self.path.high, self.came)
        middle, low, high, came = (self.scale.onto(figures) for figures in ends)
        side = np.where(came > middle, high - middle, middle - low)
        return np.abs(came - middle) / np.maximum(np.abs(side), 1e-9)


def try_worlds(
    years: tuple[int, ...],
    series: int,
    seed: int,
    seasons: int = 12,
    spread: bool = False,
    worlds: Mapping[str, tuple[Bounds, World]] = WORLDS,
) -> Iterator[Tried]:
    """Forecast so many series of each world and length a year ahead, where there is a forecast.
    With ``spread`` lengths are spread over the year that follows the whole ones."""
    for place, (world, (bounds, simulate)) in enumerate(worlds.items()):
        for whole in years:
            for number in range(series):
                rng = np.random.default_rng([seed, seasons, place, whole, number])
                length = whole * seasons + (number % seasons if spread else 0)
                figures = simulate(rng, length + seasons, seasons)
                known, came = figures[:length], figures[length:]
                path = forecast(known, seasons, seasons, bounds=bounds)
                if isinstance(path, Path):
                    yield Tried(world, whole, scale_of(known, bounds), path, came)


def report(
    series: int, seed: int, seasons: int, worlds: Mapping[str, tuple[Bounds, World]] = WORLDS
) -> None:
    """Print what the intervals hold."""
    horizons = (1, (seasons + 1) // 2, seasons)
    print(f"{'world':20} years  " + "  ".join(f"h={h:2} %" for h in horizons), "  score   width")
    every_world = try_worlds(YEARS, series, seed, seasons, worlds=worlds)
    for (world, years), some in groupby(every_world, lambda tried: (tried.world, tried.years)):
        every = list(some)
        inside = 100 * np.mean([tried.inside for tried in every], axis=0)
        told = "  ".join(f"{inside[h - 1]:6.1f}" for h in horizons)
        score = np.mean([tried.score for tried in every])
        width = np.mean([tried.path.high - tried.path.low for tried in every])
        models = " ".join(
            f"{n} {name}" for name, n in Counter(t.model for t in every).most_common()
        )
        print(f"{world:20} {years:5}  {told}  {score:7.2f} {width:7.2f}  {models}", flush=True)


def calibrate(series: int, seed: int) -> str:
    """The factors as a file, found with paths that are not widened: a straight line from the next
    period to a year ahead; of a model that few series chose, that of all models."""
    lines = ["# Made by `python -m bench.forecast calibrate`: seasons of a year, whole years, model:",
             "# the factor by which paths are widened at the next period, and a year ahead."]  # fmt: skip
    for seasons in (4, 12):
        found: dict[tuple[int, str], list[Numbers]] = defaultdict(list)
        for tried in try_worlds(TRIED_YEARS, series, seed, seasons, spread=True):
            if tried.years > 2 or tried.world not in TWO_YEARS_OF_A_SEASON:
                for model in (tried.model, "every"):
                    found[tried.years, model].append(tried.reach)
        for years in TRIED_YEARS:
            lines += ["", f"[{seasons}.{years}]"]
            for model in ("ANN", "AAN", "AAdN", "ANA", "AAA"):
                reaches = found[years, model]
                enough = reaches if len(reaches) >= FEWEST else found[years, "every"]
                first, last = _line(np.quantile(np.array(enough), CONFIDENCE / 100, axis=0))
                lines.append(f"{model} = [{first:.3f}, {last:.3f}]  # {len(reaches)} series")
    return "\n".join(lines) + "\n"


def _line(quantiles: Numbers) -> tuple[float, float]:
    """A factor is at least 1: nothing is drawn in."""
    slope, first = np.polyfit(np.arange(quantiles.size), quantiles, 1)
    return max(float(first), 1.0), max(float(first + slope * (quantiles.size - 1)), 1.0)


def main() -> None:
    """Report, or calibrate."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("what", nargs="?", choices=("report", "calibrate"), default="report")
    asked.add_argument("--series", type=int, default=100)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--seasons", type=int, choices=(4, 12), default=12)
    given = asked.parse_args()
    if given.what == "report":
        report(given.series, given.seed, given.seasons)
    else:
        FILE.write_text("", encoding="utf-8")
        FILE.write_text(calibrate(given.series, given.seed + 1), encoding="utf-8")


if __name__ == "__main__":
    main()
