"""Probabilities of reaching a target, tried on worlds whose truth is known.

Here: simulated years to date and levels, stopped in February, in June or in October, each with a
target that is as good as drawn from its own future, and with the end that came. Not here:
forecasting (``kinhbac.forecast``), whose intervals ``bench.forecast`` tries; the probability is that
of a night's SQL. ``python -m bench.targets`` prints, by what was stated, how often the target was
reached, and how often a year that was a toss of a coin was called on course or at risk. Six minutes; with ``--communes``, of what is said of communes,
half a minute.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.forecast import forecast_one_of_many
from bench.macros import load_macros
from kinhbac.forecast.courses import Weights, go_on
from kinhbac.forecast.scales import FREE, Bounds
from kinhbac.forecast.year_end import Gap, Path, forecast

Numbers = NDArray[np.float64]
MACROS = load_macros("noise", "figures", "prospects")
MONTHS_LEFT = (2, 6, 10)
FUTURES = 400
"""Ends of one year that might have come: the one that came, one that is its target, and as many as
tell its true probability."""
BANDS = ((1, 10), (11, 35), (36, 64), (65, 89), (90, 99))
"""Of stated percents: at risk, three between, on course."""


@dataclass(frozen=True)
class World:
    """Figures of months: of a level, or what a total adds, or the ratios of ``cases``.

    ``month`` draws futures × months from the month before the first of them on; ``cases`` is the
    mean denominator of a ratio.
    """

    month: Callable[[np.random.Generator, Numbers, int, int], Numbers]
    bounds: Bounds = FREE
    adds_up: bool = False
    cases: int | None = None


def _noise(level: float, slope: float, sigma: float) -> Callable[..., Numbers]:
    def draw(rng: np.random.Generator, past: Numbers, months: int, futures: int) -> Numbers:
        middle = level + slope * (past.size + np.arange(months))
        return np.asarray(rng.normal(middle, sigma, (futures, months)))

    return draw


def _walk(rng: np.random.Generator, past: Numbers, months: int, futures: int) -> Numbers:
    last = past[-1] if past.size else 100.0
    return np.asarray(last + np.cumsum(rng.normal(0, 3, (futures, months)), axis=1))


def _counts(rng: np.random.Generator, past: Numbers, months: int, futures: int) -> Numbers:
    return np.asarray(rng.poisson(50, (futures, months)).astype(float))


def _seldom(rng: np.random.Generator, past: Numbers, months: int, futures: int) -> Numbers:
    """Six or so in two months of five, and nothing in the others."""
    drawn = rng.poisson(6, (futures, months)) * (rng.random((futures, months)) < 0.4)
    return np.asarray(drawn.astype(float))


def _shares(first: float, slope: float) -> Callable[..., Numbers]:
    """True shares of 1, on the logit scale."""

    def draw(rng: np.random.Generator, past: Numbers, months: int, futures: int) -> Numbers:
        logit = first + slope * (past.size + np.arange(months))
        return np.tile(1 / (1 + np.exp(-logit)), (futures, 1))

    return draw


WORLDS = {
    "level": World(_noise(50, 0, 4)),
    "walk": World(_walk),
    "trend": World(_noise(100, 1, 5)),
    "count to date": World(_counts, Bounds(least=0), adds_up=True),
    "amount to date, rising": World(_noise(100, 1, 10), Bounds(least=0), adds_up=True),
    "ratio to date": World(_shares(2.2, 0), Bounds(0, 100), cases=400),
    "seldom, to date": World(_seldom, Bounds(least=0), adds_up=True),
    "ratio to date near 100": World(_shares(5, 0), Bounds(0, 100), cases=400),
    "ratio to date, rising": World(_shares(0.4, 0.04), Bounds(0, 100), cases=400),
}


def years(
    world: World,
    rng: np.random.Generator,
    left: int,
    many: int,
    by: Callable[..., Path | Gap] = forecast,
) -> Iterator[dict[str, float]]:
    """A row a year: low end, middle and high end of its forecast, target, its true probability,
    and whether it was reached. Years without a forecast are left out."""
    history, passed = 36 - left, 12 - left
    for _ in range(many):
        drawn = world.month(rng, np.empty(0), history, 1)[0]
        to_come = world.month(rng, drawn, left, FUTURES)
        so_far: float | None = None
        weights = None
        if world.cases:
            whole = rng.poisson(world.cases, history)
            past = 100 * rng.binomial(whole, drawn) / whole
            coming = rng.poisson(world.cases, (FUTURES, left))
            came = 100 * rng.binomial(coming, to_come)
            behind = float(whole[-passed:].sum())
            so_far = float((past * whole)[-passed:].sum() / behind)
            ends = (so_far * behind + came.sum(axis=1)) / (behind + coming.sum(axis=1))
            weights = Weights(behind, tuple(whole[-12:-passed].astype(float)))
        elif world.adds_up:
            past, so_far = drawn, float(drawn[-passed:].sum())
            ends = go_on(so_far, to_come.T, None)[-1]
        else:
            past, ends = drawn, to_come[:, -1]
        path = by(past, 12, left, added_to=so_far, bounds=world.bounds, weights=weights)
        if isinstance(path, Path):
            end, target, *others = ends
            yield {
                "low": path.low[-1], "middle": path.middle[-1], "high": path.high[-1],
                "target": target, "true": float(np.mean(np.array(others) >= target)),
                "reached": float(end >= target),
            }  # fmt: skip


def state(rows: list[dict[str, float]]) -> pl.DataFrame:
    """The same with ``stated``, the percent that a night tells."""
    with duckdb.connect() as connection:
        connection.register("given", pl.DataFrame(rows).to_arrow())
        stated = MACROS.probability_of("'higher_is_better'", "target", "middle", "low", "high")
        told: pl.DataFrame = connection.sql(f"select *, {stated} as stated from given").pl()
        return told


def in_bands(told: pl.DataFrame) -> dict[tuple[int, int], tuple[int, float, float]]:
    """Band of stated percents → years, their mean stated percent, percent that was reached."""
    found = {}
    for low, high in BANDS:
        own = told.filter(pl.col("stated").is_between(low, high))
        if own.height:
            [(stated, reached)] = own.select(pl.mean("stated"), 100 * pl.mean("reached")).rows()
            found[low, high] = (own.height, stated, reached)
    return found


def tosses_called(told: pl.DataFrame) -> tuple[int, float]:
    """Years whose true probability lies between 40 and 60 %, and the percent of them that was
    called on course or at risk."""
    tosses = told.filter(pl.col("true").is_between(0.4, 0.6))
    called = tosses.filter((pl.col("stated") >= 90) | (pl.col("stated") <= 10))
    return tosses.height, 100 * called.height / max(tosses.height, 1)


def main() -> None:
    """Print what became of stated probabilities: mean stated → reached, in percent (years)."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--years", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--communes", action="store_true")
    given = parser.parse_args()
    by = forecast_one_of_many if given.communes else forecast
    rng = np.random.default_rng(given.seed)
    for left in MONTHS_LEFT:
        whole = []
        for name, world in WORLDS.items():
            whole.append(state(list(years(world, rng, left, given.years, by))))
            _tell(f"{left} months left, {name}", whole[-1])
        _tell(f"{left} months left, all", pl.concat(whole))


def _tell(name: str, told: pl.DataFrame) -> None:
    bands = "  ".join(
        f"{stated:.0f} → {reached:.0f} ({many})"
        for many, stated, reached in in_bands(told).values()
    )
    many, called = tosses_called(told)
    print(f"{name:38} {bands}  tosses called: {called:.0f} % of {many}")


if __name__ == "__main__":
    main()
