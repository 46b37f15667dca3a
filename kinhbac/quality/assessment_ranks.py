"""Places of databases in the yearly assessment, each with its interval, as of areas in a composite.

Here: the stages of an assessment as figures of a composite (criteria × draws × sources), drawn again
with all that is uncertain at once. Not here: aggregating, ranking and intervals, which are those of
``kinhbac.composite``; points, classes and the step that gains most (``assessment``).

Uncertain are the weights (each a quarter more or less; OECD/JRC, *Handbook on Constructing Composite
Indicators*, 2008, step 7), what chance has made of shares of few (Beta, with Jeffreys' prior; Gelman et
al. 2013, 2.8), and criteria of which nothing is known: anything from nothing to everything. The place
itself is that of the points that are certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kinhbac.composite.aggregation import Normalised, aggregate
from kinhbac.composite.figures import Absence, Numbers
from kinhbac.composite.ranking import rank
from kinhbac.composite.uncertainty import take_interval
from kinhbac.quality.assessment import Assessment, Reached, Scored
from kinhbac.registry.declared.stages import Aggregation

DRAWS, WEIGHTS, INTERVAL = 1000, 0.25, 0.9
"""How often all is drawn, how far each weight may lie off, and the share of draws in an interval."""


@dataclass(frozen=True)
class Place:
    """The place of a source among ``sources``, 1 for the best, and from which to which it may lie."""

    rank: int
    low: int
    high: int
    sources: int


def rank_assessments(assessed: Sequence[Assessment], seed: int) -> list[Place]:
    """The place of each, in their order; the same ``seed`` gives the same. All are assessed by the
    same rules."""
    if not assessed:
        return []
    generator = np.random.default_rng(seed)
    published = np.array([[one.low for one in assessed]])
    ranks = rank(published, "higher_is_better", "min")[0]
    criteria = list(zip(*(one.criteria for one in assessed), strict=True))
    values = np.array([[_draw(one, generator) for one in row] for row in criteria]).swapaxes(1, 2)
    weights = np.array([[row[0].weight] for row in criteria])
    drawn = aggregate(
        Normalised(values, np.full(values.shape, Absence.NONE, np.int16)),
        weights * generator.uniform(1 - WEIGHTS, 1 + WEIGHTS, (len(criteria), DRAWS)),
        np.ones(values.shape[1:], np.bool_),
        Aggregation(by="arithmetic"),
        "wait",
    )
    worlds = rank(drawn.values, "higher_is_better", "min")
    low, _, high = take_interval(worlds, ranks, INTERVAL)
    return [
        Place(int(own), int(least), int(most), len(assessed))
        for own, least, most in zip(ranks, low, high, strict=True)
    ]


def _draw(criterion: Reached, generator: np.random.Generator) -> Numbers:
    """What part of its points a criterion may give, in each draw."""
    if criterion.points is None:
        return generator.random(DRAWS)
    if not criterion.measures:
        return np.full(DRAWS, criterion.points)
    drawn: Numbers = np.mean([_draw_points(one, generator) for one in criterion.measures], axis=0)
    return drawn


def _draw_points(scored: Scored, generator: np.random.Generator) -> Numbers:
    row = scored.row
    found = np.full(DRAWS, row["value"], np.float64)
    if row["unit"] == "share" and row["denominator"] and 0 <= row["value"] <= 1:
        counted = row["value"] * row["denominator"]
        found = generator.beta(counted + 0.5, row["denominator"] - counted + 0.5, DRAWS)
    points: Numbers = np.clip((found - scored.none) / (scored.full - scored.none), 0, 1)
    return points
