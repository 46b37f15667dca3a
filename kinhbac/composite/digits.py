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
    NOTHING,
    POWERS,
    SIGNIFICANT,
    SMALLEST,
    TIE,
    TIED_UP_TO,
)

MOST = len(POWERS)
UP = np.array([*np.ones(MOST), *POWERS, np.inf])
DOWN = np.array([np.inf, *POWERS[:0:-1], 1.0, *np.ones(MOST)])
"""By what a figure is multiplied, and divided, to have a decimal place before the point; the place
that is number ``MOST`` is the point itself, and beyond either end nothing can be counted."""


def settle(values: npt.ArrayLike) -> Numbers:
    """Figures at twelve significant digits: what is compared. nan stays.

    >>> settle([100 * 0.57 / 0.6, 0.1 + 0.2]).tolist()
    [95.0, 0.3]
    """
    given = np.asarray(values, dtype=np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        size = np.minimum(np.maximum(np.abs(given), SMALLEST), LARGEST)  # np.clip takes longer
        places = np.floor(np.log10(size)).astype(np.int16)
        return _at(given * TIE, SIGNIFICANT - 1 - places)


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
    """Figures at so many decimals (0 to 15), where a method rounds. nan stays.

    >>> round_half_up(np.array([8192.005, -2.675]), 2).tolist()
    [8192.01, -2.68]
    """
    if decimals is None:
        return values
    with np.errstate(over="ignore", invalid="ignore"):
        is_told = np.abs(values) * POWERS[decimals] < TIED_UP_TO
        return _at(np.where(is_told, values * TIE, values), np.int16(decimals))


def _at(values: Numbers, decimals: npt.NDArray[np.int16] | np.int16) -> Numbers:
    """Half away from zero at a decimal place, or at one before the point (negative)."""
    place = np.minimum(np.maximum(decimals + np.int16(MOST), 0), len(UP) - 1)
    counted, down = np.abs(values), None
    if place.size and place.min() < MOST:  # else all are divided by one
        down = DOWN[place]
    up = UP[place]
    counted = counted * up if down is None else counted * up / down
    whole = np.floor(counted)
    whole = whole + (counted - whole >= 0.5)
    found = np.copysign(whole / up if down is None else whole * down / up, values) + 0.0  # never −0
    told = np.isfinite(counted) if down is None else np.isfinite(counted) & (down < np.inf)
    return found if told.all() else np.where(told, found, values)
