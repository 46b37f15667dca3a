"""Ranks of units, the best first.

Here: ranks with ties as the method says. Not here: intervals of ranks (``uncertainty``).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import polars as pl

from orchestration.composite.figures import Numbers, round_half_away

Ties = Literal["min", "max", "average", "dense"]
DECIMALS = 10
"""Figures that agree to here are the same figure, computed in another order."""


def rank(values: Numbers, direction: str, ties: Ties, decimals: int | None = None) -> Numbers:
    """Ranks of each row (cases × units), 1 for the best; nan keeps no rank.

    ``decimals``: those at which the method calls two units equal, where it prints fewer.
    """
    rounded = round_half_away(values, DECIMALS if decimals is None else decimals)
    cases, units = values.shape
    frame = pl.DataFrame({"case": np.repeat(np.arange(cases), units), "value": rounded.ravel()})
    best_first = direction != "lower_is_better"
    ranks = frame.select(
        pl.col("value").fill_nan(None).rank(ties, descending=best_first).over("case")
    )
    found = ranks["value"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    return np.asarray(found).reshape(values.shape)
