"""Forecasts of many series at once: those of communes, in less time than three of a province take.

Here: the paths of all series of one length together. Not here: what is forecast one by one
(``year_end``, which has seasons and holidays too), level and trend, scales, trust, courses and
calibration, which are the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kinhbac.digits import settled
from kinhbac.forecast.averaging import deviations, draw_paths, learn
from kinhbac.forecast.calibration import widening_of
from kinhbac.forecast.courses import Weights, go_on
from kinhbac.forecast.holidays import are_odd, share_of_usual
from kinhbac.forecast.scales import FREE, Bounds, Scale, scale_of
from kinhbac.forecast.trust import has_just_broken, has_untold_season
from kinhbac.forecast.year_end import CONFIDENCE, SEASONAL_YEARS, YEARS, Gap, Path

Numbers = NDArray[np.float64]

PATHS = 400


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
    learned = learn(scaled)
    told: list[Path | Gap | None] = [None] * len(asked)
    odd = [p for p, (one, _) in enumerate(asked) if has_just_broken(learned.errors[p], one.past)]
    if odd:  # what only its scale parts from the past has not broken (``year_end``)
        plain = learn(np.array([asked[place][0].series for place in odd])).errors
        for place, errors in zip(odd, plain, strict=True):
            if has_just_broken(errors, asked[place][0].past):
                told[place] = "broken"
    usual = np.ones(len(asked))
    for place, (one, _) in enumerate(asked):
        errors = learned.errors[place]
        if are_odd(errors, one.past):
            usual[place] = share_of_usual(errors, one.past)
            if one.moving is not None and one.moving[one.series.size :].any():
                told[place] = told[place] or "province_only"
    seasons, horizon = asked[0][0].seasons, asked[0][0].horizon
    years, names = scaled.shape[1] // seasons, learned.names
    widening = {name: widening_of(name, seasons, years, horizon) for name in set(names)}
    paths = draw_paths(learned, usual, horizon, PATHS)
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


def _widen(paths: Numbers, widening: Numbers) -> Numbers:
    """As ``year_end`` widens them: each path moves as a whole by what its model may miss."""
    middle = paths.mean(axis=2, keepdims=True)
    paths = middle + np.minimum(widening, 1)[:, :, None] * (paths - middle)
    missed = np.sqrt(np.maximum(widening**2 - 1, 0)) * paths.std(axis=2)
    return np.asarray(paths + missed[:, :, None] * deviations(paths.shape[1], PATHS)[-1])
