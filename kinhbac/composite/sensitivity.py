"""Sensitivity: which uncertain choice moves ranks most, and what leaving a component out does.

Here: Sobol indices, drop-one effects. Not here: intervals (``uncertainty``).

Design and estimators are those of Saltelli et al. (2010), as SALib has them (a test compares), which
takes longer to import than all composites of a night take to be drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kinhbac.composite.digits import have_spread
from kinhbac.composite.draws import mean_shift
from kinhbac.composite.figures import Numbers
from kinhbac.composite.tree import Tree
from kinhbac.composite.uncertainty import choices_of, make_draws

BASE = 512
"""Base sample of the design: the model is asked (choices + 2) times as often."""
RESAMPLES = 100
NORMAL_95 = 1.959963984540054


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
    """Sobol indices of first and total order.

    The output is the mean shift of ranks against the published ones. One choice alone
    explains everything. Empty where no draw moves a rank, or where a draw ranks nobody; and
    where nothing uncertain is declared.
    """
    choices = choices_of(tree)
    if not choices or tree.robustness is None or np.isnan(tree.ranks).all():
        return []
    generator = np.random.default_rng(tree.robustness.seed)
    alone = len(choices) == 1
    sizes = list(choices.values())
    uniform = generator.random((BASE, *sizes)) if alone else design(sizes, generator)
    shifts = mean_shift(tree.draw_ranks(make_draws(tree, uniform)), tree.ranks)
    if not _move(shifts):
        return []
    if alone:
        return [Effect(choice, 1, 0, 1, 0) for choice in choices]
    return [
        Effect(choice, *(float(one) for one in found))
        for choice, found in zip(choices, estimate(shifts, len(choices), generator), strict=True)
    ]


def _move(shifts: Numbers) -> bool:
    """Whether ranks move by the draws, each of which ranks somebody."""
    return bool(have_spread(shifts)) and not np.isnan(shifts).any()


def design(sizes: list[int], generator: np.random.Generator) -> Numbers:
    """Numbers in [0, 1), ((choices + 2) × ``BASE``) × columns: two samples A and B, between them A
    with the columns of one choice after the other taken from B.

    ``sizes`` says how many columns each choice has. Both are Latin hypercubes (McKay et al. 1979):
    every column has one number in each of ``BASE`` equal intervals.
    """
    columns = 2 * sum(sizes)
    steps = generator.permuted(np.tile(np.arange(BASE), (columns, 1)), axis=1)
    first, second = np.split(((steps + generator.random(steps.shape)) / BASE).T, 2, axis=1)
    samples, begin = [first], 0
    for size in sizes:
        mixed = first.copy()
        mixed[:, begin : begin + size] = second[:, begin : begin + size]
        samples.append(mixed)
        begin += size
    return np.concatenate([*samples, second])


def estimate(outputs: Numbers, choices: int, generator: np.random.Generator) -> list[Numbers]:
    """First order, its margin, total order, its margin of each choice, from what the model gave for
    the rows of ``design``; margins from resamples of the rows (Archer et al. 1997)."""
    scaled = (outputs - outputs.mean()) / outputs.std()
    first, *mixed, second = scaled.reshape(choices + 2, -1)
    rows = generator.integers(len(first), size=(len(first), RESAMPLES))
    variance = np.var([first, second])
    again = np.var(np.concatenate([first[rows], second[rows]]), axis=0)
    found = []
    for own in mixed:
        # Saltelli et al. 2010, table 2 (b), and Jansen 1999 (f).
        parts = second * (own - first), 0.5 * (first - own) ** 2
        indices = [part.mean() / variance for part in parts]
        margins = [NORMAL_95 * (part[rows].mean(axis=0) / again).std(ddof=1) for part in parts]
        found.append(np.array([indices[0], margins[0], indices[1], margins[1]]))
    return found


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
