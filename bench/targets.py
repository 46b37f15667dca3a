"""Probabilities of reaching a target, tried on worlds whose truth is known.

Here: simulated years to date and levels, stopped in February, in June or in October, each with a
target that is as good as drawn from its own future, and with the end that came. Not here:
forecasting (``kinhbac.forecast``), whose intervals ``bench.forecast`` tries; the probability is that
of a night's SQL. ``python -m bench.targets`` prints, by what was stated, how often the target was
reached, and how often a year that was a toss of a coin was called on course or at risk. Half a minute;
``--world`` tries one alone, ``--panel`` so many years at once as communes of one indicator.
``--knowing`` prints what is called by who knows that a series is a level or a trend, and estimates
where it stands, how steep and how scattered it is from the same figures.

The target is drawn from the truth and not from what may be known of it, so what is stated must look
too sure where little is known: the middle of a forecast lies off both, the target and the end. Of a
toss whose own chance is small the share that is called comes to 2 × (100 − what a call asks for), if
all that is stated is right: a tenth for 95 %.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.forecast import Forecaster
from bench.known_forecasts import STILL, forecast_knowing
from bench.macros import load_macros
from kinhbac.forecast.courses import Weights, go_on
from kinhbac.forecast.scales import FREE, Bounds
from kinhbac.forecast.year_end import Asked, Path, forecast_each

Numbers = NDArray[np.float64]
MACROS = load_macros("noise", "figures", "prospects")
MONTHS_LEFT = (2, 6, 10)
FUTURES = 400
"""Ends of one year that might have come: the one that came, one that is its target, and as many as
tell its true probability."""
CALLED = 3
"""A stated percent up to which a year is called at risk, and as far from a hundred on course."""
BANDS = ((1, CALLED), (CALLED + 1, 35), (36, 64), (65, 99 - CALLED), (100 - CALLED, 99))
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


KNOWN = {
    "level": False,
    "trend": True,
    "count to date": False,
    "amount to date, rising": True,
}
"""Worlds of which it is known what they are, and whether they rise."""


def years(
    world: World,
    rng: np.random.Generator,
    left: int,
    many: int,
    by: Forecaster = forecast_each,
    panel: int = 1,
) -> list[dict[str, float]]:
    """A row a year, ``panel`` of them of one panel: low end, middle and high end of its forecast, target,
    its true probability, and whether it was reached. Years without a forecast are left out."""
    history, passed = 36 - left, 12 - left
    asked, came = [], []
    for number in range(many):
        drawn = world.month(rng, np.empty(0), history, 1)[0]
        to_come = world.month(rng, drawn, left, FUTURES)
        so_far: float | None = None
        weights = None
        if world.cases:
            whole = rng.poisson(world.cases, history)
            past = 100 * rng.binomial(whole, drawn) / whole
            coming = rng.poisson(world.cases, (FUTURES, left))
            good = 100 * rng.binomial(coming, to_come)
            behind = float(whole[-passed:].sum())
            so_far = float((past * whole)[-passed:].sum() / behind)
            ends = (so_far * behind + good.sum(axis=1)) / (behind + coming.sum(axis=1))
            weights = Weights(behind, tuple(whole[-12:-passed].astype(float)))
        elif world.adds_up:
            past, so_far = drawn, float(drawn[-passed:].sum())
            ends = go_on(so_far, to_come.T, None)[-1]
        else:
            past, ends = drawn, to_come[:, -1]
        of = f"{number // panel}" if panel > 1 else None
        asked.append(Asked(past, 12, left, so_far, world.bounds, weights, panel=of))
        came.append(ends)
    return [
        {
            "low": path.low[-1], "middle": path.middle[-1], "high": path.high[-1],
            "target": ends[1], "true": float(np.mean(ends[2:] >= ends[1])),
            "reached": float(ends[0] >= ends[1]),
        }
        for ends, path in zip(came, by(asked), strict=True) if isinstance(path, Path)
    ]  # fmt: skip


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
    called = tosses.filter(~pl.col("stated").is_between(CALLED + 1, 99 - CALLED))
    return tosses.height, 100 * called.height / max(tosses.height, 1)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what became of stated probabilities: mean stated → reached, in percent (years)."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--years", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--knowing", action="store_true")
    parser.add_argument("--world", choices=WORLDS, help="this one alone")
    parser.add_argument("--panel", type=int, default=1, help="series of one panel")
    given = parser.parse_args(arguments)
    if given.knowing and given.world and given.world not in KNOWN:
        parser.error(f"of «{given.world}» it is not known what it is, but of {', '.join(KNOWN)}")
    names = [given.world] if given.world else [*(KNOWN if given.knowing else WORLDS)]
    rng = np.random.default_rng(given.seed)
    for left in MONTHS_LEFT:
        whole = []
        for name in names:
            by: Forecaster = forecast_each
            if given.knowing:
                by = partial(forecast_knowing, (STILL,), KNOWN[name])
            whole.append(state(years(WORLDS[name], rng, left, given.years, by, given.panel)))
            _tell(f"{left} months left, {name}", whole[-1])
        _tell(f"{left} months left, all", pl.concat(whole))


def _tell(name: str, told: pl.DataFrame) -> None:
    bands = "  ".join(
        f"{stated:.0f} → {reached:.0f} ({many})"
        for many, stated, reached in in_bands(told).values()
    )
    many, called = tosses_called(told)
    print(f"{name:38} {bands}  tosses called: {called:.1f} % of {many}", flush=True)


if __name__ == "__main__":
    main()
