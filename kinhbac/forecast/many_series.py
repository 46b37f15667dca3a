"""Forecasts of many series at once: those of communes, in less time than three of a province take.

Here: level and trend, fitted to all series of one length together, and the paths of all of them. Not
here: what is forecast one by one (``year_end``, which has seasons, damped trends and holidays too),
scales, trust, courses and calibration, which are the same.

The models are those of ``year_end`` (Hyndman, Koehler, Ord and Snyder 2008). Errors of a linear
innovations model are linear in its first level and trend, so that these are least squares for given
smoothing parameters (concentrated likelihood), and parameters are looked for on a grid that is drawn
together around the best of it: no optimiser, all series in one array. Deviations of paths are the
same for all series, quantiles of a normal curve in an order of chance for each period (a Latin
hypercube; McKay, Beckman and Conover 1979), so that few of them are enough.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kinhbac.digits import settled
from kinhbac.forecast.calibration import widening_of
from kinhbac.forecast.courses import Weights, go_on
from kinhbac.forecast.holidays import are_odd
from kinhbac.forecast.scales import FREE, Bounds, Scale, scale_of
from kinhbac.forecast.trust import has_just_broken, has_untold_season
from kinhbac.forecast.year_end import (
    CONFIDENCE,
    ROUNDING,
    SEASONAL_YEARS,
    SEED,
    YEARS,
    Gap,
    Path,
)

Numbers = NDArray[np.float64]

PATHS = 400
LEAST, MOST = 1e-4, 1 - 1e-4
"""What a smoothing parameter may be, as ``statsmodels`` has it."""
ALPHAS = np.linspace(LEAST, MOST, 11)
BETAS = np.array([LEAST, 0.1, 0.25, 0.5, 0.9])
"""Of a trend, as a share of the level's."""
ROUNDS = 5
"""So often the grid is drawn together, to half of its steps each time: to a three-hundredth."""


class Asked(NamedTuple):
    """A series and what ``year_end.forecast`` is told of it."""

    series: Numbers
    seasons: int
    horizon: int
    added_to: float | None = None
    bounds: Bounds = FREE
    weights: Weights | None = None
    moving: NDArray[np.bool_] | None = None

    @property
    def own_bounds(self) -> Bounds:
        """What a period may be; what a total may be at most is said of the whole."""
        adds_up = self.added_to is not None and self.weights is None
        return Bounds(self.bounds.least) if adds_up else self.bounds

    @property
    def past(self) -> NDArray[np.bool_]:
        """Which known periods a holiday may fall into."""
        size = self.series.size
        return np.zeros(size, dtype=bool) if self.moving is None else self.moving[:size]


class Fitted(NamedTuple):
    """Of n series by one model: smoothing (n), where level and trend end (n), errors one period
    ahead (n × periods), AICc (n), parameters and first states that were estimated."""

    alpha: Numbers
    beta: Numbers
    level: Numbers
    trend: Numbers
    errors: Numbers
    aicc: Numbers
    parameters: NDArray[np.int_]


def forecast_each(asked: Sequence[Asked]) -> list[Path | Gap]:
    """As ``year_end.forecast``, of each in its order, by a level or a level with a trend.

    ``province_only``: a season of three years, or a month ahead that Tết moves, which are only
    forecast one by one.
    """
    told: list[Path | Gap | None] = [None] * len(asked)
    alike: dict[tuple[int, int, int], list[tuple[int, Scale]]] = defaultdict(list)
    for place, one in enumerate(asked):
        scale = scale_of(one.series, one.own_bounds)
        told[place] = _gap(one, scale)
        if told[place] is None:
            alike[one.series.size, one.seasons, one.horizon].append((place, scale))
    for places in alike.values():
        found = _forecast_alike([(asked[place], scale) for place, scale in places])
        for (place, _), answer in zip(places, found, strict=True):
            told[place] = answer
    return [answer for answer in told if answer is not None]


def _gap(one: Asked, scale: Scale) -> Gap | None:
    """What keeps a series from being forecast before any model is fitted."""
    if one.series.size < YEARS * one.seasons:
        return "too_short"
    near = np.ptp(one.series) <= 1e-9 * np.abs(one.series).max()
    if near and len({settled(figure) for figure in one.series.tolist()}) == 1:
        return "constant"
    if has_untold_season(scale.onto(one.series), one.seasons):
        return "seasonal" if one.series.size < SEASONAL_YEARS * one.seasons else "province_only"
    return None


def _forecast_alike(asked: Sequence[tuple[Asked, Scale]]) -> list[Path | Gap]:
    """Forecasts of series of one length, one kind of year and one horizon."""
    scaled = np.array([scale.onto(one.series) for one, scale in asked])
    fitted = fit(scaled)
    told: list[Path | Gap | None] = [None] * len(asked)
    spread = np.empty(len(asked))
    odd = [p for p, (one, _) in enumerate(asked) if has_just_broken(fitted.errors[p], one.past)]
    if odd:  # what only its scale parts from the past has not broken (``year_end``)
        plain = fit(np.array([asked[place][0].series for place in odd])).errors
        for place, errors in zip(odd, plain, strict=True):
            if has_just_broken(errors, asked[place][0].past):
                told[place] = "broken"
    for place, (one, _) in enumerate(asked):
        errors = usual = fitted.errors[place]
        if are_odd(errors, one.past):
            usual = errors[~one.past]
            if one.moving is not None and one.moving[one.series.size :].any():
                told[place] = told[place] or "province_only"
        free = 1 - fitted.parameters[place] / errors.size
        spread[place] = np.sqrt((usual**2).mean() / free)
    seasons, horizon = asked[0][0].seasons, asked[0][0].horizon
    paths = _simulate(fitted, spread, horizon)
    years = scaled.shape[1] // seasons
    names = ["AAN" if parameters > 2 else "ANN" for parameters in fitted.parameters]
    widening = {name: widening_of(name, seasons, years, horizon) for name in set(names)}
    paths = _widen(paths, np.array([widening[name] for name in names]))
    with np.errstate(over="ignore", invalid="ignore"):
        for place, (one, scale) in enumerate(asked):
            own = scale.back(paths[place])
            if one.added_to is not None:
                own = go_on(one.added_to, own, one.weights)
                own = np.minimum(own, np.inf if one.bounds.most is None else one.bounds.most)
            paths[place] = own
    tail = (100 - CONFIDENCE) / 2
    low, middle, high = np.percentile(paths, [tail, 50, 100 - tail], axis=2)
    finite = np.asarray(np.isfinite(paths).all(axis=(1, 2)))
    return [
        told[place]
        or (
            Path(middle[place], low[place], high[place], f"ETS {names[place]}, {PATHS} paths")
            if finite[place]
            else "failed"
        )
        for place in range(len(asked))
    ]


def fit(series: Numbers) -> Fitted:
    """The better of a level and a level with a trend, by AICc, of each of n series × periods."""
    level, trend = _fit(series, with_trend=False), _fit(series, with_trend=True)
    takes_trend = trend.aicc < level.aicc
    chosen = [
        np.where(takes_trend if one.ndim == 1 else takes_trend[:, None], other, one)
        for one, other in zip(level, trend, strict=True)
    ]
    return Fitted(*chosen)


def _fit(series: Numbers, with_trend: bool) -> Fitted:
    count, periods = series.shape
    first = series[:, :1]
    figures = series - first  # squares of levels would hide those of errors
    shares = BETAS if with_trend else np.zeros(1)
    alpha, share = (grid.reshape(-1, 1) for grid in np.meshgrid(ALPHAS, shares, indexing="ij"))
    steps = [ALPHAS[1] - ALPHAS[0], BETAS[-1] - BETAS[-2]]
    for _ in range(ROUNDS):
        best = _best(figures, alpha, share, with_trend)
        steps = [step / 2 for step in steps]
        moves = [-1, 0, 1]
        pairs = [(a, b) for a in moves for b in (moves if with_trend else [0])]
        alpha, share = (
            np.clip(np.array([middle + pair[axis] * steps[axis] for pair in pairs]), low, MOST)
            for axis, (middle, low) in enumerate(zip(best, (LEAST, shares[0]), strict=True))
        )
    alpha, share = _best(figures, alpha, share, with_trend)
    squares, level, slope = (
        one[0] for one in _least_squares(figures, alpha[None], (alpha * share)[None], with_trend)
    )
    errors, level, slope = _follow(figures, alpha, alpha * share, level, slope)
    largest = np.abs(series).max(axis=1, keepdims=True)
    errors = np.where(np.abs(errors) > ROUNDING * largest, errors, 0.0)
    squares = np.maximum((errors**2).sum(axis=1), (ROUNDING * largest[:, 0]) ** 2 + 1e-300)
    parameters = 4 if with_trend else 2
    free = parameters + 1  # and the variance of errors
    aicc = (
        periods * (np.log(2 * np.pi * squares / periods) + 1)
        + 2 * free
        + 2 * free * (free + 1) / max(periods - free - 1, 1e-9)
    )
    return Fitted(
        alpha, alpha * share, level + first[:, 0], slope, errors, aicc, np.full(count, parameters)
    )


def _best(
    figures: Numbers, alpha: Numbers, share: Numbers, with_trend: bool
) -> tuple[Numbers, Numbers]:
    """Of choices × n (or × 1, the same for all) parameters those of each series that fit best."""
    squares, *_ = _least_squares(figures, alpha, alpha * share, with_trend)
    chosen, count = squares.argmin(axis=0), np.arange(squares.shape[1])
    alpha, share = (
        np.asarray(np.broadcast_to(one, squares.shape)[chosen, count]) for one in (alpha, share)
    )
    return alpha, share


def _least_squares(
    figures: Numbers, alpha: Numbers, beta: Numbers, with_trend: bool
) -> tuple[Numbers, Numbers, Numbers]:
    """Of each pair of parameters (choices × n): the least sum of squared errors, and the first level
    and trend that give it. Errors are followed for a start at nought, and how they answer to each
    of the two."""
    shape = (alpha.shape[0], figures.shape[0])
    level, slope, ee, el, es = (np.zeros(shape) for _ in range(5))
    by_level, slope_by_slope = np.ones(alpha.shape), np.ones(alpha.shape)
    slope_by_level, by_slope, ll, ls, ss = (np.zeros(alpha.shape) for _ in range(5))
    for period in range(figures.shape[1]):
        expected = level + slope
        error = figures[:, period] - expected
        level = expected + alpha * error
        answer = by_level + slope_by_level
        by_level, slope_by_level = answer * (1 - alpha), slope_by_level - beta * answer
        ee, el, ll = ee + error * error, el + error * answer, ll + answer * answer
        if with_trend:
            slope = slope + beta * error
            tilted = by_slope + slope_by_slope
            by_slope, slope_by_slope = tilted * (1 - alpha), slope_by_slope - beta * tilted
            es, ls, ss = es + error * tilted, ls + answer * tilted, ss + tilted * tilted
    if not with_trend:
        start = el / ll
        return ee - start * el, start, np.zeros(shape)
    of_both = ll * ss - ls * ls
    whole = np.where(of_both > 1e-12 * ll * ss, of_both, np.inf)
    start, tilt = (el * ss - es * ls) / whole, (es * ll - el * ls) / whole
    squares = np.where(np.isfinite(whole), ee - start * el - tilt * es, np.inf)
    return squares, start, tilt


def _follow(
    figures: Numbers, alpha: Numbers, beta: Numbers, level: Numbers, slope: Numbers
) -> tuple[Numbers, Numbers, Numbers]:
    """Errors (n × periods) from a first level and trend, and where these end."""
    errors = np.empty_like(figures)
    for period in range(figures.shape[1]):
        expected = level + slope
        errors[:, period] = figures[:, period] - expected
        level = expected + alpha * errors[:, period]
        slope = slope + beta * errors[:, period]
    return errors, level, slope


def _simulate(fitted: Fitted, spread: Numbers, horizon: int) -> Numbers:
    """n × periods to come × paths, on the scale of the models."""
    level, slope = (np.repeat(one[:, None], PATHS, axis=1) for one in (fitted.level, fitted.trend))
    alpha, beta = fitted.alpha[:, None], fitted.beta[:, None]
    paths = np.empty((spread.size, horizon, PATHS))
    for period in range(horizon):
        error = spread[:, None] * _deviations(horizon)[period]
        expected = level + slope
        paths[:, period] = expected + error
        level, slope = expected + alpha * error, slope + beta * error
    return paths


def _widen(paths: Numbers, widening: Numbers) -> Numbers:
    """As ``year_end`` widens them: each path moves as a whole by what its model may miss."""
    missed = np.sqrt(np.maximum(widening**2 - 1, 0)) * paths.std(axis=2)
    return np.asarray(paths + missed[:, :, None] * _deviations(paths.shape[1])[-1])


@cache
def _deviations(horizon: int) -> Numbers:
    """Standard deviations of each period to come (× paths), and of what a model misses. Each path has
    its mirror image; no two rows go together, as chance would have it in so few paths (Gram and
    Schmidt)."""
    from scipy.special import ndtri  # a tenth of a second to import, and only where it is asked for

    evenly = ndtri(0.5 + (np.arange(PATHS // 2) + 0.5) / PATHS)
    rng = np.random.default_rng([SEED, horizon])
    apart: list[Numbers] = []
    for _ in range(horizon + 1):
        drawn = rng.permutation(evenly) * rng.choice([-1.0, 1.0], evenly.size)
        for other in apart:
            drawn = drawn - (drawn * other).mean() * other
        apart.append(drawn / np.sqrt((drawn**2).mean()))
    return np.hstack([apart, -np.array(apart)])
