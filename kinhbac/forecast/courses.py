"""How the figure of a year follows from those of its periods.

Here: from simulated periods to simulated years to date. Not here: which course an indicator takes
(SQL, ``int_courses``), models and paths of the periods themselves (``year_end``).

A total adds up. A ratio of two flows is the mean of its periods' own ratios, each with the weight
of its denominator: so much of the year is decided already, and what is to come is taken to weigh
what the same periods of last year did.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Weights:
    """Denominators of a ratio to date: behind its figure so far, and of each period to come."""

    so_far: float
    to_come: tuple[float, ...]


def go_on(figure: float, paths: Numbers, weights: Weights | None) -> Numbers:
    """The year to date after each period to come: periods × paths, in the unit of ``figure``, which
    is where it stands. ``paths`` are what periods add or, with ``weights``, their own ratios."""
    if weights is None:
        return np.asarray(figure + np.cumsum(paths, axis=0))
    own = np.asarray(weights.to_come)[:, None]
    above = figure * weights.so_far + np.cumsum(own * paths, axis=0)
    return np.asarray(above / (weights.so_far + np.cumsum(own, axis=0)))
