"""Whether a series lets itself be forecast: it has not just broken, and shows its season.

Here: two tests of a series before anything is promised of it. Not here: models and intervals
(``year_end``), what becomes of an outlier or a shift of long ago (the models live with those).

**Broken.** Of a model's errors one period ahead the sums of the last one, two and three, each over
the root of their number, are compared with the spread of the errors before (a moving sum of
residuals: Chu, Hornik and Kuan 1995). Beyond three spreads the newest figures are not of the series
that the model describes, and nobody knows yet whether they stay. On simulated series without a
break it is said of 0 to 6 in a hundred, of a shift by five standard deviations in 94 to 100
(``docs/method.md``). A spread of fewer than twelve errors is too uncertain: then nothing is said.

**A season that cannot be told.** Of twelve months that differ two years tell too little: a level that
moves might have brought them, and an interval that allows for both is half as wide again as last
year's figures say. Where the two agree month by month, without their trend, more than chance gives in one
of two hundred, there is a season; and so there is where one wave a year is as much higher than what stands
around it (the periodogram, as in the test of a line: Thomson 1982), for most seasons come and go evenly. What
stands around it are all shorter waves; or those of two years and of eight months, if they are more, since
what wanders is all waves, the longer the higher.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

MONTHS = 12
SEASONAL_YEARS = 3
"""Whole years from which on a season of months is forecast."""
BROKEN = 3.0
"""Spreads of the errors before, from which on the newest ones are a break."""
NEWEST = 3
"""Periods that are looked at for it, one, two … at a time."""
STEADY = 6
"""Newest errors that do not count for the spread: a break would widen it."""
FEWEST = 12
"""Errors before these, without which there is no spread to speak of."""
AGREEING = 0.708
"""Correlation of twelve pairs that chance exceeds in one of two hundred (Student's t of the correlation,
ten degrees of freedom)."""
WAVE = 6.0
"""How many times as high as what stands around it one wave a year is by chance in one of three hundred
levels of two years, and in one of twenty-five that wander."""
AGREEING_TOGETHER = 0.5
"""The mean of a panel: chance exceeds it once in twenty where all its series are one, and never where they
are not."""


def has_just_broken(errors: NDArray[np.float64], moving: NDArray[np.bool_] | None = None) -> bool:
    """Whether the newest of a model's errors one period ahead are too large for it. ``moving`` marks
    periods that a holiday without a fixed place may fall into: what is odd there is no break."""
    if moving is not None:
        errors = errors[~moving]
    steady = errors[:-STEADY]
    if steady.size < FEWEST:
        return False
    spread = np.sqrt((steady**2).mean())  # about nought: what a model misses each time is no break
    return any(
        abs(errors[-newest:].sum()) > BROKEN * spread * np.sqrt(newest)
        for newest in range(1, NEWEST + 1)
    )


def tells_season(periods: int, seasons: int) -> bool:
    """Whether so many periods tell a season of a year of so many ``seasons``."""
    return seasons > 1 and (seasons != MONTHS or periods >= SEASONAL_YEARS * seasons)


def have_untold_season(
    series: NDArray[np.float64], seasons: int, panels: Sequence[list[int]]
) -> NDArray[np.bool_]:
    """Which of n series × periods are less than three years of months and have a season nevertheless:
    those whose last two years agree as chance does not or are one wave a year, and all of a panel whose
    years agree together.
    ``seasons`` are the periods of a year, ``panels`` the rows of each."""
    if seasons == 1 or tells_season(series.shape[1], seasons):
        return np.zeros(len(series), dtype=bool)
    newest = [_without_trend(each) for each in series[:, -2 * seasons :]]
    agreeing = np.array([_agreement(each) for each in newest])
    untold = (agreeing > AGREEING) | np.array([_wave(each) > WAVE for each in newest])
    for panel in panels:
        untold[panel] |= len(panel) > 1 and agreeing[panel].mean() > AGREEING_TOGETHER
    return np.asarray(untold)


def _without_trend(years: NDArray[np.float64]) -> NDArray[np.float64]:
    """What of two years is off a straight line."""
    time = np.arange(years.size) - (years.size - 1) / 2
    bare = years - years.mean()
    return np.asarray(bare - (bare * time).sum() / (time**2).sum() * time)


def _agreement(years: NDArray[np.float64]) -> float:
    """Correlation of two years, period by period."""
    former, latter = (year - year.mean() for year in np.split(years, 2))
    size = np.sqrt((former**2).sum() * (latter**2).sum())
    return float((former * latter).sum() / size) if size > 0 else 0.0


def _wave(years: NDArray[np.float64]) -> float:
    """How many times as high one wave a year is in two years as those beside it, or as all that are
    shorter if that is more."""
    two_years, one_year, *shorter = (np.abs(np.fft.rfft(years)) ** 2)[1:].tolist()
    around = max(float(np.mean(shorter)), (two_years + shorter[0]) / 2)
    return one_year / around if around > 0 else 0.0
