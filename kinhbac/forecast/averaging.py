"""Level and trend of which nobody knows how fast they move: paths over all that the figures allow.

Here: of many series of one length at once, how probable each choice of smoothing parameters is, with
a trend and without, and paths drawn from all of them. Not here: seasons (``year_end``), scales,
trust, courses and calibration.

The models are simple and trend exponential smoothing in state-space form with additive errors
(Hyndman, Koehler, Ord and Snyder 2008). One fitted model knows nothing of what else might have
brought the same figures: a level that moves a little looks like one that stands still, a drift like a
walk. So parameters lie on a grid, and each choice weighs as much as its likelihood and what was to be
expected before (Bayesian averaging over models; Hoeting, Madigan, Raftery and Volinsky 1999; of
smoothing parameters, Forbes, Snyder and Shami 2000). Errors of a linear innovations model are linear
in its first level and trend: these and the errors' variance are integrated out as in a regression (flat
priors; Student's t with a degree of freedom less than figures), so that no optimiser is needed and all
series stand in one array. Paths take choices in proportion to their weights, a variance, where level
and trend stand, and errors, each from quantiles in an order of chance (a Latin hypercube; McKay,
Beckman and Conover 1979), the same for all series, so that few of them are enough.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

SEED = 766
ROUNDING = 1e-9
"""Of the largest figure of a series: an error of a model below that is one of its arithmetic."""
STEPS = 20
"""Of the grid of the level's smoothing parameter, finer towards nought."""
STANDS_STILL = {False: 0.6, True: 0.85}
"""Prior probability that a level hardly moves, without a trend and with one. Of those that do, the
square root of the smoothing parameter is as likely to be anything."""
SHARES = (0.0, 0.1, 0.3)
"""Smoothing parameters of a trend, as shares of the level's."""
KEEPS = 0.8
"""Prior probability that a trend keeps its slope."""
SLOPE = 0.3
"""What a trend, which is as probable as none, adds in a period, in standard deviations of the errors:
its flat prior is as dense as a normal curve of this deviation is in its middle."""
MOVES = 0.15
"""Expected smoothing parameter beyond which a level is one that moves, and calibrated as such."""


class Grid(NamedTuple):
    """Choices of smoothing parameters, with and without a trend, and their prior probabilities."""

    alpha: Numbers
    beta: Numbers
    has_trend: NDArray[np.bool_]
    prior: Numbers


@cache
def grid_of_both() -> Grid:
    """Every level with no trend, and with one that keeps its slope or does not."""
    edges = np.linspace(0, 1, STEPS + 1) ** 2
    alphas = (edges[1:] + edges[:-1]) / 2
    moves = (1 - KEEPS) / (len(SHARES) - 1)
    trends = [(share, True, moves if share else KEEPS) for share in SHARES]
    kinds = [(0.0, False, 1.0), *trends]
    return Grid(
        np.concatenate([alphas for _ in kinds]),
        np.concatenate([alphas * share for share, *_ in kinds]),
        np.repeat([has_trend for _, has_trend, _ in kinds], STEPS),
        np.concatenate([prior * _of_levels(has_trend) for _, has_trend, prior in kinds]),
    )


def _of_levels(has_trend: bool) -> Numbers:
    """Prior probabilities of the level's smoothing parameters: the first one stands still."""
    still, others = STANDS_STILL[has_trend], STEPS - 1
    return np.array([still, *[(1 - still) / others] * others])


class Learned(NamedTuple):
    """What n series say of c choices: probability of each (n × c), where level and trend stand then
    (n × c) and how uncertain they are (c × 2 × 2, a square root of their covariance, in spreads),
    sums of squared errors (n × c), and, of the most probable choice, errors one period ahead (n ×
    periods); AICc (n) of the best one."""

    grid: Grid
    probability: Numbers
    level: Numbers
    trend: Numbers
    uncertain: Numbers
    squares: Numbers
    errors: Numbers
    aicc: Numbers

    @property
    def rises(self) -> NDArray[np.bool_]:
        """Of which series a trend is the more probable."""
        return np.asarray(self.probability[:, self.grid.has_trend].sum(axis=1) > 0.5)

    @property
    def names(self) -> list[str]:
        """The more probable of the two models of each series, and whether its level is expected to
        move (``AAN-moving``): what has moved may have moved more than the figures show."""
        alphas = (self.probability * self.grid.alpha).sum(axis=1)
        return [
            ("AAN" if rises else "ANN") + ("-moving" if alpha > MOVES else "")
            for rises, alpha in zip(self.rises, alphas.tolist(), strict=True)
        ]


def learn(series: Numbers, grid: Grid | None = None) -> Learned:
    """What n series × periods say of the choices of a grid."""
    grid = grid or grid_of_both()
    periods = series.shape[1]
    first = series[:, :1]
    figures = series - first  # squares of levels would hide those of errors
    alpha, beta = grid.alpha[:, None], grid.beta[:, None]
    # Errors are followed for a start at nought, and how they answer to first level and trend.
    level, trend, ee, el, es = (np.zeros((alpha.size, figures.shape[0])) for _ in range(5))
    answers = np.zeros((alpha.size, 2, 2))  # of level and trend, to a first level and trend
    answers[:, 0, 0] = answers[:, 1, 1] = 1
    products = np.zeros((alpha.size, 2, 2))
    for period in range(periods):
        expected = level + trend
        error = figures[:, period] - expected
        level, trend = expected + alpha * error, trend + beta * error
        answer = answers[:, 0] + answers[:, 1]
        answers = np.stack([(1 - alpha) * answer, answers[:, 1] - beta * answer], axis=1)
        ee += error * error
        el += error * answer[:, :1]
        es += error * answer[:, 1:]
        products += answer[:, :, None] * answer[:, None, :]
    level_only = ~grid.has_trend
    products[level_only, 1] = products[level_only, :, 1] = 0
    products[level_only, 1, 1] = 1
    es[level_only] = 0
    inverse: Numbers = np.asarray(np.linalg.inv(products), dtype=np.float64)
    starts = np.einsum("cij,jcn->icn", inverse, np.stack([el, es]))
    largest = np.maximum(np.abs(series).max(axis=1), 1e-140)
    squares = np.maximum(ee - starts[0] * el - starts[1] * es, (ROUNDING * largest) ** 2)
    inverse[level_only, 1, 1] = 0
    weight = (
        np.log(grid.prior)
        - np.where(grid.has_trend, np.log(SLOPE), 0)
        - np.log(np.linalg.det(products)) / 2
    )[:, None] - (periods - 1) / 2 * np.log(squares)
    probability = np.exp(weight - weight.max(axis=0))
    ends = np.einsum("cij,jcn->icn", answers, starts)
    ends = ends + np.stack([level + first[:, 0], trend])
    estimated = np.where(grid.has_trend, 5, 3)[:, None]  # and the variance of errors
    aicc = (
        periods * (np.log(2 * np.pi * squares / periods) + 1)
        + 2 * estimated * (1 + (estimated + 1) / np.maximum(periods - estimated - 1, 1e-9))
    ).min(axis=0)
    best = probability.argmax(axis=0)
    chosen = starts[:, best, np.arange(best.size)]
    errors = _follow(figures, grid.alpha[best], grid.beta[best], *chosen)
    return Learned(
        grid,
        (probability / probability.sum(axis=0)).T,
        ends[0].T,
        ends[1].T,
        answers @ _roots(inverse),
        squares.T,
        np.where(np.abs(errors) > ROUNDING * largest[:, None], errors, 0.0),
        aicc,
    )


def _roots(covariances: Numbers) -> Numbers:
    """Lower triangles whose squares these are; of what is certain nought."""
    roots = np.zeros_like(covariances)
    roots[:, 0, 0] = np.sqrt(covariances[:, 0, 0])
    roots[:, 1, 0] = covariances[:, 1, 0] / roots[:, 0, 0]
    roots[:, 1, 1] = np.sqrt(np.maximum(covariances[:, 1, 1] - roots[:, 1, 0] ** 2, 0))
    return roots


def _follow(
    figures: Numbers, alpha: Numbers, beta: Numbers, level: Numbers, trend: Numbers
) -> Numbers:
    """Errors (n × periods) from a first level and trend."""
    errors = np.empty_like(figures)
    for period in range(figures.shape[1]):
        expected = level + trend
        errors[:, period] = figures[:, period] - expected
        level = expected + alpha * errors[:, period]
        trend = trend + beta * errors[:, period]
    return errors


def draw_paths(learned: Learned, usual: Numbers, horizon: int, paths: int) -> Numbers:
    """n × periods to come × paths, on the scale of the models. ``usual`` (n) is the share of the
    errors' spread that those have which tell what is to come."""
    count, periods = learned.errors.shape
    chance = deviations(horizon, paths)
    choice = _choose(learned.probability, paths)
    row = np.arange(count)[:, None]
    spread = usual[:, None] * np.sqrt(
        learned.squares[row, choice] / _chi_squares(periods - 1, horizon, paths)
    )
    off_level, off_trend = chance[horizon : horizon + 2]
    uncertain = learned.uncertain[choice]
    level, trend = (
        ends[row, choice]
        + spread * (uncertain[..., state, 0] * off_level + uncertain[..., state, 1] * off_trend)
        for state, ends in enumerate((learned.level, learned.trend))
    )
    alpha, beta = learned.grid.alpha[choice], learned.grid.beta[choice]
    drawn = np.empty((count, horizon, paths))
    for period in range(horizon):
        error = spread * chance[period]
        expected = level + trend
        drawn[:, period] = expected + error
        level, trend = expected + alpha * error, trend + beta * error
    return drawn


def _choose(probability: Numbers, paths: int) -> NDArray[np.int_]:
    """Choices of n series × paths, each as often as it is probable, in an order of chance; a path
    and its mirror image have the same."""
    half = paths // 2
    until = np.rint(np.cumsum(probability, axis=1) * half).astype(int)
    until[:, -1] = half
    often = np.diff(until, axis=1, prepend=0)
    count, choices = probability.shape
    chosen = np.repeat(np.tile(np.arange(choices), count), often.ravel()).reshape(count, half)
    order = np.random.default_rng([SEED, 2]).permutation(half)
    return np.tile(chosen[:, order], 2)


@cache
def _chi_squares(freedom: int, horizon: int, paths: int) -> Numbers:
    """Quantiles of the squares' distribution around the variance, in an order of chance."""
    from scipy.special import chdtri

    evenly = chdtri(freedom, (np.arange(paths // 2) + 0.5) / (paths // 2))
    return np.tile(np.random.default_rng([SEED, horizon, 3]).permutation(evenly), 2)


@cache
def deviations(horizon: int, paths: int) -> Numbers:
    """Standard deviations of each period to come (× paths), of level and trend, and of what a model
    misses. Each path has its mirror image; no two rows go together, as chance would have it in so few
    paths (Gram and Schmidt)."""
    from scipy.special import ndtri  # a tenth of a second to import, and only where it is asked for

    evenly = ndtri(0.5 + (np.arange(paths // 2) + 0.5) / paths)
    rng = np.random.default_rng([SEED, horizon])
    apart: list[Numbers] = []
    for _ in range(horizon + 3):
        drawn = rng.permutation(evenly) * rng.choice([-1.0, 1.0], evenly.size)
        for other in apart:
            drawn = drawn - (drawn * other).mean() * other
        apart.append(drawn / np.sqrt((drawn**2).mean()))
    return np.hstack([apart, -np.array(apart)])
