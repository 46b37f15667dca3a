"""The provinces that are measured: the demonstration, and a tiny one of three small files.

Here: the registry, the days, what has landed before the first night, how one extract is
corrected. Not here: running a night (``one_night``), measuring it (``refresh``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from kinhbac.data_folder import SOURCES, DataFolder
from tests.conftest import AS_OF, FEBRUARY, JANUARY, LAST_JANUARY, make_tiny

DAY = date(2026, 12, 13)
"""The first night of the demonstration; none of its sources delivers on the day after."""


@dataclass(frozen=True)
class Subject:
    """A province to measure. ``correct`` delivers one of its extracts again, a value changed."""

    name: str
    sources: Path
    data: DataFolder
    day: date
    correct: Callable[[DataFolder], None]

    @property
    def new_day(self) -> date:
        """The day after the first night, on which nothing is delivered."""
        return self.day + timedelta(days=1)


def make_demonstration(root: Path) -> Subject:
    """The project's own registry; its first night delivers what is synthetic."""
    return Subject("demonstration", SOURCES, DataFolder(root / "data"), DAY, _correct_month)


def make_tiny_province(root: Path) -> Subject:
    """Two communes of one source, three months of two rows each."""
    tiny = make_tiny(root)
    tiny.land("clinic/2025-01/2025-07-21_a.csv", LAST_JANUARY)
    tiny.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    tiny.land("clinic/2026-02/2026-03-03_a.csv", FEBRUARY)
    return Subject("tiny province", tiny.sources, tiny.data, AS_OF, _correct_january)


def _correct_month(data: DataFolder) -> None:
    path = sorted(data.landing.glob("*/2026-0[1-9]/*.jsonl"))[0]
    again = path.with_name("2026-12-01_again.jsonl")
    text = path.read_text(encoding="utf-8")
    again.write_text(re.sub(r": \d+", ": 7", text, count=1), encoding="utf-8")


def _correct_january(data: DataFolder) -> None:
    again = data.landing / "clinic" / "2026-01" / "2026-03-05_again.csv"
    again.write_text(JANUARY.replace(",9\n", ",8\n"), encoding="utf-8")
