"""Scales in force: the figures by which components were normalised.

Here: what the treated figures of reference were, so that a scale can be checked and a
normalised figure computed again by hand. Not here: normalising (``normalisation``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np

from kinhbac.composite.board import Board, Key
from kinhbac.composite.reference import method_of
from kinhbac.registry.declared.stages import RELATIVE, ReferenceSpan


def find_scales(board: Board, key: Key) -> Iterator[tuple[date, str, str, float]]:
    """Period, measure, component and value; a span is told once, at its first day.

    Measures: how many figures there were after treatment, the lowest and highest of them,
    their mean and sample deviation. Nothing for goalposts, which the registry says itself.
    """
    own = board.stages[key]
    method = method_of(own.definition)
    if method.normalise.by not in RELATIVE:
        return
    days = board.grid.periods
    timely = board.of_its_time(key)[:, 0]
    told = [(days[int(row)], int(row)) for row in np.flatnonzero(timely)]
    if isinstance(method.reference, ReferenceSpan):
        told = [(method.reference.from_, 0)]
    for name, pool in zip(own.names, own.pools, strict=True):
        if own.definition.components[name].goalposts:
            continue
        for day, row in told:
            figures = pool[row][~np.isnan(pool[row])]
            if figures.size:
                spread = float(figures.std(ddof=1)) if figures.size > 1 else float("nan")
                yield day, "scale_figures", name, float(figures.size)
                yield day, "scale_lowest", name, float(figures.min())
                yield day, "scale_highest", name, float(figures.max())
                yield day, "scale_mean", name, float(figures.mean())
                yield day, "scale_deviation", name, spread
