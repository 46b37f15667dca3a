"""Ranks of units, the best first.

Here: ranks with ties as the method says. Not here: intervals of ranks (``robustness``).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy import stats

from orchestration.composite.figures import Numbers, round_half_away

Ties = Literal["min", "max", "average", "dense"]
DECIMALS = 10
"""Figures that agree to here are the same figure, computed in another order."""


def rank(values: Numbers, direction: str, ties: Ties, decimals: int | None = None) -> Numbers:
    """Ranks along the last axis, 1 for the best; nan keeps no rank.

    ``decimals``: those at which the method calls two units equal, where it prints fewer.
    """
    sign = 1.0 if direction == "lower_is_better" else -1.0
    rounded = sign * round_half_away(values, DECIMALS if decimals is None else decimals)
    found = stats.rankdata(rounded, method=ties, axis=-1, nan_policy="omit")
    return np.asarray(found, dtype=np.float64)
