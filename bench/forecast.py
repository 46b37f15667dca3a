"""Forecasts of worlds whose future is known: what their intervals hold, and how wide they are.

Here: simulated series, each with what came after it. Not here: forecasting (``kinhbac.forecast``).
``python -m bench.forecast`` prints a line a world and length: of the stated 80 %, how much lies
inside at the next, the sixth and the twelfth month, the mean interval score (Gneiting and Raftery
2007; less is better), the mean width, the score of a naive forecast of the same series, and how many
are refused. ``python -m bench.forecast calibrate`` finds, on other
series of the same worlds, the factors by which ``kinhbac/forecast/calibration.toml`` widens paths:
for each model, number of whole years and horizon the share of the declared width that holds 80 %.
``--world`` reports one world alone; ``--series`` says how many there are of a world and length, and
``--panel`` how many of them are communes of one indicator. Half a minute each. Longer than 200 lines, because
what is reported and what is calibrated must be the same trial.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kinhbac.forecast.averaging import KINDS, TRENDS
from kinhbac.forecast.calibration import FILE, factors_in_force, knots_of, widening_of
from kinhbac.forecast.scales import Bounds, Scale, scale_of
from kinhbac.forecast.trust import MONTHS
from kinhbac.forecast.year_end import CONFIDENCE, Asked, Gap, Path, forecast_each

Numbers = NDArray[np.float64]
Truths = NDArray[np.bool_]


class World(NamedTuple):
    """What figures may be; figures from a generator, how many periods and how many of them are a
    year, empty where there is a gap; the places in a year that Tết may fall into; and what comes over
    all series of a panel together, drawn the same way and added to each."""

    bounds: Bounds
    simulate: Callable[[np.random.Generator, int, int], Numbers]
    tet: tuple[int, ...] = ()
    together: Callable[[np.random.Generator, int, int], Numbers] | None = None


Forecaster = Callable[[Sequence[Asked]], Sequence[Path | Gap]]
"""As ``forecast_each``."""
MODELS = tuple(f"A{trend}{season}{kind}" for season in "NA" for trend in TRENDS for kind in KINDS)
"""Each has factors of its own."""
PANELS = {"alone": 1, "panel": 99}
"""Series of one panel, where factors are found of series alone and of those that hear each other."""
ROUNDS = 2
"""Times that factors are found, each with those found before."""
FEWEST = {"alone": 60, "panel": 500}
"""Series without which a model is neither widened nor drawn in; those of one panel choose alike."""
YEARS, TRIED_YEARS = (2, 3, 4), (2, 3, 4, 5)
"""Whole years of figures, in the report and when factors are found."""
SHARE, COUNT, FREE = Bounds(0, 100), Bounds(least=0), Bounds()
SEASONAL = {
    "season", "season and trend", "season that moves", "seasonal count", "clear trend and season"
}  # fmt: skip
"""Worlds of which models with seasons have their factors, and the others none."""
WANDERING = {"walk", "share that moves", "walk that drifts"}
MOVING = WANDERING | {"level that moves", "season that moves"}
"""Worlds whose future nobody can foretell, whatever is known of them. Models of levels that move have
their factors from these, of levels that wander from those that do, the others from the others: else what can
be foretold would be held too wide, to make up for what was taken for it, and what moves too narrow."""
LEAST = 0.73
"""Share that each of them is held in, whatever all together are: the bound that is promised of them, 72 of a
hundred, and one for chance."""
RISING = {"trend", "season and trend", "share that rises", "clear trend", "clear trend and season"}
"""Worlds of which models with a trend have their factors, where nothing moves: a level that was taken for
a trend says nothing of trends."""


def _season(periods: int, seasons: int) -> Numbers:
    return np.asarray(np.sin(2 * np.pi * np.arange(periods) / seasons))


def _walk(rng: np.random.Generator, periods: int, sigma: float) -> Numbers:
    return np.asarray(np.cumsum(rng.normal(0, sigma, periods)))


def _logistic(figures: Numbers) -> Numbers:
    return np.asarray(100 / (1 + np.exp(-figures)))


WORLDS: dict[str, World] = {
    "level": World(FREE, lambda rng, n, s: rng.normal(50, 4, n)),
    "walk": World(FREE, lambda rng, n, s: 100 + _walk(rng, n, 3)),
    "level that moves": World(FREE, lambda rng, n, s: 100 + _walk(rng, n, 1) + rng.normal(0, 3, n)),
    "trend": World(FREE, lambda rng, n, s: 100 + 12 / s * np.arange(n) + rng.normal(0, 5, n)),
    "season": World(FREE, lambda rng, n, s: 100 + 20 * _season(n, s) + rng.normal(0, 5, n)),
    "season and trend": World(
        FREE,
        lambda rng, n, s: 100 + 12 / s * np.arange(n) + 20 * _season(n, s) + rng.normal(0, 5, n),
    ),
    "season that moves": World(
        FREE,
        lambda rng, n, s: 100 + _walk(rng, n, 1) + 20 * _season(n, s) + rng.normal(0, 3, n),
    ),
    "count of 8": World(COUNT, lambda rng, n, s: rng.poisson(8, n).astype(np.float64)),
    "count of 200": World(COUNT, lambda rng, n, s: rng.poisson(200, n).astype(np.float64)),
    "seasonal count": World(
        COUNT,
        lambda rng, n, s: rng.poisson(6 + 5 * _season(n, s)).astype(np.float64),
    ),
    "overdispersed count": World(
        COUNT,
        lambda rng, n, s: rng.negative_binomial(4, 4 / (4 + 30), n).astype(np.float64),
    ),
    "share of 97": World(SHARE, lambda rng, n, s: 100 * rng.binomial(500, 0.97, n) / 500),
    "share of 99.5": World(SHARE, lambda rng, n, s: 100 * rng.binomial(1000, 0.995, n) / 1000),
    "share that moves": World(SHARE, lambda rng, n, s: _logistic(1.5 + _walk(rng, n, 0.1))),
    "share that rises": World(
        SHARE,
        lambda rng, n, s: _logistic(0.5 + 0.6 / s * np.arange(n) + rng.normal(0, 0.2, n)),
    ),
    "clear trend": World(
        FREE, lambda rng, n, s: 100 + 12 / s * np.arange(n) + rng.normal(0, 0.5, n)
    ),
    "clear trend and season": World(
        FREE,
        lambda rng, n, s: 100 + 12 / s * np.arange(n) + 20 * _season(n, s) + rng.normal(0, 0.5, n),
    ),
    "walk that drifts": World(FREE, lambda rng, n, s: 100 + np.cumsum(rng.normal(1, 3, n))),
}


@dataclass(frozen=True)
class Tried:
    """A forecast beside what came."""

    world: str
    years: int
    scale: Scale
    path: Path
    came: Numbers
    naive: Path

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
        return _score(self.path, self.came)

    @property
    def naive_score(self) -> Numbers:
        """That of the forecast to beat."""
        return _score(self.naive, self.came)

    @property
    def reach(self) -> Numbers:
        """How far each period lay from the middle, in half widths of its side, on the scale."""
        ends = (self.path.middle, self.path.low, self.path.high, self.came)
        middle, low, high, came = (self.scale.onto(figures) for figures in ends)
        side = np.where(came > middle, high - middle, middle - low)
        return np.abs(came - middle) / np.maximum(np.abs(side), 1e-9)


@dataclass(frozen=True)
class Refused:
    """A series without a forecast, and why."""

    world: str
    years: int
    gap: Gap


def _score(path: Path, came: Numbers) -> Numbers:
    outside = np.maximum(path.low - came, 0) + np.maximum(came - path.high, 0)
    return np.asarray(path.high - path.low + 2 / (1 - CONFIDENCE / 100) * outside)


def try_worlds(
    years: tuple[int, ...],
    series: int,
    seed: int,
    seasons: int = 12,
    worlds: Mapping[str, World] = WORLDS,
    by: Forecaster = forecast_each,
    panel: int = 1,
) -> Iterator[Tried | Refused]:
    """Forecast so many series of each world and length a year ahead, ``panel`` of them as one panel."""
    for place, (name, world) in enumerate(worlds.items()):
        for whole in years:
            asked, to_come = [], []
            for number in range(series):
                rng = np.random.default_rng([seed, seasons, place, whole, number])
                length = whole * seasons
                figures = world.simulate(rng, length + seasons, seasons)
                if world.together:
                    shared = np.random.default_rng(
                        [seed, seasons, place, whole, number // panel, 1]
                    )
                    figures = figures + world.together(shared, length + seasons, seasons)
                moving = np.isin(np.arange(length + seasons) % seasons, world.tet)
                known, came = figures[:length], figures[length:]
                unbroken = slice(int(np.flatnonzero(np.isnan(np.append(np.nan, known)))[-1]), None)
                known, moving = known[unbroken], moving[unbroken]
                of = f"{number // panel}" if panel > 1 else None
                asked.append(Asked(known, seasons, seasons, None, world.bounds, None, moving, of))
                to_come.append(came)
            for one, came, path in zip(asked, to_come, by(asked), strict=True):
                if isinstance(path, Path):
                    scale = scale_of(one.series, world.bounds)
                    beside = naive(one.series, seasons, scale)
                    yield Tried(name, whole, scale, path, came, beside)
                else:
                    yield Refused(name, whole, path)


def naive(series: Numbers, seasons: int, scale: Scale) -> Path:
    """The forecast to beat, a year ahead: the last figure or, if it did better so far, that of last
    year, give or take as they were wrong before (Hyndman and Athanasopoulos 2018, 3.5)."""
    known, ahead = scale.onto(series), np.arange(seasons)
    spread, of_last_year = (
        np.sqrt(np.mean((known[lag:] - known[:-lag]) ** 2)) for lag in (1, seasons)
    )
    if of_last_year < spread:
        middle, half = known[-seasons:], np.full(seasons, of_last_year)
    else:
        middle, half = np.full(seasons, known[-1]), spread * np.sqrt(1 + ahead)
    half = half * NormalDist().inv_cdf(0.5 + CONFIDENCE / 200)
    ends = (scale.back(middle), scale.back(middle - half), scale.back(middle + half))
    return Path(*ends, "naive")


def report(
    series: int,
    seed: int,
    seasons: int,
    worlds: Mapping[str, World] = WORLDS,
    by: Forecaster = forecast_each,
    panel: int = 1,
) -> None:
    """Print what the intervals hold, and what was refused."""
    horizons = (1, (seasons + 1) // 2, seasons)
    held = "  ".join(f"h={h:2} %" for h in horizons)
    print(f"{'world':22} years  {held}    score   width  baseline  refused %")
    every_world = try_worlds(YEARS, series, seed, seasons, worlds, by, panel)
    for (world, years), some in groupby(every_world, lambda tried: (tried.world, tried.years)):
        every = list(some)
        told = [tried for tried in every if isinstance(tried, Tried)]
        said = f"{world:22} {years:5}  "
        if told:
            inside = 100 * np.mean([tried.inside for tried in told], axis=0)
            said += "  ".join(f"{inside[h - 1]:6.1f}" for h in horizons)
            said += f"  {np.mean([tried.score for tried in told]):7.2f}"
            said += f" {np.mean([tried.path.high - tried.path.low for tried in told]):7.2f}"
            said += f"  {np.mean([tried.naive_score for tried in told]):8.2f}"
        refused = Counter(tried.gap for tried in every if isinstance(tried, Refused))
        said += "  " + (" ".join(f"{100 * n / len(every):.0f} {gap}" for gap, n in refused.items()))
        models = Counter(tried.model for tried in told)
        print(said, " ".join(f"{n} {name}" for name, n in models.most_common()), flush=True)


def calibrate(series: int, seed: int) -> str:
    """The factors as a file: of series alone and of panels, of each year and length; of panels, whose
    series choose alike, twice as many."""
    lines = ["# Made by `python -m bench.forecast calibrate`: alone or of a panel, seasons of a year, whole",
             "# years, model: the factors by which paths are widened at the next, the middle and the last",
             "# period of a year."]  # fmt: skip
    for of, panel in PANELS.items():
        for seasons in (4, 12):
            found: dict[int, list[Tried]] = defaultdict(list)
            many = series if panel == 1 else 2 * series
            for tried in try_worlds(TRIED_YEARS, many, seed, seasons, panel=panel):
                if isinstance(tried, Tried):
                    found[tried.years].append(tried)
            for years in sorted(found):
                lines += ["", f"[{of}.{seasons}.{years}]"]
                lines += _factors(found[years], of, seasons, years)
    return "\n".join(lines) + "\n"


def _factors(found: Sequence[Tried], of: str, seasons: int, years: int) -> Iterator[str]:
    """A line a model: those in force, times what they leave, which is a cubic curve over the logarithm of
    the periods ahead. A model that series of its own worlds chose less than three times in eight has those
    of all that chose it: its name tells little of them."""
    knots = knots_of(seasons)
    for model in MODELS:
        chose = [one for one in found if _may_say(one, model, seasons)]
        own = [one for one in chose if _has_a_say(one, model)]
        if not chose:
            continue
        told = own if 8 * len(own) >= 3 * len(chose) else chose
        factors = np.ones(3)
        if len(chose) >= FEWEST[of]:
            factors = _cubic(_reach(told, FEWEST[of]), seasons)
        factors *= widening_of(model, seasons, years * seasons, seasons, of)[knots - 1]
        said = ", ".join(f"{factor:.3f}" for factor in factors)
        yield f"{model} = [{said}]  # {len(told)} series"


def _reach(told: Sequence[Tried], fewest: int) -> Numbers:
    """How far the stated share of what came lay from the middle, of each period ahead. Worlds weigh alike,
    however many of their series chose a model, and those of fewer than ``fewest`` as much less. Where all of
    them move, none by itself is held in less than ``LEAST``."""
    many = Counter(one.world for one in told)
    reaches = np.array([one.reach for one in told])
    together = np.quantile(
        reaches,
        CONFIDENCE / 100,
        axis=0,
        weights=[1 / max(many[one.world], fewest) for one in told],
        method="inverted_cdf",
    )
    if many.keys() <= MOVING:
        for world in [world for world, often in many.items() if often >= fewest]:
            own = reaches[[one.world == world for one in told]]
            together = np.maximum(together, np.quantile(own, LEAST, axis=0))
    return np.asarray(together)


def has_season(model: str) -> bool:
    """Whether a model has seasons."""
    return model.split("-")[0].endswith("A")


def _may_say(tried: Tried, model: str, seasons: int) -> bool:
    """Whether a series chose the model, and has a season if the model has one. What wanders and was taken for
    what moves less says nothing of that, where months tell the two apart."""
    less = seasons == MONTHS and model.endswith("-moving") and tried.world in WANDERING
    return tried.model == model and (tried.world in SEASONAL) == has_season(model) and not less


def _has_a_say(tried: Tried, model: str) -> bool:
    """Whether the world of a series is one that the model describes."""
    if model.endswith("-wandering"):
        return tried.world in WANDERING
    if model.endswith("-moving"):
        return tried.world in MOVING
    return tried.world not in MOVING and (tried.world in RISING) == (model[1] == "A")


def _cubic(quantiles: Numbers, seasons: int) -> Numbers:
    """What a cubic curve through the quantiles of each period ahead says of those that have factors."""
    ahead = np.log(np.arange(1, quantiles.size + 1))
    return np.asarray(np.polyval(np.polyfit(ahead, quantiles, 3), np.log(knots_of(seasons))))


def main(arguments: Sequence[str] | None = None) -> None:
    """Report, or calibrate."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("what", nargs="?", choices=("report", "calibrate"), default="report")
    asked.add_argument("--series", type=int, default=100)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--seasons", type=int, choices=(4, 12), default=12)
    asked.add_argument("--world", choices=WORLDS, help="this one alone")
    asked.add_argument("--panel", type=int, default=1, help="series of one panel")
    given = asked.parse_args(arguments)
    if given.what == "report":
        worlds = {given.world: WORLDS[given.world]} if given.world else WORLDS
        report(given.series, given.seed, given.seasons, worlds, panel=given.panel)
    else:
        found = (
            ""  # from no factors; what moves paths as a whole leaves a little, which is found next
        )
        for _ in range(ROUNDS):
            FILE.write_text(found, encoding="utf-8")
            factors_in_force.cache_clear()
            found = calibrate(given.series, given.seed + 1)
        FILE.write_text(found, encoding="utf-8")


if __name__ == "__main__":
    main()
