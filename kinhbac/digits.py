"""Digits of computed figures: which of them are compared, how they are rounded, how many are shown.

Here: the three rules, for one number. Not here: the same for arrays (``composite.digits``), in SQL
(``dbt_project/macros/figures.sql``) and on pages (``scoreboard/static/filling.js``), which tests
compare with this to the last bit; how a number is written (``words.language``, in sentences of SQL
``words.functions_of_sql``).

**Compared** are twelve significant digits. A binary number carries fifteen to seventeen; adding
a hundred thousand of them, or a dozen operations, costs three or four. What is left is what two
ways of computing one figure have in common: 100 × 0.57 ÷ 0.6 is 95, and not less than 95. Figures
stay as they were computed; only where two of them meet, twelve digits are looked at.

**Rounded** is half up in decimal, as schools and offices do: of two neighbours at the same
distance the one farther from zero is taken, so that −2.5 becomes −3. What lies below a tie by no
more than a 10⁻¹⁵th of itself is one, because sixteen digits are more than a typed number has:
8192.005 is binary 8192.00499999999989 and becomes 8192.01.

**Shown** to people are three significant digits, and never less than the whole part: 76.1, 0.00235,
122838. Where an indicator declares ``decimals``, it is as many as those. One digit more is shown
where three would carry over into another place, so that 99.96 is not read as 100.
"""

from __future__ import annotations

import math

SIGNIFICANT = 12
"""Digits of two figures that are compared."""
NOTHING = 1e-12
"""A sum of which less is left than this share of what was added is nothing."""
SMALLEST, LARGEST = 1e-300, 1e300
"""What is smaller or larger than these has the place of its digits counted as theirs."""
TIE = 1 + 1e-15
"""A figure that reaches a tie when it grows by this is one …"""
TIED_UP_TO = 1e11
"""… up to here, counted in units of the last decimal; beyond it bits are too few to tell."""
SHOWN = 3
"""Significant digits that people are shown …"""
FINEST = 6
"""… with at most so many decimals."""
POWERS = tuple(math.pow(10, power) for power in range(309))


def settled(value: float) -> float:
    """A figure at twelve significant digits: what is compared. Of finite figures.

    >>> settled(100 * 0.57 / 0.6), settled(0.1 + 0.2), settled(-1 / 3)
    (95.0, 0.3, -0.333333333333)
    """
    size = min(max(abs(value), SMALLEST), LARGEST)
    return _at(value * TIE, SIGNIFICANT - 1 - math.floor(math.log10(size)))


def are_same(value: float, other: float) -> bool:
    """Whether two figures are the same.

    >>> are_same(94.99999999999999, 95), are_same(94.9999, 95)
    (True, False)
    """
    return settled(value) == settled(other)


def rounded(value: float, decimals: int) -> float:
    """A figure at so many decimals (0 to 15).

    >>> rounded(8192.005, 2), rounded(3.125, 2), rounded(-2.5, 0)
    (8192.01, 3.13, -3.0)
    """
    is_told = abs(value) * POWERS[decimals] < TIED_UP_TO
    return _at(value * TIE if is_told else value, decimals)


def decimals_of(value: float) -> int:
    """How many decimals of a figure people are shown, where its indicator declares none.

    >>> [decimals_of(value) for value in (76.0912, 0.002345, 1234.5, 99.96, 100.4)]
    [1, 5, 0, 2, 0]
    """
    if not 0 < abs(value) < 10 ** (SHOWN - 1):
        return 0
    place = math.floor(math.log10(max(abs(value), SMALLEST)))
    decimals = min(max(SHOWN - 1 - place, 0), FINEST)
    shown = abs(rounded(value, decimals))
    carries = shown >= math.pow(10, place + 1) and abs(settled(value)) < shown
    return min(decimals + carries, FINEST)


def decimals_apart(value: float, other: float | None, decimals: int | None = None) -> int:
    """How many decimals people are shown of a figure that is told beside another: its own, those
    that are declared or what ``decimals_of`` says, and as many more, up to six, as tell it from
    what it would else look like.

    >>> decimals_apart(94.96, 95), decimals_apart(94.96, 95, 1), decimals_apart(95.0, 95.0)
    (2, 2, 1)
    """
    own = decimals_of(value) if decimals is None else decimals
    if other is None or are_same(value, other):
        return own
    telling = (
        more for more in range(own, FINEST + 1) if rounded(value, more) != rounded(other, more)
    )
    return next(telling, own)


def _at(value: float, decimals: int) -> float:
    """Half away from zero at a decimal place, or at a place before the point (negative); what
    cannot be counted in such units stays."""
    if abs(decimals) >= len(POWERS):
        return value
    power = POWERS[abs(decimals)]
    counted = abs(value) * power if decimals >= 0 else abs(value) / power
    if not math.isfinite(counted):
        return value
    whole = math.floor(counted)
    whole += counted - whole >= 0.5
    return math.copysign(whole / power if decimals >= 0 else whole * power, value) + 0.0
