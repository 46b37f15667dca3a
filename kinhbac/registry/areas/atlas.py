"""Areas, the codes that name them and what became of them, valid in time.

Here: what was declared, and the look-up from a code on a day to an area. Not here: reading
the files (``area_files``, ``area_groups``, ``successions``), of which areas another one is made
(``area_parts``), roll-up over areas (SQL). A code without a date is ambiguous: 24 meant Bắc
Giang before 1 July 2025 and means Bắc Ninh since.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kinhbac.registry.declared.entries import AreaKind

STATISTICS = "statistics"
"""The code system of the statistics office, whose codes stand in ``areas.csv`` itself."""


@dataclass(frozen=True)
class Area:
    """A province or commune as it stood from one day to another (both included).

    ``area`` is the key everywhere; ``code`` is what the statistics office calls it. The tile
    is its place on the map of equal squares, counted from the north-west.
    """

    area: str
    kind: AreaKind
    code: str
    name_vi: str
    name_en: str
    parent: str | None
    valid_from: date | None
    valid_to: date | None
    tile_column: int | None = None
    tile_row: int | None = None

    def stands(self, first_day: date, last_day: date) -> bool:
        """Whether the area stood on every day from the first to the last."""
        return (self.valid_from or date.min) <= first_day and last_day <= (
            self.valid_to or date.max
        )


@dataclass(frozen=True)
class AreaCode:
    """What one code system calls an area, from one day to another (both included)."""

    code_system: str
    code: str
    area: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class Succession:
    """An area that became another one, or a part of it.

    A whole area has one successor and the share 1. A divided one has several, each with
    its ``share`` of one measure (``share_of``: people, land …; empty: of everything).
    """

    predecessor: str
    successor: str
    share_of: str | None
    share: float | None


@dataclass(frozen=True)
class AreaGroup:
    """The group to which an area belongs in one grouping (wards, rural communes …).

    ``line`` says where in ``area_groups.csv``.
    """

    grouping: str
    area: str
    area_group: str
    line: int | None = None


@dataclass(frozen=True)
class Areas:
    """All areas, their codes, their successions and their groups."""

    areas: dict[str, Area]
    codes: tuple[AreaCode, ...]
    successions: tuple[Succession, ...] = ()
    groups: tuple[AreaGroup, ...] = ()

    def code_list(self, code_system: str, day: date) -> dict[str, Area]:
        """Code → area, as the code system stood on ``day``."""
        return {
            entry.code: self.areas[entry.area]
            for entry in self.codes
            if entry.code_system == code_system and _holds(entry, day)
        }

    def code_systems(self) -> set[str]:
        """The code systems that contracts may name."""
        return {entry.code_system for entry in self.codes}


def _holds(entry: AreaCode, day: date) -> bool:
    return (entry.valid_from or date.min) <= day <= (entry.valid_to or date.max)
