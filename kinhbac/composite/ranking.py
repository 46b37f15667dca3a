"""Ranks of units.

Here: ranks with ties as the method says, the best first; ranks as a scale. Not here: intervals of ranks (``uncertainty``).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from kinhbac.composite.digits import round_half_up, settle
from kinhbac.composite.figures import Grid, Numbers, Truths
from kinhbac.registry.declared.entries import PEERS
from kinhbac.registry.declared.methods import Method

Ties = Literal["min", "max", "average", "dense"]
Places = npt.NDArray[np.int64]


def rank(values: Numbers, direction: str, ties: Ties, decimals: int | None = None) -> Numbers:
    """Ranks of each row (cases × units), 1 for the best; nan keeps no rank.

    ``decimals``: those at which the method calls two units equal, where it prints fewer.
    """
    compared = settle(values) if decimals is None else round_half_up(values, decimals)
    best_first = -compared if direction != "lower_is_better" else compared
    order, begins = _sort(best_first)
    return _unsort(best_first, order, _places(begins, ties))


def rank_among(values: Numbers, members: Truths) -> Numbers:
    """The rank of each figure among those of the members of its row, 1 for the lowest; equal figures
    share the mean of their ranks. nan keeps no rank."""
    compared = settle(values)
    order, begins = _sort(compared)
    counted = np.take_along_axis(members & ~np.isnan(compared), order, axis=1)
    so_far = np.concatenate([np.zeros((len(counted), 1)), counted.cumsum(axis=1)], axis=1)
    least = _places(begins, "min").astype(np.int64)
    below = np.take_along_axis(so_far, least - 1, axis=1)
    most = _places(begins, "max").astype(np.int64)
    equal = np.take_along_axis(so_far, most, axis=1) - below
    return _unsort(compared, order, below + (equal + 1) / 2)


def _sort(values: Numbers) -> tuple[Places, Truths]:
    """The order of each row, the lowest first and nan last, and where in it other figures begin."""
    order = np.argsort(values, axis=1)
    ordered = np.take_along_axis(values, order, axis=1)
    begins = np.ones(ordered.shape, bool)
    begins[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    return order, begins


def _unsort(values: Numbers, order: Places, ranks: Numbers) -> Numbers:
    """Ranks in the order of ``values``, without those of nan."""
    found = np.empty(values.shape)
    np.put_along_axis(found, order, ranks, axis=1)
    return np.where(np.isnan(values), np.nan, found)


def _places(begins: Truths, ties: Ties) -> Numbers:
    """The place of each of a row, in order; those from one that ``begins`` to the next are equal."""
    if ties == "dense":
        return np.cumsum(begins, axis=1, dtype=np.float64)
    place = np.arange(1.0, begins.shape[1] + 1)
    least = np.maximum.accumulate(np.where(begins, place, 0), axis=1)
    if ties == "min":
        return least
    ends = np.roll(begins, -1, axis=1)
    most = np.minimum.accumulate(np.where(ends, place, np.inf)[:, ::-1], axis=1)[:, ::-1]
    return most if ties == "max" else (least + most) / 2


def find_rivals(grid: Grid, method: Method) -> list[Truths]:
    """Areas that are ranked among each other: those that the method compares, or else those
    of one kind with their peers."""
    if method.among:
        return [np.isin(grid.kinds, method.among)]
    kinds = np.array([PEERS.get(kind, kind) for kind in grid.kinds.tolist()])
    return [kinds == kind for kind in sorted(set(kinds.tolist()))]


def rank_rivals(values: Numbers, rivals: list[Truths], direction: str, method: Method) -> Numbers:
    """Ranks (cases × areas) among rivals; nan for who has no value, or nobody to be ranked with."""
    ranks = np.full(values.shape, np.nan)
    for compared in rivals:
        own = values[:, compared]
        own = np.where((~np.isnan(own)).sum(axis=1, keepdims=True) > 1, own, np.nan)
        ranks[:, compared] = rank(own, direction, method.ties, method.ranked_to)
    return ranks
