"""Forecasts by one model that is fitted once, beside ours: what averaging gains and what it costs.

Here: exponential smoothing as it is mostly done: a level, a level with a damped trend and, from three
years on, a level with seasons, each with the parameters of the highest likelihood; the one of the least
AICc is taken, and its intervals know of no other (Hyndman, Koehler, Ord and Snyder 2008, 5.2, 6.1 and
7.2); what passes an end is cut off there. Not here: worlds and their trial (``bench.forecast``), our own
forecasts. ``python -m bench.fitted_once`` prints a line a world and length: what each holds, and by how
much our interval score is higher or lower on the same series, give or take a standard error. Half a
minute.

Level and damped trend are those of our own second opinion (``kinhbac.forecast.fitted``), seasons stand
here. Of 60 series of six worlds each the score is that of ``ETSModel`` of statsmodels within what chance
leaves (1 %).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from statistics import NormalDist

import numpy as np

from bench.forecast import YEARS, Tried, try_worlds
from kinhbac.forecast.fitted import CHOICES, LEVELS, Choice, Model, build_model, fit, model_of
from kinhbac.forecast.year_end import CONFIDENCE, Asked, Gap, Path
from kinhbac.forecast.year_end import YEARS as FEWEST_YEARS

SEASONAL_YEARS = 3
YEARLY = (1e-4, 0.03, 0.08, 0.15, 0.3, 0.5, 0.75, 0.9999)
"""Smoothing parameters of seasons, as shares of what the level leaves."""


def _seasons(seasons: int) -> Iterator[Choice]:
    """Of a level with so many seasons."""
    for alpha, share in product(LEVELS, YEARLY):
        goes = np.eye(1 + seasons, k=-1)
        goes[:2, 0], goes[1, seasons] = (1, 0), 1
        seen = np.eye(1 + seasons)[0] + np.eye(1 + seasons)[seasons]
        yield goes, seen, np.array([alpha, share * (1 - alpha), *[0] * (seasons - 1)])


@cache
def _seasonal_model(periods: int, seasons: int, horizon: int) -> Model:
    return build_model(_seasons(seasons), 3 + seasons, periods, horizon)


def forecast_once(asked: Sequence[Asked]) -> list[Path | Gap]:
    """Forecasts of series of one world and length."""
    first = asked[0]
    periods, seasons, horizon = first.series.size, first.seasons, first.horizon
    if periods < FEWEST_YEARS[seasons] * seasons:
        return ["too_short"] * len(asked)
    series = np.array([one.series for one in asked])
    models = [model_of(kind, periods, horizon) for kind in CHOICES]
    if periods >= SEASONAL_YEARS * seasons:
        models.append(_seasonal_model(periods, seasons, horizon))
    told = [fit(series, model) for model in models]
    best = np.argmin([each.aicc for each in told], axis=0)
    rows = np.arange(len(asked))
    middle, deviation = (
        np.array([getattr(each, of) for each in told])[best, rows] for of in ("middle", "deviation")
    )
    half = deviation * NormalDist().inv_cdf(0.5 + CONFIDENCE / 200)
    ends = [middle, middle - half, middle + half]
    bounds = first.bounds
    if bounds.least is not None or bounds.most is not None:
        ends = [np.clip(end, bounds.least, bounds.most) for end in ends]
    return [Path(middle, low, high, "fitted once") for middle, low, high in zip(*ends, strict=True)]


def report(series: int, seed: int, seasons: int, panel: int) -> None:
    """Print both, of series that we forecast."""
    horizons = np.array([1, (seasons + 1) // 2, seasons]) - 1
    print(f"{'world':22} years  ours holds, score   fitted once holds, score   ours to theirs, %")
    pairs = zip(
        try_worlds(YEARS, series, seed, seasons, panel=panel),
        try_worlds(YEARS, series, seed, seasons, by=forecast_once),
        strict=True,
    )
    found: dict[tuple[str, int], list[tuple[Tried, Tried]]] = {}
    for one, other in pairs:
        if isinstance(one, Tried) and isinstance(other, Tried):
            found.setdefault((one.world, one.years), []).append((one, other))
    for (world, years), told in found.items():
        if 2 * len(told) < series:
            continue
        said, scores = f"{world:22} {years:5}", []
        for every in zip(*told, strict=True):
            scores.append(np.array([one.score.mean() for one in every]))
            inside = 100 * np.mean([one.inside for one in every], axis=0)[horizons]
            said += (
                "   " + " · ".join(f"{one:.0f}" for one in inside) + f", {scores[-1].mean():6.2f}"
            )
        ours, theirs = scores
        off = 100 * (ours.mean() / theirs.mean() - 1)
        chance = 100 * (ours - theirs).std() / np.sqrt(len(told)) / theirs.mean()
        print(f"{said}   {off:+6.1f} ± {chance:.1f}", flush=True)


def main() -> None:
    """Report."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--series", type=int, default=300)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--seasons", type=int, choices=(4, 12), default=12)
    asked.add_argument("--panel", type=int, default=1, help="our series of one panel")
    given = asked.parse_args()
    report(given.series, given.seed, given.seasons, given.panel)


if __name__ == "__main__":
    main()
