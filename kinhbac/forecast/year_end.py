"""From a series to the end of its year: a forecast with an interval, or the reason for none.

Here: which models are tried, how paths are simulated. Not here: which series are asked about
(SQL, ``int_forecast_series``), the table of the answers (``forecast_table``).

Method: exponential smoothing in state-space form with additive errors (Hyndman, Koehler, Ord
and Snyder 2008), by ``statsmodels`` ``ETSModel``. A plain level, a level with a damped trend
and, from three whole years on, a level with seasons are fitted; the one with the least AICc is
taken. The interval holds the middle share of simulated paths. A year to date is forecast by its
increments, which each path adds up from the newest figure on.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from kinhbac.digits import settled

CONFIDENCE = 80.0
"""Percent of the simulated paths that an interval holds."""
PATHS = 10_000
SEED = 766
YEARS = 2
"""Whole years of figures without a gap that a forecast needs."""
SEASONAL_YEARS = 3
Gap = Literal["too_short", "constant", "failed"]


@dataclass(frozen=True)
class Path:
    """Figures of the periods to come: middle, low and high end, and how they were found."""

    middle: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    method: str


@dataclass(frozen=True)
class Bounds:
    """What the data elements of a series leave to it, in its unit; None where there is no end."""

    least: float | None = None
    most: float | None = None


def forecast(
    series: NDArray[np.float64],
    seasons: int,
    horizon: int,
    added_to: float | None = None,
    bounds: Bounds = Bounds(),
) -> Path | Gap:
    """Forecast ``horizon`` periods after ``series``, of which a year has ``seasons``.

    With ``added_to`` the series are increments that add up from that figure on. Every figure of
    a path keeps the ``bounds``: nobody is born less than nought times. Units are those of the
    series. Returns why there is none where the series does not allow it.
    """
    if series.size < YEARS * seasons:
        return "too_short"
    if len({settled(figure) for figure in series.tolist()}) == 1:
        return "constant"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what did not converge is not taken; see below
        fitted = [model for model in _fit(series, seasons) if np.isfinite(model.aicc)]
        if not fitted:
            return "failed"
        best = min(fitted, key=lambda model: float(model.aicc))
        paths = _simulate(best, horizon)
    if not np.isfinite(paths).all():
        return "failed"
    paths = np.clip(paths, bounds.least, bounds.most) if bounds != Bounds() else paths
    if added_to is not None:
        paths = added_to + np.cumsum(paths, axis=0)
    if not np.isfinite(paths).all():
        return "failed"
    tail = (100 - CONFIDENCE) / 2
    low, middle, high = np.percentile(paths, [tail, 50, 100 - tail], axis=1)
    return Path(middle, low, high, f"ETS {best.model.short_name}, {PATHS} paths")


def _fit(series: NDArray[np.float64], seasons: int) -> list[Any]:
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel  # a second to import

    choices: list[dict[str, Any]] = [{}, {"trend": "add", "damped_trend": True}]
    if series.size >= SEASONAL_YEARS * seasons:
        choices.append({"seasonal": "add", "seasonal_periods": seasons})
    fitted = []
    for choice in choices:
        try:
            result = ETSModel(series, error="add", **choice).fit(disp=False)
        except (ValueError, np.linalg.LinAlgError):
            continue  # too few figures for so many parameters
        if result.mle_retvals.get("converged", True):
            fitted.append(result)
    return fitted


def _simulate(model: Any, horizon: int) -> NDArray[np.float64]:
    """Periods × paths, each with its mirror image, so that their middle is the point forecast.

    The errors' variance is the sum of squares over what the parameters leave free, as Hyndman
    et al. estimate it; the likelihood's own would make intervals of short series too narrow.
    """
    spread = np.sqrt(model.sse / (model.nobs - len(model.params)))
    errors = np.random.default_rng(SEED).normal(scale=spread, size=(horizon, PATHS // 2))
    paths = model.simulate(
        horizon, anchor="end", repetitions=PATHS, random_errors=np.hstack([errors, -errors])
    )
    return np.asarray(paths, dtype=np.float64).reshape(horizon, PATHS)
