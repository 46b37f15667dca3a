"""Draws: one choice of everything that is uncertain, many times.

Here: the arrays that say what was chosen, and how far ranks moved. Not here: making draws
(``uncertainty``), computing them (``tree``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinhbac.composite.figures import Numbers

Choices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Draws:
    """One choice a draw: numbers of alternatives (0 is the declared one), the leaf left out
    (−1: none), a factor for every weight of the tree (draws × weights), and the world in which each
    counted component is taken (draws × components; −1: as it was counted)."""

    impute: Choices
    normalise: Choices
    aggregate: Choices
    left_out: Choices
    factors: Numbers
    worlds: Choices

    def __len__(self) -> int:
        return len(self.impute)

    def take(self, places: Choices) -> Draws:
        """The draws at ``places``."""
        return Draws(
            self.impute[places],
            self.normalise[places],
            self.aggregate[places],
            self.left_out[places],
            self.factors[places],
            self.worlds[places],
        )


def mean_shift(ranks: Numbers, published: Numbers) -> Numbers:
    """How many places units move on average, a figure a draw; nan where a draw ranks nobody.

    R̄s of Saisana, Saltelli and Tarantola (2005).
    """
    apart = np.abs(ranks - published)
    ranked = (~np.isnan(apart)).sum(axis=1)
    return np.where(ranked > 0, np.nansum(apart, axis=1) / np.maximum(ranked, 1), np.nan)
