"""Sampling error: what the truth behind counted figures may be.

Here: draws of it. Not here: what ranks make of them (``tree``), the estimator by which figures
are stabilised (``stabilisation``), whose prior this is.

The truth of an area is drawn from its posterior: Beta for shares, Gamma for rates and counts, with
the prior of all areas that it is ranked among, so that a figure that chance has made extreme is
not taken for the truth (Goldstein and Spiegelhalter 1996, of ranks; Gelman et al. 2013, 5.3 and
2.6, of both posteriors). Areas are drawn independently of each other, components too.
"""

from __future__ import annotations

import zlib

import numpy as np

from kinhbac.composite.figures import Counts, Numbers, Truths
from kinhbac.composite.stabilisation import find_prior

WORLDS = 100
"""Draws of the truth of one component, among which each draw of a composite picks one: a component
alone has its ranks in a hundred worlds, of two of them ten thousand are mixed."""
LEAST_SPREAD = 0.01
"""The truth of areas is taken to differ by at least this, as a part of the mean (rates) or of the
deviation of a single case (shares): from figures alone nobody can tell less from nothing."""


def seed_of(seed: int, day: int, component: str) -> np.random.Generator:
    """A generator that depends on nothing but what is named."""
    return np.random.default_rng([seed, day, zlib.crc32(component.encode())])


def draw_truths(
    values: Numbers, counts: Counts, rivals: list[Truths], generator: np.random.Generator
) -> Numbers:
    """``WORLDS`` figures for each area of one period (worlds × areas), in the unit of ``values``;
    nan for one that is not counted, or not ranked."""
    found = np.full((WORLDS, len(values)), np.nan)
    for group in rivals:
        own = group & ~np.isnan(values) & ~np.isnan(counts.whole)
        if not own.any():
            continue
        whole, scale = counts.whole[own], counts.scale[own]
        events = np.maximum(values[own] / scale * whole, 0)
        mean, strength = _prior(values, counts, own)
        if counts.is_share[own].any():
            left = np.maximum(whole - events, 0)
            first, second = events + mean * strength, left + (1 - mean) * strength
            drawn = generator.beta(first, second, (WORLDS, len(whole)))
        else:
            drawn = generator.gamma(
                events + mean * strength, 1 / (whole + strength), (WORLDS, len(whole))
            )
        found[:, own] = scale * drawn
    return found


def _prior(values: Numbers, counts: Counts, own: Truths) -> tuple[float, float]:
    """The mean of the prior of one group, and how many cases it is worth."""
    row = Counts(counts.whole[None], counts.scale[None], counts.is_share[None])
    prior = find_prior(values[None], row, own[None])
    is_share, total = bool(counts.is_share[own].any()), float(counts.whole[own].sum())
    # Half an event more (Jeffreys), so that none among all is not taken for never.
    mean = (float(prior.mean[0, 0]) * total + 0.5) / (total + is_share)
    one_case = mean * (1 - mean) if is_share else mean
    least = LEAST_SPREAD**2 * (one_case if is_share else mean**2)
    return mean, one_case / max(float(prior.variance[0, 0]), least) - is_share
