"""Sampling error: what the truth behind counted figures may be.

Here: draws of it. Not here: what ranks make of them (``tree``), the estimator by which figures
are stabilised (``stabilisation``), which needs one spread and not all that may be.

The truth of an area is drawn from its posterior: Beta for shares, Gamma for rates and counts, with
a prior of all areas that it is ranked among, so that a figure that chance has made extreme is
not taken for the truth (Goldstein and Spiegelhalter 1996, of ranks; Gelman et al. 2013, 5.3 and
2.6, of both posteriors). Areas are drawn independently of each other, components too.
"""

from __future__ import annotations

import zlib

import numpy as np

from kinhbac.composite.figures import Counts, Numbers, Truths

WORLDS = 100
"""Draws of the truth of one component, among which each draw of a composite picks one: a component
alone has its ranks in a hundred worlds, of two of them ten thousand are mixed."""
SPREADS = np.geomspace(0.01, 1, 64, endpoint=False), np.geomspace(0.01, 3, 64)
"""How much the truth of areas may differ: the standard deviation of shares as a part of that of a
single case, of rates as a part of their mean. From figures alone nobody can tell less from nothing;
more than that of a single case no share can have."""


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
        left = np.maximum(whole - events, 0) if counts.is_share[own].any() else None
        mean, strength = _draw_prior(events, whole, left, generator)
        if left is not None:
            first, second = events + mean * strength, left + (1 - mean) * strength
            drawn = generator.beta(first, second, (WORLDS, len(whole)))
        else:
            drawn = generator.gamma(
                events + mean * strength, 1 / (whole + strength), (WORLDS, len(whole))
            )
        found[:, own] = scale * drawn
    return found


def _draw_prior(
    events: Numbers, whole: Numbers, left: Numbers | None, generator: np.random.Generator
) -> tuple[float, Numbers]:
    """The mean of the prior of one group, and how many cases it is worth in each world (worlds × 1).

    How much areas differ is no more known than their truth: few deaths in each do not say that all
    roads are alike. So each world takes another spread, by what it makes of the figures (the
    likelihood of beta-binomial or negative binomial counts) where all spreads are as likely before
    (the prior of Gelman et al. 2013, 5.3).
    """
    from scipy import special  # a tenth of a second to import, where ranks are drawn

    # Half an event more (Jeffreys), so that none among all is not taken for never.
    mean = (float(events.sum()) + 0.5) / (float(whole.sum()) + (left is not None))
    spreads = SPREADS[left is None]
    worth = 1 / spreads**2 - 1 if left is not None else 1 / (mean * spreads**2)

    def rise(first: Numbers, more: Numbers) -> Numbers:
        """The logarithm of first × (first + 1) × … with so many factors more, of each area."""
        return np.asarray(special.gammaln(first + more) - special.gammaln(first))

    prior = worth[:, None]
    if left is None:
        fit = rise(mean * prior, events) + mean * prior * np.log(prior)
        fit -= (mean * prior + events) * np.log(prior + whole)
    else:
        fit = rise(mean * prior, events) + rise((1 - mean) * prior, left) - rise(prior, whole)
    likely = fit.sum(axis=1)
    # The grid is a geometric one: as long as a spread is, so much of all spreads it stands for.
    chances = spreads * np.exp(likely - likely.max())
    return mean, generator.choice(worth, (WORLDS, 1), p=chances / chances.sum())
