"""Weighting: how much each component counts.

Here: weights as given, equal, or found in the figures of reference. Not here: weights that
missing components leave behind (``aggregation``).
"""

from __future__ import annotations

import numpy as np

from kinhbac.composite.digits import have_spread
from kinhbac.composite.figures import Numbers
from kinhbac.registry.declared.stages import Weighting

LEAST_UNITS = 3


def find_weights(pool: Numbers, given: Numbers, rule: Weighting) -> Numbers:
    """Weights, components × rows of ``pool`` (components × rows × figures).

    pca: squared loadings of the first principal component (OECD/JRC Handbook 2008, section
    6.1, with one factor). critic: deviation × Σ (1 − correlation), so that components that
    repeat others weigh less (Diakoulaki, Mavrotas and Papayannakis 1995). equal_importance:
    weights for which every component's correlation with the arithmetic mean is the same, as
    nearly as weights from 0 to 1 allow (Becker, Saisana, Paruolo and Vandecasteele 2017).
    Where the figures say nothing (fewer than three complete units, no spread) weights are
    nan, and so is what rests on them.
    """
    rows = pool.shape[1]
    if rule == "given":
        return np.repeat(given[:, None], rows, axis=1)
    if rule == "equal":
        return np.ones((len(given), rows))
    found = np.full((len(given), rows), np.nan)
    find = {"pca": _pca, "critic": _critic, "equal_importance": _equal_importance}[rule]
    for row in range(rows):
        figures = pool[:, row]
        complete = figures[:, ~np.isnan(figures).any(axis=0)]
        if complete.shape[1] >= LEAST_UNITS and have_spread(complete).all():
            found[:, row] = find(complete)
    return found


def _correlations(figures: Numbers) -> Numbers:
    return np.atleast_2d(np.corrcoef(figures))


def _pca(figures: Numbers) -> Numbers:
    _, vectors = np.linalg.eigh(_correlations(figures))
    return np.asarray(vectors[:, -1] ** 2)


def _critic(figures: Numbers) -> Numbers:
    contrast = figures.std(axis=1, ddof=1) * (1 - _correlations(figures)).sum(axis=1)
    total = contrast.sum()
    return np.asarray(contrast / total if total > 0 else np.full(len(figures), np.nan))


def _equal_importance(figures: Numbers) -> Numbers:
    from scipy import optimize

    deviations = figures - figures.mean(axis=1, keepdims=True)
    sizes = np.linalg.norm(deviations, axis=1)

    def imbalance(weights: Numbers) -> float:
        mean = weights @ deviations
        correlations = deviations @ mean / (sizes * np.linalg.norm(mean))
        return float(np.var(correlations))

    start = np.full(len(figures), 1 / len(figures))
    found = optimize.minimize(
        imbalance,
        start,
        method="SLSQP",
        bounds=[(0, 1)] * len(figures),
        constraints={"type": "eq", "fun": lambda weights: weights.sum() - 1},
        options={"ftol": 1e-15, "maxiter": 500},
    )
    return np.asarray(found.x)
