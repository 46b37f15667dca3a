"""How far beyond a limit a counted figure must lie, so that chance alone seldom puts one there.

Here: from the evidence that a rule asks for to standard deviations: of one figure, of one that is
looked at again and again while it runs on, of several that add up. Not here: what a rule declares
(``limits``), how far a figure lies (SQL, ``macros/noise.sql``), whether it is told (``macros/limits.sql``).
"""

from __future__ import annotations

from functools import cache
from math import exp, sqrt
from statistics import NormalDist

NORMAL = NormalDist()
EVIDENCE = 0.925
"""What a rule asks for that declares nothing else: the least with which no kind of rule starts more
than one yellow and a tenth of a red in 99 communes a month where nothing is wrong."""
ALLOWANCE = 0.5
"""Standard deviations of each figure that a cumulative sum leaves out (``macros/limits.sql`` has it
too; a test keeps them together): the half of a shift by one, which it then finds soonest."""
BEYOND_THE_END = 1.166
"""By how much on average a sum of normal deviates that passes an end overshoots both of them."""
LOWEST, STEP = -5.0, 0.4
"""Of the sums that have not passed their limit: where they stop to matter, and how finely they are
followed."""


@cache
def distance_of(evidence: float, looks: int = 1) -> float:
    """How many standard deviations beyond a limit a figure must lie for ``evidence``, one-sided.

    A year to date that is looked at each month has twelve chances to lie there, so a truth on the limit
    is told in one of ``looks`` as seldom as the evidence says (Pocock 1977; by the recursion of
    Armitage, McPherson and Rowe 1969).
    """
    if looks == 1:
        return NORMAL.inv_cdf(evidence)
    low, high = NORMAL.inv_cdf(evidence), NORMAL.inv_cdf(1 - (1 - evidence) / looks)
    error_low, error_high = (_passing(end, looks) - (1 - evidence) for end in (low, high))
    for _ in range(8):  # false position: both ends are near, and the function is smooth
        middle = high - error_high * (high - low) / (error_high - error_low)
        error = _passing(middle, looks) - (1 - evidence)
        if abs(error) < 1e-6:
            break
        if error > 0:
            low, error_low = middle, error
        else:
            high, error_high = middle, error
    return middle


def _passing(distance: float, looks: int) -> float:
    """How likely sums of 1, 2, … ``looks`` normal deviates ever lie as far beyond what is expected."""
    sums, weights = _up_to(distance)
    dense = [weight * NORMAL.pdf(one) for one, weight in zip(sums, weights, strict=True)]
    passed = 1 - NORMAL.cdf(distance)
    for look in range(2, looks + 1):
        end = distance * sqrt(look)
        passed += sum(
            part * (1 - NORMAL.cdf(end - one)) for one, part in zip(sums, dense, strict=True)
        )
        if look < looks:
            ahead, weights = _up_to(end)
            dense = [
                weight
                * sum(part * NORMAL.pdf(to - one) for one, part in zip(sums, dense, strict=True))
                for to, weight in zip(ahead, weights, strict=True)
            ]
            sums = ahead
    return passed


def _up_to(end: float) -> tuple[list[float], list[float]]:
    """Places from the lowest to ``end`` with the weights of Simpson's rule."""
    half = max(round((end - LOWEST) / STEP / 2), 2)
    step = (end - LOWEST) / (2 * half)
    weights = [1, *([4, 2] * half)[:-1], 1]
    return (
        [LOWEST + place * step for place in range(2 * half + 1)],
        [step / 3 * weight for weight in weights],
    )


@cache
def decision_interval_of(evidence: float) -> float:
    """How high a cumulative sum of distances, each less ``ALLOWANCE``, must stand to be told.

    A truth on the limit is told for the first time after 1 ÷ (1 − evidence) figures on average, as
    it is where each figure is judged by itself (Page 1954; by the approximation of Siegmund 1985).
    """
    length, low, high = 1 / (1 - evidence), 0.0, 60.0
    for _ in range(60):
        middle = (low + high) / 2
        steps = 2 * ALLOWANCE * middle
        low, high = (
            (middle, high)
            if (exp(steps) - steps - 1) / (2 * ALLOWANCE**2) < length
            else (low, middle)
        )
    return max(0.0, low - BEYOND_THE_END)
