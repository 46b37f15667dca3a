"""Uncertainty: intervals of ranks by Monte Carlo.

Here: draws of everything that is uncertain at once, chance among it, and where ranks lie in them. Not here:
which choice moves ranks most (``sensitivity``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kinhbac.composite.draws import Choices, Draws
from kinhbac.composite.figures import Numbers
from kinhbac.composite.sampling import WORLDS
from kinhbac.composite.tree import Tree


@dataclass(frozen=True)
class RankIntervals:
    """For each unit: low, median and high rank over the draws in which it has one, their
    share inside which the published rank is met, and in how many draws it was ranked. The published
    rank lies between low and high."""

    low: Numbers
    median: Numbers
    high: Numbers
    met: Numbers
    ranked: Numbers


def choices_of(tree: Tree) -> dict[str, int]:
    """What is uncertain → how many uniform numbers a draw of it takes."""
    told = tree.robustness
    if told is None:
        return {}
    return {
        name: count
        for name, count, uncertain in (
            ("weights", len(tree.weights), told.weights > 0),
            ("imputation", 1, bool(told.impute)),
            ("normalisation", 1, bool(told.normalise)),
            ("aggregation", 1, bool(told.aggregate)),
            ("left_out", 1, told.leave_out),
            ("sampling", len(tree.counted), bool(tree.counted)),
        )
        if uncertain
    }


def make_draws(tree: Tree, uniform: Numbers) -> Draws:
    """Draws from numbers in [0, 1), draws × the columns of ``choices_of`` in its order."""
    draws = tree.declared(len(uniform))
    columns: dict[str, Numbers] = {}
    first = 0
    for name, count in choices_of(tree).items():
        columns[name] = uniform[:, first : first + count]
        first += count

    def pick(name: str, alternatives: int, otherwise: Choices) -> Choices:
        if name not in columns:
            return otherwise
        return np.minimum((columns[name][:, 0] * alternatives).astype(np.int64), alternatives - 1)

    left_out = draws.left_out
    if "left_out" in columns:  # one of the leaves, or none
        left_out = pick("left_out", len(tree.leaves) + 1, left_out) - 1
    factors = draws.factors
    if tree.robustness and "weights" in columns:
        factors = 1 + tree.robustness.weights * (2 * columns["weights"] - 1)
    worlds = draws.worlds
    if "sampling" in columns:
        worlds = np.minimum((columns["sampling"] * WORLDS).astype(np.int64), WORLDS - 1)
    return Draws(
        pick("imputation", len(tree.imputations), draws.impute),
        pick("normalisation", len(tree.normalisations), draws.normalise),
        pick("aggregation", len(tree.aggregations), draws.aggregate),
        left_out,
        factors,
        worlds,
    )


def find_intervals(tree: Tree) -> RankIntervals | None:
    """Intervals of the ranks over the declared number of draws; the seed decides them.

    None where nothing uncertain is declared, or there is nothing to rank.
    """
    told = tree.robustness
    if told is None or not choices_of(tree) or np.isnan(tree.ranks).all():
        return None
    generator = np.random.default_rng([told.seed, tree.board.grid.periods[tree.period].toordinal()])
    uniform = generator.random((told.draws, sum(choices_of(tree).values())))
    ranks = tree.draw_ranks(make_draws(tree, uniform))
    ranked = (~np.isnan(ranks)).sum(axis=0)
    ranks = np.where(ranked == 0, np.nan_to_num(tree.ranks), ranks)
    told_low, median, told_high = take_interval(ranks, tree.ranks, told.interval)
    met = (ranks == tree.ranks).sum(axis=0) / np.where(ranked, ranked, 1)
    return RankIntervals(told_low, median, told_high, met, ranked.astype(np.float64))


def take_interval(
    ranks: Numbers, published: Numbers, interval: float
) -> tuple[Numbers, Numbers, Numbers]:
    """Low, median and high rank of each unit, of ranks (draws × units): between low and high lie the
    share ``interval`` of the draws, and the published rank."""
    outside = (1 - interval) / 2
    low, median, high = _quantiles(ranks, [outside, 0.5, 1 - outside])
    told_low, told_high = _take_in(ranks, published, low, high)
    return told_low, median, told_high


def _take_in(
    ranks: Numbers, published: Numbers, low: Numbers, high: Numbers
) -> tuple[Numbers, Numbers]:
    """Intervals that hold as many of the draws as those of equal tails, and the published rank.

    Any interval with that share of the draws holds the true rank with that probability (Gelman et
    al. 2013, 2.3). Where equal tails would leave out the rank that is told beside it, that end is drawn
    to it and the other one drawn in by as many draws: better than third is improbable then, not
    impossible for who is told as third.
    """
    low, high = low.copy(), high.copy()
    for unit in np.flatnonzero((published < low) | (published > high)):
        own = ranks[:, [unit]]
        inside = float(((low[unit] <= own) & (own <= high[unit])).sum() / (~np.isnan(own)).sum())
        if published[unit] < low[unit]:
            before = float((own < published[unit]).sum() / (~np.isnan(own)).sum())
            low[unit] = published[unit]
            high[unit] = _quantiles(own, [min(before + inside, 1)])[0, 0]
        else:
            after = float((own > published[unit]).sum() / (~np.isnan(own)).sum())
            high[unit] = published[unit]
            low[unit] = _quantiles(own, [max(1 - after - inside, 0)])[0, 0]
    return low, high


def _quantiles(ranks: Numbers, levels: list[float]) -> Numbers:
    """Levels × units; a rank that some draw has given."""
    found = np.nanquantile(ranks, levels, axis=0, method="closest_observation")
    return np.asarray(found)
