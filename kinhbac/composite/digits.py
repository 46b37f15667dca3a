"""The rules of ``kinhbac.digits`` for whole arrays: comparing, cancelling, rounding.

Here: what those rules give number by number, to the last bit (a test says so). Not here: why they
are as they are.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kinhbac.composite.figures import Numbers
from kinhbac.digits import (
    LARGEST,
    NO_DECIMALS,
    NOTHING,
    POWERS,
    SIGNIFICANT,
    SMALLEST,
    TIE,
    TIED_UP_TO,
    settled,
)

EXACT = np.array(POWERS)


def settle(values: npt.ArrayLike) -> Numbers:
    """Figures at twelve significant digits: what is compared. nan and infinity stay.

    >>> settle([100 * 0.57 / 0.6, 0.1 + 0.2]).tolist()
    [95.0, 0.3]
    """
    given = np.asarray(values, dtype=np.float64)
    size = np.abs(given)
    usual = (size >= SMALLEST) & (size < LARGEST)
    within = np.where(usual, size, 1.0)
    moved = SIGNIFICANT - 1 - np.floor(np.log10(within)).astype(np.int64)
    up, down = EXACT[np.maximum(moved, 0)], EXACT[np.maximum(-moved, 0)]
    counted = within * up / down
    found = np.copysign(np.floor(counted * (1 + TIE) + 0.5) * down / up, given)
    found = np.where(usual, found, given)
    rest = ~usual & np.isfinite(given) & (given != 0)
    if rest.any():
        found[rest] = [settled(one) for one in given[rest].tolist()]
    return found


def subtract(values: npt.ArrayLike, others: npt.ArrayLike) -> Numbers:
    """``values`` − ``others``; nothing at all where both are the same at twelve digits.

    >>> subtract([0.1 + 0.2, 0.5], [0.3, 0.2]).tolist()
    [0.0, 0.3]
    """
    with np.errstate(invalid="ignore", over="ignore"):
        apart = np.asarray(np.subtract(values, others), dtype=np.float64)
    return np.where(settle(values) == settle(others), 0.0, apart)


def cancel(sums: Numbers, sizes: Numbers) -> Numbers:
    """Sums, each zero where its terms, whose absolute values add up to its size, take each other
    away but for what lies beyond twelve digits.

    >>> cancel(np.array([0.3 - 0.1 - 0.2]), np.array([0.6])).tolist()
    [0.0]
    """
    return np.where(np.abs(sums) < NOTHING * sizes, 0.0, sums)


def have_spread(values: Numbers) -> npt.NDArray[np.bool_]:
    """Whether the figures of a row (last axis) differ, apart from nan; a row of none does not."""
    own = settle(values)
    known = ~np.isnan(own)
    high = np.where(known, own, -np.inf).max(axis=-1, initial=-np.inf)
    low = np.where(known, own, np.inf).min(axis=-1, initial=np.inf)
    return np.asarray(high > low)


def round_half_up(values: Numbers, decimals: int | None) -> Numbers:
    """Figures at so many decimals (0 to 15), where a method rounds. nan and infinity stay.

    >>> round_half_up(np.array([8192.005, -2.675]), 2).tolist()
    [8192.01, -2.68]
    """
    if decimals is None:
        return values
    with np.errstate(over="ignore", invalid="ignore"):
        counted = np.abs(values) * EXACT[decimals]
        tied = counted + np.minimum(counted, TIED_UP_TO) * TIE
        found = np.copysign(np.floor(tied + 0.5) / EXACT[decimals], values) + 0.0  # never −0
    return np.where(counted < NO_DECIMALS, found, values)
