"""What becomes of a figure when its delivery is corrected, merged, taken back or agreed upon anew.

Here: the compiled models from deliveries to the history of cells, night after night. Not here:
which file counts (``test_turns``), what a delivery leaves out (``test_whole_deliveries``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kinhbac.reduction.uniting import reduce_records
from kinhbac.registry.tables import write_registry, write_standings
from kinhbac.release.memory import write_memory
from tests.conftest import JANUARY, Province, make_tiny
from tests.straight import Compiled

MODELS = (
    "stg_observations",
    "stg_counted_observations",
    "stg_revised_observations",
    "int_observations",
    "corrections",
    "observation_revisions",
)
FIRST = date(2026, 2, 3)
CELLS = "select area, value, extract, line from int_observations where data_element = 'births'"
HISTORY = (
    "select data_element, area, old_value, new_value, cause, revised_on, turn, correction "
    "from observation_revisions order by all"
)
CORRECTION = """\
{key}:
  data_element: births
  area: "00001"
  period: 2026-01
  old: {old}
  new: {new}
  reason: It was read wrongly from the form.
  agreed_by: [SYT]
  agreed_on: {agreed}
"""
Rows = list[tuple[Any, ...]]


@dataclass
class Clinic:
    """A province whose nights go as far as the history of cells."""

    province: Province
    project: Compiled
    agreed: dict[str, str] = field(default_factory=dict)

    def deliver(self, name: str, text: str) -> None:
        self.province.land(f"clinic/2026-01/{name}.csv", text)

    def agree(self, key: str, old: int, new: int, day: date) -> None:
        self.agreed[key] = CORRECTION.format(key=key, old=old, new=new, agreed=day)

    def withdraw(self, key: str, day: date) -> None:
        self.agreed[key] += f"  withdrawn_on: {day}\n"

    def pass_to(self, day: date, *questions: str) -> list[Rows]:
        """What the night of ``day`` answers."""
        made, data = self.province, self.province.data
        made.write("clinic/corrections.yml", "".join(self.agreed.values()) or "{}\n")
        made.as_of = day
        registry = made.registry
        write_registry(registry, data, day, 1)
        made.receive()
        made.ledger()
        reduce_records(registry, data)
        write_standings(registry, data, day, {"clinic"}, 1)
        write_memory(data)
        self.project.planned.begin(data)
        self.project.compute(data, MODELS)
        return [
            self.project.planned.connection.execute(question).fetchall() for question in questions
        ]


@pytest.fixture
def clinic(tmp_path: Path, project: Compiled) -> Clinic:
    return Clinic(make_tiny(tmp_path), project)


def births(one: int, two: int = 30) -> str:
    return f"Ma,Ten,Sinh,Tram\n00001,Một,{one},9\n00002,Hai,{two},3\n"


def merged(clinic: Clinic) -> Clinic:
    path = clinic.province.sources / "clinic/source.yml"
    contract = path.read_text(encoding="utf-8")
    clinic.province.write("clinic/source.yml", contract + "corrections: {rows: merge}\n")
    return clinic


def test_a_merged_row_keeps_the_extract_and_line_that_told_it(clinic: Clinic) -> None:
    merged(clinic).deliver("2026-02-03_a", JANUARY)
    clinic.deliver("2026-02-09_b", "Ma,Ten,Sinh,Tram\n00002,Hai,31,\n")
    cells, history = clinic.pass_to(date(2026, 3, 1), CELLS, HISTORY)
    told = {area: (value, line) for area, value, _, line in cells}
    assert told == {"00001": (10, 2), "00002": (31, 2)}
    assert len({extract for _, _, extract, _ in cells}) == 2
    assert [row[:5] for row in history] == [
        ("births", "00002", 30, 31, "delivered_again"),
        ("births_at_clinic", "00002", 3, None, "delivered_again"),
    ]


def test_a_merged_file_that_comes_late_lies_beneath_the_others(clinic: Clinic) -> None:
    merged(clinic).deliver("2026-02-09_b", "Ma,Ten,Sinh,Tram\n00001,Một,11,9\n")
    clinic.pass_to(date(2026, 2, 10))
    clinic.deliver("2026-02-03_a", JANUARY)
    cells, history = clinic.pass_to(date(2026, 2, 11), CELLS, HISTORY)
    assert {area: value for area, value, *_ in cells} == {"00001": 11, "00002": 30}
    assert history == []


def test_bytes_that_come_once_more_are_told_as_taking_back(clinic: Clinic) -> None:
    for name, text in (("03_a", births(10)), ("09_b", births(12)), ("12_c", births(10))):
        clinic.deliver(f"2026-02-{name}", text)
    cells, history = clinic.pass_to(date(2026, 3, 1), CELLS, HISTORY)
    assert {area: value for area, value, *_ in cells} == {"00001": 10, "00002": 30}
    assert [row[2:7] for row in history] == [
        (10, 12, "delivered_again", date(2026, 2, 9), 2),
        (12, 10, "taken_back", date(2026, 2, 12), 3),
    ]


def test_a_withdrawn_correction_keeps_its_history(clinic: Clinic) -> None:
    clinic.deliver("2026-02-03_a", births(27))
    clinic.agree("misread", 27, 17, date(2026, 2, 5))
    [before] = clinic.pass_to(date(2026, 2, 6), HISTORY)
    clinic.withdraw("misread", date(2026, 2, 8))
    cells, after = clinic.pass_to(date(2026, 2, 9), CELLS, HISTORY)
    assert [row[2:6] for row in before] == [(27, 17, "correction", date(2026, 2, 5))]
    assert before[0] in after
    assert [row[2:6] for row in after if row not in before] == [
        (17, 27, "correction_withdrawn", date(2026, 2, 8))
    ]
    assert {area: value for area, value, *_ in cells} == {"00001": 27, "00002": 30}


def test_a_correction_that_never_held_has_no_history(clinic: Clinic) -> None:
    clinic.deliver("2026-02-03_a", births(27))
    clinic.agree("of_another_value", 26, 17, date(2026, 2, 5))
    clinic.agree("already_delivered", 25, 27, date(2026, 2, 5))
    assert clinic.pass_to(date(2026, 2, 6), HISTORY) == [[]]


@pytest.mark.parametrize("seed", range(6))
def test_history_never_shrinks(clinic: Clinic, seed: int) -> None:
    """Corrections, withdrawals, new and old files, on time and late, in any order."""
    chance = np.random.default_rng(seed)
    clinic.deliver("2026-02-03_first", births(10))
    before: Rows = []
    for night in range(1, 8):
        day = FIRST + timedelta(night)
        for _ in range(int(chance.integers(1, 3))):
            early = day - timedelta(int(chance.integers(3)))
            match chance.integers(4):
                case 0 | 1:
                    name = f"{max(early, FIRST)}_{night}{chance.integers(9)}"
                    clinic.deliver(name, births(int(chance.integers(10, 13))))
                case 2:
                    old, new = (int(n) for n in chance.choice(range(10, 13), 2, replace=False))
                    held = [t for t in clinic.agreed.values() if "withdrawn" not in t]
                    if not any(f"old: {old}\n" in text for text in held):
                        clinic.agree(f"agreed_{night}_{len(clinic.agreed)}", old, new, day)
                case _:
                    held = [k for k, t in clinic.agreed.items() if "withdrawn" not in t]
                    if held:
                        clinic.withdraw(str(chance.choice(held)), day)
        [now] = clinic.pass_to(day, HISTORY)
        assert not [row for row in before if row not in now], (seed, day)
        before = now
    assert before
