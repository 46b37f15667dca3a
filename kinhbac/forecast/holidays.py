"""What a holiday without a fixed place does to the months that it may fall into.

Here: what these months have missed a model by, drawn again for those to come. Not here: which months
they are (``forecast_table``), paths (``year_end``).

Tết lies in January or in February; a model with twelve seasons, or with none, does not know in which.
Of such a month nobody knows more than that it may be as odd as those of the years before: each path
takes the error of one of them (a bootstrap of residuals; Efron 1979). Where they missed the model by
no more than other months, nothing is drawn.

Two Januaries of three look like a season. Where the two months lie off the line between December and
March otherwise in one year than in another, by more than other months do, that is the calendar and
no season: the model is then told the line, and paths take what they lay off it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MOVED = 3.0
"""Times the mean square of other errors, which chance exceeds in a few of a hundred series (F of four
to six over twenty and more errors)."""
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
    a year; None where these lie off that line no more differently from year to year than others."""
    if not moving.any() or not _move_about(series, moving, seasons):
        return None
    every = np.arange(series.size)
    return np.interp(every, every[~moving], series[~moving])


def _move_about(series: NDArray[np.float64], moving: NDArray[np.bool_], seasons: int) -> bool:
    """Whether the mean square of what two ``moving`` months lie off their line, less the mean of each
    over the years, exceeds that of two others."""
    before, first, second, after = np.lib.stride_tricks.sliding_window_view(series, 4).T
    off = np.stack([first - (2 * before + after) / 3, second - (before + 2 * after) / 3])
    windows = np.lib.stride_tricks.sliding_window_view(moving, 4)
    place = np.arange(windows.shape[0]) % seasons
    of_holidays, of_others = windows[:, 1] & windows[:, 2], ~windows.any(axis=1)
    squares, freedom = np.zeros(2), np.zeros(2)
    for kind, chosen in enumerate((of_holidays, of_others)):
        for month in np.unique(place[chosen]):
            own = off[:, chosen & (place == month)]
            squares[kind] += ((own - own.mean(axis=1, keepdims=True)) ** 2).sum()
            freedom[kind] += 2 * (own.shape[1] - 1)
    return bool(freedom.all() and squares[0] / freedom[0] > MOVED * squares[1] / freedom[1])


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
