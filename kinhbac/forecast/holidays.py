"""What a holiday without a fixed place does to the months that it may fall into.

Here: what these months have missed a model by, drawn again for those to come. Not here: which months
they are (``forecast_table``), paths (``year_end``).

Tết lies in January or in February; a model with twelve seasons, or with none, does not know in which.
Of such a month nobody knows more than that it may be as odd as those of the years before: each path
takes the error of one of them (a bootstrap of residuals; Efron 1979). Where they missed the model by
no more than other months, nothing is drawn.

Two Januaries of three look like a season. A season does each year the same: where the two months differ
from each other otherwise in one year than in another, by more than neighbours do, that is the calendar.
The model is then told the line between December and March, and paths take what the months lay off it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MOVED = 3.0
"""Times the mean square of other errors, which chance exceeds in a few of a hundred series (F of four
to six over twenty and more errors)."""
TURNED = 5.0
"""Times the variance, over years, of how other neighbours differ, which chance exceeds in two of a hundred
series of three years (F of two over twenty)."""
FEWEST = 4
"""Errors of such months: two years."""


def are_odd(errors: NDArray[np.float64], moving: NDArray[np.bool_]) -> bool:
    """Whether months that are ``moving`` have missed a model by more than the others."""
    own, others = errors[moving], errors[~moving]
    if own.size < FEWEST or not others.size:
        return False
    return bool((own**2).mean() > MOVED * (others**2).mean())


def pass_over(
    series: NDArray[np.float64], moving: NDArray[np.bool_], seasons: int
) -> NDArray[np.float64] | None:
    """The series with a line between their neighbours in the place of periods that are ``moving``, two
    a year; None where these do not differ from each other otherwise in one year than in another."""
    place = np.arange(series.size - 1) % seasons
    apart = np.diff(series)
    own, others = (
        _mean_square(apart[pairs], place[pairs])
        for pairs in (moving[1:] & moving[:-1], ~moving[1:] & ~moving[:-1])
    )
    if own <= TURNED * others:
        return None
    every = np.arange(series.size)
    return np.interp(every, every[~moving], series[~moving])


def _mean_square(apart: NDArray[np.float64], place: NDArray[np.int_]) -> float:
    """That of differences, less the mean of those of one ``place`` in a year."""
    often = np.bincount(place)
    mean = np.bincount(place, apart) / np.maximum(often, 1)
    freedom = apart.size - np.count_nonzero(often)
    return float(((apart - mean[place]) ** 2).sum() / max(freedom, 1))


def share_of_usual(errors: NDArray[np.float64], moving: NDArray[np.bool_]) -> float:
    """The root mean square of errors of months that are not ``moving``, of that of all."""
    return float(np.sqrt((errors[~moving] ** 2).mean() / (errors**2).mean()))


def draw_holidays(
    errors: NDArray[np.float64], ahead: NDArray[np.bool_], paths: int, seed: int
) -> NDArray[np.float64]:
    """What is added to each period to come (× paths) that is marked in ``ahead``: one of the
    ``errors`` of odd months, on their scale."""
    drawn = np.zeros((ahead.size, paths))
    rng = np.random.default_rng(seed)
    drawn[ahead] = rng.choice(errors, size=(int(ahead.sum()), paths))
    return drawn
