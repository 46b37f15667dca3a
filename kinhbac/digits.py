"""Digits of computed figures: which of them are compared, how they are rounded.

Here: the two rules, for one number. Not here: the same for arrays (``composite.digits``), in SQL
(``dbt_project/macros/figures.sql``) and on pages (``scoreboard/static/filling.js``), which tests
compare with this to the last bit; how a number is written (``words``).

**Compared** are twelve significant digits. A binary number carries fifteen to seventeen; adding
a hundred thousand of them, or a dozen operations, costs three or four. What is left is what two
ways of computing one figure have in common: 100 × 0.57 ÷ 0.6 is 95, and not less than 95. Figures
stay as they were computed; only where two of them meet, twelve digits are looked at.

**Rounded** is half up in decimal, as schools and offices do: of two neighbours at the same
distance the one farther from zero is taken, so that −2.5 becomes −3. What lies below a tie by no
more than a 10⁻¹⁵th of itself is one, because sixteen digits are more than a typed number has:
8192.005 is binary 8192.00499999999989 and becomes 8192.01.
"""

from __future__ import annotations

import math

SIGNIFICANT = 12
"""Digits of two figures that are compared."""
NOTHING = 1e-12
"""A sum of which less is left than this share of what was added is nothing."""
SMALLEST, LARGEST = 1e-10, 1e22
"""Between these an exact power of ten moves twelve digits before the point."""
TIE = 1e-15
"""By this share of itself a figure may lie below a tie and still be one …"""
TIED_UP_TO = 1e11
"""… of figures up to here, counted in units of the last decimal; beyond it bits are too few."""
NO_DECIMALS = 2.0**52
"""From here on, in units of the last decimal, a binary number has nothing to be rounded."""
POWERS = tuple(float(f"1e{power}") for power in range(23))
"""Powers of ten, each of them exact."""


def settled(value: float) -> float:
    """A figure at twelve significant digits: what is compared. nan and infinity stay.

    >>> settled(100 * 0.57 / 0.6), settled(0.1 + 0.2), settled(-1 / 3)
    (95.0, 0.3, -0.333333333333)
    """
    size = abs(value)
    if size == 0 or not math.isfinite(value):
        return value
    if not SMALLEST <= size < LARGEST:
        return float(f"{value:.{SIGNIFICANT - 1}e}")
    moved = SIGNIFICANT - 1 - math.floor(math.log10(size))
    up, down = POWERS[max(moved, 0)], POWERS[max(-moved, 0)]
    counted = size * up / down
    return math.copysign(math.floor(counted * (1 + TIE) + 0.5) * down / up, value)


def are_same(value: float, other: float) -> bool:
    """Whether two figures are the same.

    >>> are_same(94.99999999999999, 95), are_same(94.9999, 95)
    (True, False)
    """
    return settled(value) == settled(other)


def rounded(value: float, decimals: int) -> float:
    """A figure at so many decimals (0 to 15). nan and infinity stay.

    >>> rounded(8192.005, 2), rounded(3.125, 2), rounded(-2.5, 0)
    (8192.01, 3.13, -3.0)
    """
    counted = abs(value) * POWERS[decimals]
    if not counted < NO_DECIMALS:
        return value
    tied = counted + min(counted, TIED_UP_TO) * TIE
    return math.copysign(math.floor(tied + 0.5) / POWERS[decimals], value) + 0.0  # never −0
