"""Paths of series to come, drawn from all that their figures allow.

Here: of many series of one length at once. Not here: what figures say of models (``averaging``), by how
much paths are widened (``calibration``), how they add up (``courses``).

Paths take models in proportion to their probabilities, a variance, where level, trend and seasons
stand, and errors, each from quantiles in an order of chance (a Latin hypercube; McKay, Beckman and
Conover 1979), the same for all series, so that few of them are enough.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kinhbac.forecast.averaging import Learned, Numbers

SEED = 766


def draw_paths(learned: Learned, usual: Numbers, horizon: int, paths: int) -> Numbers:
    """n × periods to come × paths, on the scale of the models. ``usual`` (n) is the share of the
    errors' spread that those have which tell what is to come."""
    count, periods = learned.errors.shape
    seasons = learned.uncertain.shape[1] - 2
    chance = deviations(horizon, paths, 2 + seasons)
    choice = _choose(learned.probability, paths)
    row = np.arange(count)[:, None]
    spread = usual[:, None] * np.sqrt(
        learned.squares[row, choice] / _chi_squares(periods - 1, horizon, paths)
    )
    needed = 2 + min(seasons, horizon)
    off = _off(learned.uncertain[:, :needed], chance[horizon:-1], choice)
    states = learned.states[:needed, row, choice] + spread * off
    level, trend, *year = states
    alpha, beta = learned.grid.alpha[choice], learned.grid.beta[choice]
    drawn = np.empty((count, horizon, paths))
    for period in range(horizon):
        error = spread * chance[period]
        expected = level + trend
        drawn[:, period] = expected + year[period % seasons] + error
        level, trend = expected + alpha * error, trend + beta * error
    return drawn


def _off(uncertain: Numbers, chance: Numbers, choice: NDArray[np.int_]) -> Numbers:
    """How far states (× n × paths) lie from where they are expected, by the choice of each path."""
    off = np.empty((uncertain.shape[1], choice.size))
    order = np.argsort(choice, axis=None, kind="stable")
    starts = np.searchsorted(choice.ravel()[order], np.arange(uncertain.shape[0] + 1))
    for one, (start, stop) in enumerate(pairwise(starts)):
        if start < stop:
            places = order[start:stop]
            off[:, places] = uncertain[one] @ chance[:, places % choice.shape[1]]
    return off.reshape(-1, *choice.shape)


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
def deviations(horizon: int, paths: int, states: int) -> Numbers:
    """Standard deviations of each period to come (× paths), of each state, and of what a model
    misses. Each path has its mirror image; no two rows go together, as chance would have it in so few
    paths (Gram and Schmidt)."""
    from scipy.special import ndtri  # a tenth of a second to import, and only where it is asked for

    evenly = ndtri(0.5 + (np.arange(paths // 2) + 0.5) / paths)
    rng = np.random.default_rng([SEED, horizon])
    apart: list[Numbers] = []
    for _ in range(horizon + states + 1):
        drawn = rng.permutation(evenly) * rng.choice([-1.0, 1.0], evenly.size)
        for other in apart:
            drawn = drawn - (drawn * other).mean() * other
        apart.append(drawn / np.sqrt((drawn**2).mean()))
    return np.hstack([apart, -np.array(apart)])
