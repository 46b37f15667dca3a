"""Consistency: whether the components of a composite belong together, and what each is worth.

Here: Cronbach's alpha, correlations, principal components, effective weights. Not here: what
ranks do when choices change (``uncertainty``, ``sensitivity``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kinhbac.composite.computation import Stages
from kinhbac.composite.digits import have_spread
from kinhbac.composite.figures import Absence, Numbers, Truths

COLLINEAR = 0.92
"""Components that correlate more strongly than this say nearly the same (Handbook, step 4)."""


@dataclass(frozen=True)
class Consistency:
    """What the normalised components of one composite are to each other in one period.

    ``correlations`` components × components; ``loadings`` components × principal components,
    the strongest first; ``explained`` the share of the variance of each; nan where there is
    no spread.
    """

    units: int
    alpha: float
    correlations: Numbers
    loadings: Numbers
    explained: Numbers


def examine(own: Stages, period: int) -> Consistency | None:
    """The consistency of a composite's components over the units that have all of them.

    alpha = k ÷ (k − 1) × (1 − Σ variances ÷ variance of the sum) (Cronbach 1951). Principal
    components are those of the correlation matrix. None for fewer than two components, or
    where there are not more units than components: a handful says nothing of them.
    """
    complete = own.members[period] & (own.absences[:, period] == Absence.NONE).all(axis=0)
    figures = own.normalised[:, period, complete]
    count, units = figures.shape
    if count < 2 or units <= count:
        return None
    spread = have_spread(figures)
    total = figures[spread].sum(axis=0)
    alpha = np.nan
    if spread.sum() > 1 and have_spread(total):
        shares = figures[spread].var(axis=1, ddof=1).sum() / total.var(ddof=1)
        alpha = count / (count - 1) * (1 - shares)
    correlations = np.full((count, count), np.nan)
    if spread.any():
        correlations[np.ix_(spread, spread)] = np.corrcoef(figures[spread])
    loadings, explained = np.full((count, count), np.nan), np.full(count, np.nan)
    if spread.sum() > 1:
        values, vectors = np.linalg.eigh(correlations[np.ix_(spread, spread)])
        values, vectors = np.clip(values[::-1], 0, None), vectors[:, ::-1]
        signs = np.where(vectors.sum(axis=0) < 0, -1.0, 1.0)
        kept = int(spread.sum())
        loadings[np.ix_(spread, np.arange(kept))] = vectors * signs * np.sqrt(values)
        explained[:kept] = values / kept
    return Consistency(units, float(alpha), correlations, loadings, explained)


def correlate(values: Numbers, others: Numbers, units: Truths) -> float:
    """Pearson's correlation over the units that have both; nan where there is no spread."""
    both = units & ~np.isnan(values) & ~np.isnan(others)
    if both.sum() < 3 or not (have_spread(values[both]) and have_spread(others[both])):
        return float("nan")
    return float(np.corrcoef(values[both], others[both])[0, 1])
