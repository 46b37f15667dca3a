"""The scale on which a series is forecast, so that no path can leave what it may be.

Here: from figures to a scale without ends and back. Not here: which bounds a series has (SQL,
``int_forecast_series``), models and paths (``year_end``).

Shares and whatever else lies between two ends are forecast as angles, asin √((x − least) ÷ (most −
least)), on which the spread of a share does not depend on its size and both ends have a place
(Anscombe 1948); where a line through them rises or falls beyond chance as logits, ln((x − least) ÷
(most − x)), on which they go on evenly without passing an end, but few cases near one are skewed.
What has a lowest end alone (counts, amounts) is forecast as square roots, on which the spread of a count
does not depend on its size (the same) and a zero has a place; everything else as it is. What is
symmetric there is not symmetric in the figures' own unit: near an end an interval is short on its side.
An end at which a share has stood has no logit: it stands for all that is half as near to it as the
nearest other figure. One at which it has never stood stays out of reach, or a share that rises from
60 % would be whole at 90.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Bounds:
    """What a figure of a series may be, in its unit; None where there is no end.

    Of a year to date ``least`` bounds what a period adds, ``most`` the whole.
    """

    least: float | None = None
    most: float | None = None


FREE = Bounds()


COUNTED = 3 / 8
"""What is added to a count under its root."""
RISING = 3.0
"""Standard errors of a line's slope, from which on a share is one that rises or falls."""


@dataclass(frozen=True)
class Scale:
    """There and back; between two ends by angles where ``by_angle``, else by logits. Of these what is
    as near as ``near_least`` or ``near_most``, shares of the way between the two ends, counts as the
    end; nothing does where they are nought. ``added`` is what figures get under their root."""

    bounds: Bounds
    near_least: float = 0.0
    near_most: float = 0.0
    added: float = 0.0
    by_angle: bool = False

    def onto(self, figures: Numbers) -> Numbers:
        """Figures on the scale."""
        least, most = self.bounds.least, self.bounds.most
        if least is not None and most is not None:
            share = (figures - least) / (most - least)
            if self.by_angle:
                return np.asarray(np.arcsin(np.sqrt(np.clip(share, 0, 1))))
            share = np.clip(share, self.near_least, 1 - self.near_most)
            with np.errstate(divide="ignore"):  # an end at which the series has never stood
                return np.asarray(np.log(share) - np.log1p(-share))
        if least is not None:
            return np.asarray(np.sqrt(np.maximum(figures - least, 0) + self.added))
        if most is not None:
            return np.asarray(np.sqrt(np.maximum(most - figures, 0)))
        return figures

    def back(self, figures: Numbers) -> Numbers:
        """From the scale to figures, each of them within the bounds."""
        least, most = self.bounds.least, self.bounds.most
        if self.by_angle and least is not None and most is not None:
            share = np.sin(np.clip(figures, 0, np.pi / 2)) ** 2
            return np.asarray(least + (most - least) * share)
        if least is not None and most is not None:
            with np.errstate(over="ignore"):
                share = 1 / (1 + np.exp(-figures))
            # As near as an end counts, it is the end: 100 % comes about as often as it did.
            share = np.where(share <= self.near_least, 0, share)
            share = np.where(share >= 1 - self.near_most, 1, share)
            return np.asarray(least + (most - least) * share)
        if least is not None:
            return np.asarray(least + np.maximum(np.maximum(figures, 0) ** 2 - self.added, 0))
        if most is not None:
            return np.asarray(most - np.maximum(figures, 0) ** 2)
        return figures


def scale_of(series: Numbers, bounds: Bounds) -> Scale:
    """The scale for a series. Of logits an end at which it stood counts as half as near as the figure
    nearest to an end."""
    if bounds.least is None or bounds.most is None:
        counted = bounds.least is not None and np.array_equal(series, np.rint(series))
        return Scale(bounds, added=COUNTED if counted else 0)
    share = (series - bounds.least) / (bounds.most - bounds.least)
    if not _rises(share):
        return Scale(bounds, by_angle=True)
    beside = np.minimum(share, 1 - share)
    beside = beside[beside > 0]
    near = float(beside.min()) / 2 if beside.size else 0.25
    near_least, near_most = (near if stood.any() else 0.0 for stood in (share <= 0, share >= 1))
    return Scale(bounds, near_least, near_most)


def _rises(figures: Numbers) -> bool:
    """Whether a straight line through the figures rises or falls beyond chance."""
    time = np.arange(figures.size) - (figures.size - 1) / 2
    bare = figures - figures.mean()
    along = (bare * time).sum() ** 2 / (time**2).sum()
    off = (bare**2).sum() - along
    return bool(along * (figures.size - 2) > RISING**2 * off)
