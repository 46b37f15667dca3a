"""Figures on a grid of periods and areas, and why one is not there.

Here: the arrays that all stages share. Not here: any stage, tables (``reading``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int16]


class Absence(IntEnum):
    """Why there is no figure; of several reasons the first one speaks."""

    NONE = 0
    HELD = 1
    NO_SHARE = 2
    MISSING_OPERAND = 3
    UNDEFINED = 4
    SUPPRESSED = 5
    NOT_APPLICABLE = 6
    EMPTY_DENOMINATOR = 7

    @property
    def reason(self) -> str | None:
        """The reason as tables write it."""
        return self.name.lower() if self else None


REASONS = {absence.reason: absence for absence in Absence if absence}
REASONS |= dict.fromkeys(("negative_denominator", "condition_unmet"), Absence.NOT_APPLICABLE)


NOTHING_LACKS = 99


def first_reason(absences: Codes, lacking: Truths) -> Codes:
    """Of components (first axis) that are lacking, the reason that speaks for all of them.

    What has nothing to be divided by was delivered: it is undefined, not missing.
    """
    reasons = np.where(lacking, absences, NOTHING_LACKS).min(axis=0)
    undefined = (reasons == Absence.EMPTY_DENOMINATOR) | (reasons == NOTHING_LACKS)
    return np.where(undefined, Absence.UNDEFINED, reasons).astype(np.int16)


@dataclass(frozen=True)
class Counts:
    """Of what figures of one indicator are the counted part (each periods × areas).

    A figure is ``scale`` × events ÷ ``whole``: of a share the whole are cases of which the events
    are some (``is_share``; binomial), of a rate those among whom they happen, of a plain count 1
    (Poisson). nan where nothing is known of it.
    """

    whole: Numbers
    scale: Numbers
    is_share: Truths

    @classmethod
    def unknown(cls, shape: tuple[int, ...]) -> Counts:
        """Of nothing."""
        nothing = np.full(shape, np.nan)
        return cls(nothing, nothing.copy(), np.zeros(shape, bool))

    def at(self, places: Sequence[int]) -> Counts:
        """Those of the periods at ``places``."""
        rows = list(places)
        return Counts(self.whole[rows], self.scale[rows], self.is_share[rows])


@dataclass(frozen=True)
class Figures:
    """Figures of one indicator: ``values`` and ``absences``, both periods × areas, and what they
    were counted from, where anything is known of that."""

    values: Numbers
    absences: Codes
    counts: Counts | None = None

    @property
    def present(self) -> Truths:
        """Where there is a figure."""
        return np.asarray(self.absences == Absence.NONE)

    def at(self, places: Sequence[int]) -> Figures:
        """Those of the periods at ``places``, each as often as it is named."""
        rows = list(places)
        counts = None if self.counts is None else self.counts.at(rows)
        return Figures(self.values[rows], self.absences[rows], counts)


@dataclass(frozen=True)
class Grid:
    """What the axes mean: periods (their first days) and areas with their kinds and groups."""

    periods: tuple[date, ...]
    areas: tuple[str, ...]
    kinds: npt.NDArray[np.str_]
    groupings: dict[str, Codes]
    """Grouping → the number of each area's group, −1 for an area of no group."""

    @property
    def shape(self) -> tuple[int, int]:
        """Periods × areas."""
        return len(self.periods), len(self.areas)
