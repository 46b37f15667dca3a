"""By how much simulated paths are drawn away from their middle, or towards it, so that intervals hold what they say.

Here: reading the factors. Not here: finding them (``bench/forecast.py``, which writes
``calibration.toml``), using them (``year_end``).

Paths of a fitted model know nothing of what fitting and choosing it has cost: parameters that were
estimated from two years of figures, a trend that was overlooked. Forecasts of series whose future
is known say how much that is: the factor of a model, a length and a horizon is the share of the
half width that would have held as many of their futures as the interval promises (a conformal
quantile of the scaled error; Lei, G'Sell, Rinaldo, Tibshirani and Wasserman 2018).
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).with_suffix(".toml")
NONE = (1.0, 1.0)
"""Where nothing was tried (a series without seasons) paths stay as they are."""


def widening_of(model: str, seasons: int, years: int, horizon: int) -> NDArray[np.float64]:
    """Factors of the next ``horizon`` periods for a model (``ANN``), in a year of so many
    ``seasons``, after so many whole ``years``; those of the longest that was tried for longer."""
    tried: dict[str, dict[str, list[float]]] = _factors().get(str(seasons), {})
    lengths = [int(told) for told in tried if int(told) <= years]
    first, last = tried[str(max(lengths))].get(model, NONE) if lengths else NONE
    return (
        np.linspace(first, last, seasons)[:horizon]
        if horizon <= seasons
        else np.full(horizon, last)
    )


@cache
def _factors() -> dict[str, Any]:
    """Seasons of a year → whole years → model → factor at the next period, and a year ahead."""
    with FILE.open("rb") as file:
        return tomllib.load(file)
