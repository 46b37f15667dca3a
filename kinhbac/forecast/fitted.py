"""A second opinion on a series: one model that is fitted to it once, and paths moved half way there.

Here: exponential smoothing as it is mostly done, with the parameters of the highest likelihood, for many
series of one length at once, and how paths of averaged models meet it. Not here: averaging (``averaging``),
drawing paths (``paths``), by how much they are widened (``calibration``).

Who averages over all models loses a little where a simple one is right, and who fits a simple one loses much
where it is not. The interval score is convex: ends that are the mean of two forecasts' ends never score
worse than the two on average, and mostly better, for the two are wrong in other places (averaging quantiles:
Lichtendahl, Grushka-Cockayne and Winkler 2013). Of the models that are fitted the level is taken, or the
damped trend where AICc is clearly for it (Hyndman, Koehler, Ord and Snyder 2008, 5.2, 6.1 and 7.2); of a
series with seasons what is left without those that averaging expects.

Errors of a linear model are linear in figures and first states, so that first states are found by
regression and all series stand in one array; smoothing parameters lie on a grid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kinhbac.forecast.averaging import SURE, Learned, Numbers
from kinhbac.forecast.panels import share_of_expected

HALF_WAY = 0.5
"""How far paths are moved towards the second opinion."""
CLEARLY = 4.0
"""By how much less the AICc of the damped trend is where it is clearly better: from there on the other has
considerably less support (Burnham and Anderson 2002, 2.6)."""
FEWEST = 8
"""Figures without which no damped trend can be told from a level: AICc has no number for fewer."""
LEVELS = (1e-4, 0.01, 0.03, *np.arange(0.06, 1, 0.06), 0.9999)
"""Smoothing parameters of a level."""
SLOPES = (1e-4, 0.05, 0.15, 0.4, 0.9999)
"""Those of a trend, as shares of the level's."""
DAMPED = (0.8, 0.86, 0.9, 0.94, 0.98)
"""What a trend keeps of itself from one period to the next."""

Choice = tuple[Numbers, Numbers, Numbers]
"""One of a model's parameters: how states go on, what is seen of them, and what an error adds to them."""


class Model(NamedTuple):
    """Choices of the parameters of one model: what errors of figures (c × periods × periods) and figures
    to come (c × horizon × periods) are made of, what sums of squared errors are of products of two figures
    (c × periods²), deviations of what is to come in spreads (c × horizon), and how many parameters are
    fitted."""

    errors: Numbers
    products: Numbers
    to_come: Numbers
    deviations: Numbers
    fitted: int


class Fitted(NamedTuple):
    """By the likeliest choice of a model: middle and deviation of n series × periods to come, and of each
    (n) the sum of its squared errors and its AICc."""

    middle: Numbers
    deviation: Numbers
    squares: Numbers
    aicc: Numbers


def meet(
    paths: Numbers, learned: Learned, series: Numbers, usual: Numbers, add_up: NDArray[np.bool_]
) -> Numbers:
    """Paths (n × periods × paths) of what ``learned`` knows of ``series`` (n × periods known), moved and
    stretched around their middle towards the second opinion; all on the scale of the models. ``usual`` (n)
    is the share of the errors' spread that those have which tell what is to come. Series of a panel need
    it the less, the more others they have heard, and those that rise the less, the surer that is: what is
    fitted dampens every trend. Those that ``add_up`` (n) need none: by what a trend is dampened a sum of ten
    months is off ten times."""
    if series.shape[1] < FEWEST:
        return paths
    horizon, year = paths.shape[1], learned.expected_year
    told = fit_once(series - _repeat(year, -series.shape[1], 0), horizon)
    unsure = np.minimum((1 - learned.has_trend) / (1 - SURE), 1)
    way = (HALF_WAY * ~add_up * unsure * share_of_expected(learned.heard))[:, None]
    own = paths.mean(axis=2)
    middle = own + way * (told.middle + _repeat(year, 0, horizon) - own)
    drawn = np.maximum(paths.std(axis=2), np.finfo(float).tiny)
    stretch = 1 + way * (usual[:, None] * told.deviation / drawn - 1)
    return np.asarray(middle[..., None] + stretch[..., None] * (paths - own[..., None]))


def _repeat(year: Numbers, first: int, end: int) -> Numbers:
    """Seasons (n × seasons, the next one first) of periods, of which the next one is number nought."""
    return year[:, np.arange(first, end) % year.shape[1]]


def fit_once(series: Numbers, horizon: int) -> Fitted:
    """The level of each series, or its damped trend where that is clearly better."""
    level, trend = (fit(series, model_of(kind, series.shape[1], horizon)) for kind in CHOICES)
    better = trend.aicc < level.aicc - CLEARLY
    return Fitted(
        *(np.where(better.reshape(-1, *[1] * (one.ndim - 1)), other, one)
          for one, other in zip(level, trend, strict=True))
    )  # fmt: skip


def fit(series: Numbers, model: Model) -> Fitted:
    """A model fitted to n series × periods."""
    periods = series.shape[1]
    mean = series.mean(axis=1, keepdims=True)
    bare = series - mean
    squares = model.products @ (bare[:, :, None] * bare[:, None, :]).reshape(len(bare), -1).T
    best = squares.argmin(axis=0)
    errors = (model.errors[best] @ bare[:, :, None])[..., 0]
    least = (errors**2).sum(axis=1)
    middle = mean + (model.to_come[best] @ bare[:, :, None])[..., 0]
    spread = np.sqrt(least / (periods - model.fitted))
    aicc = weigh(least, periods, model.fitted)
    return Fitted(middle, spread[:, None] * model.deviations[best], least, aicc)


def weigh(squares: Numbers, periods: int, fitted: int) -> Numbers:
    """AICc of models by which so many ``periods`` are missed by such sums of squares, and of which so many
    parameters are ``fitted``; the errors' variance is one more."""
    told = fitted + 1
    likely = periods * np.log(np.maximum(squares, np.finfo(float).tiny))
    return np.asarray(likely + 2 * told * periods / (periods - told - 1))


@cache
def model_of(kind: str, periods: int, horizon: int) -> Model:
    """All choices of one of ``CHOICES`` for series of so many periods."""
    choices, fitted = CHOICES[kind]
    return build_model(choices(), fitted, periods, horizon)


def build_model(choices: Iterable[Choice], fitted: int, periods: int, horizon: int) -> Model:
    """Choices of which so many parameters are ``fitted``, for series of so many periods."""
    goes, seen, adds = (np.array(each) for each in zip(*choices, strict=True))
    count, size = seen.shape
    states, started = np.zeros((count, size, periods)), np.tile(np.eye(size), (count, 1, 1))
    errors, of_start = np.tile(np.eye(periods), (count, 1, 1)), np.empty((count, periods, size))
    kept, seen = goes - adds[:, :, None] * seen[:, None, :], seen[:, None, :]
    for period in range(periods):
        errors[:, period] -= (seen @ states)[:, 0]
        of_start[:, period] = (seen @ started)[:, 0]
        states, started = kept @ states, kept @ started
        states[:, :, period] += adds
    start = np.linalg.pinv(of_start) @ errors
    newest, to_come, weights = states + started @ start, [], [np.ones(count)]
    moved = adds[:, :, None]
    for _ in range(horizon):
        to_come.append((seen @ newest)[:, 0])
        weights.append((seen @ moved)[:, 0, 0])
        newest, moved = goes @ newest, goes @ moved
    errors -= of_start @ start
    return Model(
        errors,
        (errors.transpose(0, 2, 1) @ errors).reshape(count, -1),
        np.stack(to_come, axis=1),
        np.sqrt(np.cumsum(np.square(weights[:-1]), axis=0)).T,
        fitted,
    )


def _levels() -> Iterator[Choice]:
    for alpha in LEVELS:
        yield np.eye(1), np.ones(1), np.array([alpha])


def _damped_trends() -> Iterator[Choice]:
    for alpha, share, keeps in product(LEVELS[::2], SLOPES, DAMPED):
        goes = np.array([[1, keeps], [0, keeps]])
        yield goes, np.array([1, keeps]), np.array([alpha, alpha * share])


CHOICES = {"level": (_levels, 2), "trend": (_damped_trends, 5)}
"""The models, and how many parameters and first states of each are fitted."""
