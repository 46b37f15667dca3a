"""What is wrong with the cells of a column, found while they are read.

Here: the shape of such a finding, and how findings of one column are made. Not here: what is
found (``numbers``, ``moments``, ``values``), telling it (``row_examination``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from kinhbac.spelling import find_unseen

REMEDY = "correct the cell and deliver the file again"


@dataclass(frozen=True)
class Fault:
    """Cells of one column that are wrong in the same way; ``cells`` is a mask of the column."""

    found: str
    rule: str
    remedy: str
    cells: pl.Series


@dataclass(frozen=True)
class Parsed:
    """What a column holds, null where a cell is blank or at fault, and the faults."""

    values: pl.Series
    faults: tuple[Fault, ...] = ()

    @property
    def wrong(self) -> pl.Series:
        """A mask of the cells that are at fault."""
        wrong = pl.repeat(False, len(self.values), dtype=pl.Boolean, eager=True)
        for fault in self.faults:
            wrong |= fault.cells
        return wrong


Reason = Callable[[str], tuple[str, str, str]]
"""Of a cell that cannot be read: what was found, the rule, the remedy."""


def sort_faults(cells: pl.Series, wrong: pl.Series, reason: Reason) -> tuple[Fault, ...]:
    """The cells that are ``wrong``, by what is wrong with them; ``cells`` is how they are written.

    What nobody sees in a cell is told before anything else: whoever looks at it finds no fault.
    """
    if not wrong.any():
        return ()
    texts = cells.filter(wrong).unique(maintain_order=True)
    reasons = {text: _unseen(text, reason(text)) for text in texts}
    by_reason: dict[tuple[str, str, str], list[str]] = {}
    for text, told in reasons.items():
        by_reason.setdefault(told, []).append(text)
    if len(by_reason) == 1:
        [told] = by_reason
        return (Fault(*told, wrong),)
    return tuple(
        Fault(*told, (wrong & cells.is_in(texts)).fill_null(False))
        for told, texts in by_reason.items()
    )


def _unseen(text: str, told: tuple[str, str, str]) -> tuple[str, str, str]:
    unseen = find_unseen(text)
    if not unseen:
        return told
    found, rule, _ = told
    return f"{found}: it holds {unseen}, which nobody sees", rule, "type the cell anew"
