"""What series of one panel tell of each other: the communes of one indicator, over the same periods.

Here: how probable each choice of smoothing parameters is for a series whose panel is known, and how many
others it has heard. Not here: how likely a choice makes the figures of one series (``averaging``).

What is expected of all indicators is little; ninety-nine communes of one indicator know better whether
its figures stand still, wander, rise or have seasons. So the shares of the choices in a panel are unknown,
with a Dirichlet prior that lies around what was expected before and counts as ``EXPECTED`` series: of
each series a choice is as probable as its likelihood times what was expected before and what all others
say (a mixture by collapsed variational inference of order nought: Asuncion, Welling, Smyth and Teh 2009).
Who is alone hears nobody, and what is expected of all is expected of it.

Communes are no independent witnesses: what comes over all of them in one month comes once. Series whose
errors go together with a mean correlation ρ count as n ÷ (1 + (n − 1) ρ) of them (the design effect: Kish
1965), which is the variance of one over that of their mean.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

EXPECTED = 10.0
"""Series that what is expected of all indicators counts as."""
SETTLED, ROUNDS = 1e-4, 200
"""Probabilities that move less from one round to the next are found; of more rounds nothing is gained."""


def find_panels(names: Sequence[str | None]) -> list[list[int]]:
    """The places of each panel among the names of all series' panels; who has none is alone."""
    panels: dict[str | int, list[int]] = defaultdict(list)
    for place, name in enumerate(names):
        panels[place if name is None else name].append(place)
    return list(panels.values())


def in_turn(panels: Sequence[list[int]], most: int) -> Iterator[list[int]]:
    """Places of whole panels, at most so many together unless one panel alone has more."""
    together: list[int] = []
    for panel in panels:
        if together and len(together) + len(panel) > most:
            yield together
            together = []
        together = together + panel
    if together:
        yield together


def weigh_together(likely: Numbers, prior: Numbers, heard: float) -> Numbers:
    """Probabilities (n × choices) of series of one panel: ``likely`` (the same) are their likelihoods,
    each row by a scale of its own, ``prior`` what is expected of all, ``heard`` how many independent
    others each has."""
    told = weigh_alone(likely, prior)
    each = heard / max(len(told) - 1, 1)
    for _ in range(ROUNDS if heard else 0):
        before = told
        told = weigh_alone(likely, EXPECTED * prior + each * (before.sum(axis=0) - before))
        if np.abs(told - before).max() < SETTLED:
            break
    return told


def weigh_alone(likely: Numbers, prior: Numbers) -> Numbers:
    """The same of series each of which has a prior of its own (n × choices), or all one."""
    told = likely * prior
    return np.asarray(told / told.sum(axis=1, keepdims=True))


def count_others(errors: Numbers) -> float:
    """How many independent others each series of a panel has, by their errors (n × periods)."""
    size = np.sqrt((errors**2).mean(axis=1, keepdims=True))
    together = (errors / np.where(size > 0, size, 1)).mean(axis=0)
    independent = 1 / max(float((together**2).mean()), 1 / len(errors))
    return max(independent - 1, 0.0)


def share_of_expected(heard: Numbers) -> Numbers:
    """How much of what is known of a series is still what was expected of all."""
    return np.asarray(EXPECTED / (EXPECTED + heard))
