"""By how much simulated paths are drawn away from their middle, or towards it, so that intervals hold what they say.

Here: reading the factors. Not here: finding them (``bench/forecast.py``, which writes
``calibration.toml``), using them (``year_end``).

Paths of a fitted model know nothing of what fitting and choosing it has cost: parameters that were
estimated from two years of figures, a trend that was overlooked. Forecasts of series whose future
is known say how much that is: the factor of a model, a length and a horizon is the share of the
half width that would have held as many of their futures as the interval promises (a conformal
quantile of the scaled error; Lei, G'Sell, Rinaldo, Tibshirani and Wasserman 2018). Series ``alone`` have
factors of their own, and those of a ``panel`` others: who has heard ninety-nine misses less.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).with_suffix(".toml")


def knots_of(seasons: int) -> NDArray[np.int_]:
    """Periods ahead that have factors of their own: the next, the middle and the last of a year of so
    many ``seasons``."""
    return np.array([1, (seasons + 1) // 2, seasons])


def widening_of(
    model: str, seasons: int, periods: int, horizon: int, of: str = "alone"
) -> NDArray[np.float64]:
    """Factors of the next ``horizon`` periods for a model (``ANN``), in a year of so many
    ``seasons``, after so many ``periods``, of series ``alone`` or of a ``panel``: along straight lines
    between the lengths that were tried and, over their logarithm, between periods ahead. What is longer
    has those of the longest."""
    tried = [
        (int(years) * seasons, factors[model])
        for years, factors in factors_in_force().get(of, {}).get(str(seasons), {}).items()
        if model in factors
    ]
    if not tried:  # a series without seasons
        return np.ones(horizon)
    lengths, factors = zip(*tried, strict=True)
    own = [np.interp(periods, lengths, each) for each in zip(*factors, strict=True)]
    return np.asarray(np.interp(np.log(np.arange(1, horizon + 1)), np.log(knots_of(seasons)), own))


@cache
def factors_in_force() -> dict[str, Any]:
    """Alone or panel → seasons of a year → whole years → model → factors of ``knots_of`` it."""
    with FILE.open("rb") as file:
        return tomllib.load(file)
