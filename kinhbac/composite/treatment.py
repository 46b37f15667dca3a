"""Treatment of outliers: winsorising, logarithms and Box-Cox powers.

Here: finding the limits in the figures of reference and applying them to all figures. Not
here: which figures are those of reference (``computation``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from kinhbac.composite import transformation
from kinhbac.composite.digits import have_spread, settle
from kinhbac.composite.figures import Codes, Numbers, Truths
from kinhbac.registry.declared.stages import Treatment, WinsoriseTreatment

SHIFT = 0.01
"""A logarithm is taken of the distance to the lowest figure plus this share of the range."""
LEAST_FIGURES = 4
KEPT = 64
"""Pools whose limits are remembered, 10 kB each for a hundred areas and a year."""
MARKS = ("", "winsorised_low", "winsorised_high", "log", "box_cox", *transformation.MARKS)
TRANSFORMED = 5
"""Number of the first mark that tells what was done to every figure."""


@dataclass(frozen=True)
class Treated:
    """Treated figures (periods × areas) and, by number, what was done to each (``MARKS``)."""

    values: Numbers
    marks: Codes


def treat(values: Numbers, pool: Numbers, rule: Treatment) -> Treated:
    """Treat one component's figures (periods × areas).

    ``pool`` holds the figures of reference, a row a period or one row for all; it alone
    decides what is treated, and how.
    """
    untouched = np.zeros(values.shape, np.int16)
    if rule.by == "none":
        return Treated(values, untouched)
    if isinstance(rule, WinsoriseTreatment):
        low, high = find_limits(pool, rule)
        own = settle(values)
        marks = untouched + np.int16(1) * (own < settle(low)) + np.int16(2) * (own > settle(high))
        return Treated(np.clip(values, low, high), marks.astype(np.int16))
    skewed = exceeds(pool, rule.skewness, rule.kurtosis)[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        changed = _transform(values, np.where(skewed, pool, np.nan), rule.by)
    mark = MARKS.index(rule.by)
    told = np.where(skewed & ~np.isnan(values), mark, 0).astype(np.int16)
    return Treated(np.where(skewed, changed, values), told)


def exceeds(pool: Numbers, skewness: float, kurtosis: float) -> Truths:
    """Rows whose absolute skewness and excess kurtosis (both type 2) pass their limits.

    Type 2 are the estimators G1 and G2 of Joanes and Gill (1998), of at least four figures.
    """
    found = np.zeros(len(pool), bool)
    rows = np.flatnonzero((~np.isnan(pool)).sum(axis=1) >= LEAST_FIGURES)
    if rows.size:
        skew, kurt = _shape(pool[rows])
        found[rows] = (settle(np.abs(skew)) > skewness) & (settle(kurt) > kurtosis)
    return found


def _shape(figures: Numbers) -> tuple[Numbers, Numbers]:
    """Skewness and excess kurtosis of each row, of at least four figures; nan for a row without
    spread.

    Those of ``scipy.stats`` without bias, which takes half a second to import and a
    millisecond a call. A row's figures do not depend on those of other rows, to the last bit.
    """
    count = (~np.isnan(figures)).sum(axis=1)
    mean = np.nansum(figures, axis=1) / count
    apart = figures - mean[:, None]
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        square = apart * apart  # a power is a dozen times as slow
        powers = (square, square * apart, square * square)
        second, third, fourth = (np.nansum(power, axis=1) / count for power in powers)
        # Figures that are the same have no shape but that of rounding.
        second = np.where(have_spread(figures), second, np.nan)
        skew = np.sqrt(count * (count - 1)) / (count - 2) * third / second**1.5
        over = (count + 1) * fourth / second**2 - 3 * (count - 1)
        return skew, (count - 1) / ((count - 2) * (count - 3)) * over


def find_limits(pool: Numbers, rule: WinsoriseTreatment) -> tuple[Numbers, Numbers]:
    """Lowest and highest figure after winsorising, a column each; infinite where untouched.

    While a row exceeds both limits, its farthest figure on the side of the tail takes the
    value of the next one, until ``at_most`` points were drawn in (OECD/JRC Handbook, step 3;
    Becker et al. 2022).
    """
    return _find_limits(pool.tobytes(), pool.shape, rule)


@lru_cache(maxsize=KEPT)
def _find_limits(
    content: bytes, shape: tuple[int, ...], rule: WinsoriseTreatment
) -> tuple[Numbers, Numbers]:
    """Remembered, for the draws of a composite ask again and again of the same figures."""
    pool = np.frombuffer(content).reshape(shape)
    work = pool.copy()
    low, high = np.full((len(pool), 1), -np.inf), np.full((len(pool), 1), np.inf)
    most = np.full(len(pool), rule.at_most)
    if rule.at_most < 1:
        most = np.floor(rule.at_most * (~np.isnan(pool)).sum(axis=1))
    rows = np.flatnonzero(exceeds(work, rule.skewness, rule.kurtosis))
    while rows.size:
        sign = np.where(_shape(work[rows])[0] > 0, 1.0, -1.0)[:, None]
        turned = work[rows] * sign
        farthest = np.nanmax(turned, axis=1, keepdims=True)
        inside = settle(turned) < settle(farthest)
        following = np.nanmax(np.where(inside, turned, np.nan), axis=1, keepdims=True)
        told = settle(pool[rows])
        drawn_in = told * sign > settle(following)
        elsewhere = ((told < settle(low[rows])) | (told > settle(high[rows]))) & ~drawn_in
        allowed = (drawn_in | elsewhere).sum(axis=1) <= most[rows]
        rows, sign, following = rows[allowed], sign[allowed], following[allowed]
        work[rows] = np.minimum(work[rows] * sign, following) * sign
        upper = sign[:, 0] > 0
        high[rows[upper]] = following[upper]
        low[rows[~upper]] = -following[~upper]
        rows = rows[exceeds(work[rows], rule.skewness, rule.kurtosis)]
    return low, high


def _transform(values: Numbers, pool: Numbers, by: str) -> Numbers:
    """Logarithm or power of the distance to the lowest figure of reference."""
    from scipy import special, stats

    known = ~np.isnan(pool).all(axis=1)
    lowest, size = np.full((len(pool), 1), np.nan), np.full((len(pool), 1), np.nan)
    lowest[known] = np.nanmin(pool[known], axis=1, keepdims=True)
    size[known] = np.nanmax(pool[known], axis=1, keepdims=True) - lowest[known]
    moved = values - lowest + SHIFT * size
    if by == "log":
        return np.asarray(np.log(moved))
    powers = np.full((len(pool), 1), np.nan)
    for row in np.flatnonzero(have_spread(pool)):
        figures = pool[row] - lowest[row] + SHIFT * size[row]
        powers[row] = stats.boxcox(figures[~np.isnan(figures)])[1]
    return np.asarray(special.boxcox(moved, powers))
