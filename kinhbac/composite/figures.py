"""Figures on a grid of periods and areas, and why one is not there.

Here: the arrays that all stages share. Not here: any stage, tables (``reading``).
"""

from __future__ import annotations

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
class Figures:
    """Figures of one indicator: ``values`` and ``absences``, both periods × areas."""

    values: Numbers
    absences: Codes

    @property
    def present(self) -> Truths:
        """Where there is a figure."""
        return np.asarray(self.absences == Absence.NONE)


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
