"""Stabilisation: figures of small numbers, drawn towards that of all areas together.

Here: how much areas truly differ in a share or a rate, what is left of a figure when chance is
taken out. Not here: which components are stabilised (``computation``).

The global empirical Bayes estimator of moments: of rates (Poisson) Marshall (1991), of shares
(binomial) Martuzzi and Elliott (1996).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kinhbac.composite.figures import Counts, Numbers, Truths


@dataclass(frozen=True)
class Prior:
    """What areas have in common, a column of periods each, as parts of the whole: their ``mean``,
    all events by all cases, and the ``variance`` of the truth between them, 0 where figures do not
    differ by more than chance makes them."""

    mean: Numbers
    variance: Numbers


def find_prior(values: Numbers, counts: Counts, members: Truths) -> Prior:
    """Mean and variance between the ``members`` (periods × areas) whose figures were counted."""
    own = members & ~np.isnan(values) & ~np.isnan(counts.whole)
    whole = np.where(own, counts.whole, 0.0)
    rates = np.where(own, values / counts.scale, 0.0)
    total = whole.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (whole * rates).sum(axis=1, keepdims=True) / total
        found = (whole * (rates - mean) ** 2).sum(axis=1, keepdims=True) / total
        size = total / own.sum(axis=1, keepdims=True)
        is_share = (own & counts.is_share).any(axis=1, keepdims=True)
        by_chance = mean * np.where(is_share, 1 - mean, 1) / size
        # The variance of one case is that between areas and that within: the rest is within.
        variance = (found - by_chance) / np.where(is_share, 1 - 1 / size, 1)
    return Prior(mean, np.where(variance > 0, variance, 0.0))


def stabilise(values: Numbers, counts: Counts, members: Truths) -> Numbers:
    """The figures (periods × areas) of members as they are expected to be without chance; the
    others as they are. Where areas do not differ beyond chance, all have the common figure."""
    prior = find_prior(values, counts, members)
    own = members & ~np.isnan(values) & ~np.isnan(counts.whole)
    one_case = np.where(counts.is_share, prior.mean * (1 - prior.mean) - prior.variance, prior.mean)
    with np.errstate(invalid="ignore", divide="ignore"):
        trust = prior.variance / (prior.variance + np.maximum(one_case, 0) / counts.whole)
    trust = np.where(prior.variance > 0, trust, 0.0)
    common = counts.scale * prior.mean
    return np.where(own, common + trust * (values - common), values)
