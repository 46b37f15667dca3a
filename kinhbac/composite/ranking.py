"""Ranks of units, the best first.

Here: ranks with ties as the method says. Not here: intervals of ranks (``uncertainty``).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import polars as pl

from kinhbac.composite.digits import round_half_up, settle
from kinhbac.composite.figures import Grid, Numbers, Truths
from kinhbac.registry.declared.entries import PEERS
from kinhbac.registry.declared.methods import Method

Ties = Literal["min", "max", "average", "dense"]


def rank(values: Numbers, direction: str, ties: Ties, decimals: int | None = None) -> Numbers:
    """Ranks of each row (cases × units), 1 for the best; nan keeps no rank.

    ``decimals``: those at which the method calls two units equal, where it prints fewer.
    """
    compared = settle(values) if decimals is None else round_half_up(values, decimals)
    cases, units = values.shape
    frame = pl.DataFrame({"case": np.repeat(np.arange(cases), units), "value": compared.ravel()})
    best_first = direction != "lower_is_better"
    ranks = frame.select(
        pl.col("value").fill_nan(None).rank(ties, descending=best_first).over("case")
    )
    found = ranks["value"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    return np.asarray(found).reshape(values.shape)


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
