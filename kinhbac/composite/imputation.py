"""Imputation: a figure for a missing one.

Here: group means and medians, the last known figure, regression on the other components.
Not here: which cells may be imputed (``computation``).
"""

from __future__ import annotations

import importlib
import warnings

import numpy as np

from kinhbac.composite.figures import Grid, Numbers, Truths
from kinhbac.registry.declared.stages import Imputation

LEAST_UNITS = 3
"""A regression on fewer units would repeat them."""


def impute(
    values: Numbers, imputable: Truths, members: Truths, grid: Grid, rule: Imputation
) -> Numbers:
    """``values`` (components × periods × areas) with figures put into ``imputable`` cells.

    Figures are taken from ``members`` (periods × areas) of the same period. A cell for which
    the rule finds nothing to go by stays empty.
    """
    if rule.by == "none" or not imputable.any():
        return values
    if rule.at_most is not None:
        found = _last_known(values, rule.at_most)
    elif rule.by == "regression":
        found = _regress(values, imputable, members)
    else:
        found = _of_groups(values, members, grid, rule)
    return np.where(imputable & np.isnan(values), found, values)


def _of_groups(values: Numbers, members: Truths, grid: Grid, rule: Imputation) -> Numbers:
    """The mean or median of each unit's group in its period."""
    middle = np.nanmean if rule.by == "mean" else np.nanmedian
    groups = np.zeros(len(grid.areas), np.int16)
    if rule.grouping is not None:
        groups = grid.groupings[rule.grouping]
    found = np.full(values.shape, np.nan)
    for group in np.unique(groups[groups >= 0]):
        own = groups == group
        figures = np.where(members & own, values, np.nan)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # a group without a figure stays empty
            found[:, :, own] = middle(figures, axis=2)[:, :, None]
    return found


def _last_known(values: Numbers, at_most: int) -> Numbers:
    """The newest figure of an earlier period, at most ``at_most`` periods old."""
    found = np.full(values.shape, np.nan)
    for age in range(min(at_most, values.shape[1] - 1), 0, -1):
        earlier = values[:, :-age]
        found[:, age:] = np.where(np.isnan(earlier), found[:, age:], earlier)
    return found


def _regress(values: Numbers, imputable: Truths, members: Truths) -> Numbers:
    """Chained Bayesian ridge regressions of each component on the others, period by period.

    ``IterativeImputer`` of scikit-learn (van Buuren and Groothuis-Oudshoorn 2011, with means
    in place of draws, so that the same figures give the same imputation).
    """
    # Importing this module is how scikit-learn lets an experimental estimator be used.
    importlib.import_module("sklearn.experimental.enable_iterative_imputer")
    from sklearn.impute import IterativeImputer

    found = np.full(values.shape, np.nan)
    for period in np.flatnonzero(imputable.any(axis=(0, 2))):
        units = np.flatnonzero(members[period])
        known = np.flatnonzero(~np.isnan(values[:, period, units]).all(axis=1))
        if len(units) < LEAST_UNITS or len(known) < 2:
            continue
        figures = values[np.ix_(known, [period], units)][:, 0].T
        filled = IterativeImputer(max_iter=50, random_state=0).fit_transform(figures)
        found[np.ix_(known, [period], units)] = filled.T[:, None, :]
    return found
