"""Sensitivity: which uncertain choice moves ranks most, and what leaving a component out does.

Here: Sobol indices by SALib, drop-one effects. Not here: intervals (``uncertainty``).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from kinhbac.composite.digits import have_spread
from kinhbac.composite.draws import mean_shift
from kinhbac.composite.figures import Numbers
from kinhbac.composite.tree import Tree
from kinhbac.composite.uncertainty import choices_of, make_draws

BASE = 512
"""Base sample of the Saltelli design: the model is asked (choices + 2) times as often."""


@dataclass(frozen=True)
class Effect:
    """Share of the variance of the mean shift of ranks that one choice explains: alone
    (``first``), and with all its interactions (``total``), each with the half width of its
    95 % confidence interval."""

    choice: str
    first: float
    first_margin: float
    total: float
    total_margin: float


def find_effects(tree: Tree) -> list[Effect]:
    """Sobol indices of first and total order (Saltelli et al. 2010, by SALib).

    The output is the mean shift of ranks against the published ones. One choice alone
    explains everything. Empty where no draw moves a rank, or where a draw ranks nobody; and
    where nothing uncertain is declared.
    """
    choices = choices_of(tree)
    if tree.robustness is None or np.isnan(tree.ranks).all():
        return []
    if len(choices) == 1:  # of one group SALib makes another design than of several
        uniform = np.random.default_rng(tree.robustness.seed).random((BASE, *choices.values()))
        shifts = mean_shift(tree.draw_ranks(make_draws(tree, uniform)), tree.ranks)
        return [Effect(choice, 1, 0, 1, 0) for choice in choices] if _move(shifts) else []
    from SALib.analyze import sobol as analysis  # half a second to import

    seed = tree.robustness.seed + 1  # SALib takes 0 for no seed at all
    problem, uniform = _design(tuple(choices.items()), seed)
    shifts = mean_shift(tree.draw_ranks(make_draws(tree, uniform)), tree.ranks)
    if not _move(shifts):
        return []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a constant resample has no interval, which is nan
        found = analysis.analyze(problem, shifts, calc_second_order=False, seed=seed)
    return [
        Effect(choice, *(float(found[name][place]) for name in ("S1", "S1_conf", "ST", "ST_conf")))
        for place, choice in enumerate(choices)
    ]


def _move(shifts: Numbers) -> bool:
    """Whether ranks move by the draws, each of which ranks somebody."""
    return bool(have_spread(shifts)) and not np.isnan(shifts).any()


@cache
def _design(choices: tuple[tuple[str, int], ...], seed: int) -> tuple[dict[str, Any], Numbers]:
    """SALib's problem and sample, which are the same for all periods of a composite."""
    from SALib.sample import sobol as sampling

    names = [f"{choice}_{n}" for choice, count in choices for n in range(count)]
    problem: dict[str, Any] = {
        "num_vars": len(names),
        "names": names,
        "bounds": [[0, 1]] * len(names),
        "groups": [choice for choice, count in choices for _ in range(count)],
    }
    return problem, sampling.sample(problem, BASE, calc_second_order=False, seed=seed)


def drop_one(tree: Tree) -> tuple[Numbers, Numbers]:
    """Mean and largest shift of ranks when each component, at any depth, is left out in turn.

    nan where nothing is left to rank without it, or there is nothing to rank.
    """
    if np.isnan(tree.ranks).all():
        nothing = np.full(len(tree.weights), np.nan)
        return nothing, nothing
    draws = tree.declared(len(tree.weights))
    np.fill_diagonal(draws.factors, 0)
    ranks = tree.draw_ranks(draws)
    mean = mean_shift(ranks, tree.ranks)
    largest = np.nan_to_num(np.abs(ranks - tree.ranks)).max(axis=1)
    return mean, np.where(np.isnan(mean), np.nan, largest)
