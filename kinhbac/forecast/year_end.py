"""From a series to the end of its year: a forecast with an interval, or the reason for none.

Here: which models are tried, how paths are widened. Not here: level and trend without seasons
(``averaging``), the scale on which that is done (``scales``), when nothing can be promised
(``trust``), how periods make up a year (``courses``), by how much paths are widened
(``calibration``), which series are asked about (SQL, ``int_forecast_series``), the table of the
answers (``forecast_table``).

Method: exponential smoothing in state-space form with additive errors (Hyndman, Koehler, Ord and
Snyder 2008). Level and trend are averaged over what their parameters may be; from three whole years
on each with seasons is fitted too (``statsmodels`` ``ETSModel``), and taken where its AICc is the
least. Paths are moved away from their middle as far as forecasts of this model, this length and this
horizon have to be to hold what they say, and the interval holds the middle share of them. A year to
date is forecast by its increments or, a ratio of two flows, by its periods' own ratios, with which
each path goes on from the newest figure (``courses``).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kinhbac.digits import settled
from kinhbac.forecast.averaging import ROUNDING, SEED, draw_paths, learn
from kinhbac.forecast.calibration import widening_of
from kinhbac.forecast.courses import Weights, go_on
from kinhbac.forecast.holidays import are_odd, draw_holidays, share_of_usual
from kinhbac.forecast.scales import FREE, Bounds, scale_of
from kinhbac.forecast.trust import has_just_broken, has_untold_season

CONFIDENCE = 80.0
"""Percent of the simulated paths that an interval holds."""
PATHS = 10_000
YEARS = 2
"""Whole years of figures without a gap that a forecast needs."""
SEASONAL_YEARS = 3
Gap = Literal["too_short", "constant", "seasonal", "broken", "failed", "province_only"]


@dataclass(frozen=True)
class Path:
    """Figures of the periods to come: middle, low and high end, and how they were found."""

    middle: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    method: str


def forecast(
    series: NDArray[np.float64],
    seasons: int,
    horizon: int,
    added_to: float | None = None,
    bounds: Bounds = FREE,
    weights: Weights | None = None,
    moving: NDArray[np.bool_] | None = None,
) -> Path | Gap:
    """Forecast ``horizon`` periods after ``series``, of which a year has ``seasons``.

    With ``added_to`` the series are increments that add up from that figure on; ``bounds.least``
    then bounds what is added, ``bounds.most`` the whole. With ``weights`` beside it they are ratios,
    of which that figure is the mean so far. ``moving`` marks periods, of the series and then of
    those to come, that a holiday without a fixed place may fall into. Every figure of a path keeps its bounds: nobody is born less
    than nought times. Units are those of the series. Returns why there is none where the series
    does not allow it.
    """
    if series.size < YEARS * seasons:
        return "too_short"
    if len({settled(figure) for figure in series.tolist()}) == 1:
        return "constant"
    adds_up = added_to is not None and weights is None
    own = Bounds(bounds.least) if adds_up else bounds
    scale = scale_of(series, own)
    if moving is None:
        moving = np.zeros(series.size + horizon, dtype=bool)
    past, ahead = np.split(moving, [series.size])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what did not converge is not taken; see below
        scaled = scale.onto(series)
        if series.size < SEASONAL_YEARS * seasons and has_untold_season(scaled, seasons):
            return "seasonal"
        best = _best(scaled, seasons)
        # What no scale describes has broken. A straight line down to nought bends as square roots:
        # there it is the scale that parts from it, not the figures from their past.
        if has_just_broken(best.errors, past):
            plain = best if scaled is series else _best(series, seasons)
            if has_just_broken(plain.errors, past):
                return "broken"
        is_odd = are_odd(best.errors, past)
        usual = share_of_usual(best.errors, past) if is_odd else 1.0
        paths = best.draw(usual, horizon)
    if not np.isfinite(paths).all():
        return "failed"
    widening = widening_of(best.name, seasons, series.size // seasons, horizon)
    paths = _widen(paths, widening)
    if is_odd:
        paths += draw_holidays(best.errors[past], ahead, PATHS, SEED)
    paths = scale.back(paths)
    if added_to is not None:
        paths = go_on(added_to, paths, weights)
        paths = np.minimum(paths, np.inf if bounds.most is None else bounds.most)
    if not np.isfinite(paths).all():
        return "failed"
    tail = (100 - CONFIDENCE) / 2
    low, middle, high = np.percentile(paths, [tail, 50, 100 - tail], axis=1)
    return Path(middle, low, high, f"ETS {best.name}, {PATHS} paths")


def _widen(paths: NDArray[np.float64], widening: NDArray[np.float64]) -> NDArray[np.float64]:
    """Paths with so many times their deviation in each period, around the same middle.

    What a model misses (a trend that was taken for a level) it misses in all periods to come: a path
    moves as a whole, to one side, and what adds up along it moves with it. Each path's mirror image
    moves to the other side. A factor below one draws each period in.
    """
    middle = paths.mean(axis=1, keepdims=True)
    paths = middle + np.minimum(widening, 1)[:, None] * (paths - middle)
    apart = np.random.default_rng([SEED, 1]).normal(size=PATHS // 2)
    missed = np.sqrt(np.maximum(widening**2 - 1, 0)) * paths.std(axis=1)
    return np.asarray(paths + missed[:, None] * np.hstack([apart, -apart]))


class _Best(NamedTuple):
    """A model, its errors one period ahead, and its paths (periods × paths) for the share of the
    errors' spread that is usual and a horizon."""

    name: str
    errors: NDArray[np.float64]
    draw: Callable[[float, int], NDArray[np.float64]]


def _best(series: NDArray[np.float64], seasons: int) -> _Best:
    """Level and trend, or the model with seasons that has a lesser AICc."""
    learned = learn(series[None])
    fitted = [model for model in _fit(series, seasons) if model.aicc < learned.aicc[0]]
    if not fitted:
        return _Best(
            learned.names[0],
            learned.errors[0],
            lambda usual, horizon: draw_paths(learned, np.array([usual]), horizon, PATHS)[0],
        )
    model = min(fitted, key=lambda model: float(model.aicc))
    errors = np.asarray(model.resid)
    # What doubles lose in a series of this size is no error.
    is_one = np.abs(errors) > ROUNDING * np.abs(series).max()
    return _Best(
        model.model.short_name,
        np.where(is_one, errors, 0.0),
        lambda usual, horizon: _simulate(model, usual, horizon),
    )


def _fit(series: NDArray[np.float64], seasons: int) -> list[Any]:
    """Models with seasons that can be fitted to a series."""
    if seasons == 1 or series.size < SEASONAL_YEARS * seasons:
        return []
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel  # a second to import

    fitted = []
    for trend in (None, "add"):
        try:
            model = ETSModel(
                series, error="add", trend=trend, seasonal="add", seasonal_periods=seasons
            )
            result = model.fit(disp=False)
        except (ValueError, np.linalg.LinAlgError):
            continue  # too few figures for so many parameters
        if result.mle_retvals.get("converged", True):
            fitted.append(result)
    return fitted


def _simulate(model: Any, usual: float, horizon: int) -> NDArray[np.float64]:
    """Periods × paths, each with its mirror image, so that their middle is the point forecast on
    the scale of the model.

    The variance of errors is their mean square over the share that the parameters leave free, as
    Hyndman et al. estimate it; the likelihood's own would make intervals of short series too narrow.
    """
    free = 1 - len(model.params) / model.nobs
    spread = usual * np.sqrt((np.asarray(model.resid) ** 2).mean() / free)
    errors = np.random.default_rng(SEED).normal(scale=spread, size=(horizon, PATHS // 2))
    paths = model.simulate(
        horizon, anchor="end", repetitions=PATHS, random_errors=np.hstack([errors, -errors])
    )
    return np.asarray(paths, dtype=np.float64).reshape(horizon, PATHS)
