"""Forecasts by one model that is fitted once, beside ours: what averaging gains and what it costs.

Here: exponential smoothing as it is mostly done: a level, a level with a damped trend and, from three
years on, a level with seasons, each with the parameters of the highest likelihood; the one of the least
AICc is taken, and its intervals know of no other (Hyndman, Koehler, Ord and Snyder 2008, 5.2, 6.1 and
7.2); what passes an end is cut off there. Not here: worlds and their trial (``bench.forecast``), our own
forecasts. ``python -m bench.fitted_once`` prints a line a world and length: what each holds, and by how
much our interval score is higher or lower on the same series, give or take a standard error. Half a
minute.

Errors of a linear model are linear in figures and first states, so that first states are found by
regression and all series stand in one array; smoothing parameters lie on a grid. Of 60 series of six
worlds each the score is that of ``ETSModel`` of statsmodels within what chance leaves (1 %).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from bench.forecast import YEARS, Numbers, Tried, try_worlds
from kinhbac.forecast.year_end import CONFIDENCE, Asked, Gap, Path
from kinhbac.forecast.year_end import YEARS as FEWEST_YEARS

SEASONAL_YEARS = 3
LEVELS = (1e-4, 0.01, 0.03, *np.arange(0.06, 1, 0.06), 0.9999)
TRENDS = (1e-4, 0.02, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 0.9999)
"""As shares of the level's parameter."""
DAMPED = (0.8, 0.86, 0.92, 0.96, 0.98)
YEARLY = (1e-4, 0.03, 0.08, 0.15, 0.3, 0.5, 0.75, 0.9999)
"""Of seasons, as shares of what the level leaves."""


class Model(NamedTuple):
    """Choices of the parameters of one model: what errors of figures (c × periods × periods) and figures
    to come (c × horizon × periods) are made of, deviations of those in spreads (c × horizon), and how
    many parameters were fitted."""

    errors: Numbers
    to_come: Numbers
    deviations: Numbers
    fitted: int


def _choices(kind: str, seasons: int) -> Iterator[tuple[Numbers, Numbers, Numbers]]:
    """Transition, what is seen of the states, and what an error adds to them."""
    if kind == "level":
        for alpha in LEVELS:
            yield np.eye(1), np.ones(1), np.array([alpha])
    elif kind == "trend":
        for alpha, share, keeps in product(LEVELS, TRENDS, DAMPED):
            goes = np.array([[1, keeps], [0, keeps]])
            yield goes, np.array([1, keeps]), np.array([alpha, alpha * share])
    else:
        goes = np.eye(1 + seasons, k=-1)
        goes[:2, 0], goes[1, seasons] = (1, 0), 1
        seen = np.eye(1 + seasons)[0] + np.eye(1 + seasons)[seasons]
        for alpha, share in product(LEVELS, YEARLY):
            yield goes, seen, np.array([alpha, share * (1 - alpha), *[0] * (seasons - 1)])


@cache
def model_of(kind: str, periods: int, seasons: int, horizon: int) -> Model:
    """All choices of a kind of model for series of so many periods."""
    told = [_of(*choice, periods, horizon) for choice in _choices(kind, seasons)]
    fitted = {"level": 2, "trend": 5, "season": 3 + seasons}[kind]
    errors, to_come, deviations = (np.array(each) for each in zip(*told, strict=True))
    return Model(errors, to_come, deviations, fitted)


def _of(
    goes: Numbers, seen: Numbers, adds: Numbers, periods: int, horizon: int
) -> tuple[Numbers, Numbers, Numbers]:
    """Errors, figures to come and their deviations of one choice."""
    states, started = np.zeros((seen.size, periods)), np.eye(seen.size)
    errors, of_start = np.eye(periods), np.empty((periods, seen.size))
    kept = goes - np.outer(adds, seen)
    for period in range(periods):
        errors[period] -= seen @ states
        of_start[period] = seen @ started
        states, started = kept @ states, kept @ started
        states[:, period] += adds
    start = np.linalg.pinv(of_start) @ errors
    newest, to_come, weights = states + started @ start, [], [1.0]
    for _ in range(horizon):
        to_come.append(seen @ newest)
        weights.append(float(seen @ adds))
        newest, adds = goes @ newest, goes @ adds
    deviations = np.sqrt(np.cumsum(np.square(weights[:-1])))
    return errors - of_start @ start, np.array(to_come), deviations


def forecast_once(asked: Sequence[Asked]) -> list[Path | Gap]:
    """Forecasts of series of one world and length."""
    first = asked[0]
    periods, seasons, horizon = first.series.size, first.seasons, first.horizon
    if periods < FEWEST_YEARS[seasons] * seasons:
        return ["too_short"] * len(asked)
    series = np.array([one.series for one in asked])
    mean, each = series.mean(axis=1, keepdims=True), np.arange(len(asked))
    least = np.full(len(asked), np.inf)
    ends = np.empty((3, len(asked), horizon))
    kinds = ["level", "trend", *["season"] * (periods >= SEASONAL_YEARS * seasons)]
    for kind in kinds:
        model = model_of(kind, periods, seasons, horizon)
        bare = (series - mean).T
        squares = np.array([np.square(errors @ bare).sum(axis=0) for errors in model.errors])
        best = squares.argmin(axis=0)
        own, told = squares[best, each], model.fitted + 1  # the errors' variance is one more
        aicc = periods * np.log(own) + 2 * told * periods / (periods - told - 1)
        middle = mean + np.einsum("nhp,np->nh", model.to_come[best], series - mean)
        spread = np.sqrt(own / (periods - model.fitted))[:, None] * model.deviations[best]
        half = spread * NormalDist().inv_cdf(0.5 + CONFIDENCE / 200)
        better = aicc < least
        least[better] = aicc[better]
        ends[:, better] = np.array([middle, middle - half, middle + half])[:, better]
    bounds = first.bounds
    if bounds.least is not None or bounds.most is not None:
        ends = np.clip(ends, bounds.least, bounds.most)
    return [Path(middle, low, high, "fitted once") for middle, low, high in zip(*ends, strict=True)]


def report(series: int, seed: int, seasons: int, panel: int) -> None:
    """Print both, of series that we forecast."""
    horizons = np.array([1, (seasons + 1) // 2, seasons]) - 1
    print(f"{'world':20} years  ours holds, score   fitted once holds, score   ours to theirs, %")
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
        said, scores = f"{world:20} {years:5}", []
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
