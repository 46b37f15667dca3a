"""Files of kinds with which practitioners had trouble, one by one: what becomes of each.

Here: every file of ``../shared/cases`` by its name, and what its README.md calls right. Not here:
reports (``unit/test_reported_cases``), large files (``unit/test_delivery_limits``), faults that need more
than a file (``hostile.csv``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.conftest import VOCABULARY, Province, in_folder, write_tiny_registry
from tests.straight import Compiled

AREAS = """\
area,kind,code,name_vi,name_en,parent,valid_from,valid_to
24,province,24,Tỉnh Bắc Ninh,Bac Ninh,,2025-07-01,
07210,commune,07210,Phường Bắc Giang,Bac Giang,24,2025-07-01,
07228,commune,07228,Phường Đa Mai,Da Mai,24,2025-07-01,
07246,commune,07246,Xã C,C,24,2025-07-01,
former-24,former_province,24,Bắc Giang,Bac Giang,,,2025-06-30
"""
CONTRACT = """\
source: clinic
name: {vi: Hồ sơ, en: Dossiers}
sector: health
owner: [{agency: SYT, from: 2025-07-01}]
synthetic: true
delivery: {format: csv, frequency: month}
table: {area: {column: Mã đơn vị, name: Tên đơn vị, codes_as_of: 2025-07-01}}
data_elements:
  dossiers: {name: {vi: a, en: a}, unit: person, column: Số hồ sơ, over_time: sum, over_areas: sum}
"""
RATE = """\
  on_time: {name: {vi: b, en: b}, unit: percent, column: Tỷ lệ đúng hạn (%), over_time: last,
            over_areas: none}
"""
BOOK = {"format: csv": "format: xlsx", "data_elements:\n": f"data_elements:\n{RATE}"}
DECIMAL = {"frequency: month": 'frequency: month, decimal: ",", thousands: "."'}
PAD = {"{column: Mã đơn vị,": "{column: Mã đơn vị, codes: {pad: true},"}
POINTS = {"unit: person": "unit: point"}
CHECKED = {"table: {": "table: {totals: checked, "}
BALANCE = {
    "frequency: month}": "frequency: month}\nmandate: {from: 2025-01}",
    "name: Tên đơn vị, codes_as_of: 2025-07-01}": "codes_as_of: 2025-07-01}, period: {column: Kỳ}",
    "unit: person, column: Số hồ sơ": "unit: point, column: Chênh lệch thu chi",
}
Figures = dict[str, float]


@dataclass(frozen=True)
class Case:
    """A file, its contract (``CONTRACT`` but for ``edits``), what is said and what is taken in."""

    name: str
    edits: dict[str, str] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    dossiers: Figures | None = None
    on_time: Figures = field(default_factory=dict)
    absent: tuple[str, ...] = ()


TWO = {"07210": 120.0, "07228": 80.0}
READINGS = "«1.234» it can be read as 1234 and as 1.234"
PEOPLE = "looks like identity numbers (1 of 2 cells), and is not declared personal"
CASES = (
    Case("percent_cells.xlsx", BOOK, ("«91.5» some cells",)),
    Case("thousands_dot.csv", {}, (READINGS,)),
    Case("thousands_dot.csv", POINTS, (READINGS,)),
    Case("thousands_dot.csv", DECIMAL, (), {"07210": 1234.0, "07228": 80.0}),
    Case("numbers_as_text.xlsx", BOOK, (READINGS, "«93,5» it is not a number")),
    Case("numbers_as_text.xlsx", BOOK | DECIMAL, (), {"07210": 1234.0, "07228": 80.0},
         {"07210": 93.5, "07228": 90.0}),
    Case("codes_as_numbers.xlsx", BOOK, (), TWO, {"07210": 93.5, "07228": 90.0}),
    Case("zeros_lost.csv", {},
         ("2 lines, such as 2, 3: «7210», «7228» the code has lost its zeros; meant: 07210 (Phường "
          "Bắc Giang), 07228 (Phường Đa Mai)",)),
    Case("zeros_lost.csv", PAD, ("the code has lost its zeros",), TWO),
    Case("person_in_cells.csv", {}, (f":2, Số hồ sơ: the column {PEOPLE}",
         f":3, Mã đơn vị: the column {PEOPLE}"), absent=("Trần", "Lê", "001234567890", "0900000000")),
    Case("negative_base.csv", BALANCE, (),
         {"07210": 0.0, "07228": -70.0, "07246": 5.0}),
    Case("semicolon.csv", {}, ("the separator «;» found. Rule: the contract promises the separator «,»",)),
    Case("utf16.csv", {}, ("the encoding utf-16, the separator a tab found",)),
    Case("total_row.csv", {}, ("«Tổng cộng» the row is a total of the others",)),
    Case("total_row.csv", CHECKED, (), TWO),
)  # fmt: skip
"""What each file of the folder gives."""
ASKED_ELSEWHERE = {"README.md", "reports", "hostile.csv", "make_large.py"}


def prepare(made: Province, case: Case, shared: Path) -> None:
    """The registry of a case, and its file in the landing zone."""
    write_tiny_registry(made)
    made.write("areas.csv", AREAS)
    made.write("vocabulary.yml", VOCABULARY.replace("en: persons", "en: persons, counted: true"))
    text = CONTRACT
    for old, new in case.edits.items():
        assert old in text
        text = text.replace(old, new)
    made.write("clinic/source.yml", text)
    made.write("clinic/indicators.yml", "{}\n")
    made.land(f"clinic/2026-01/2026-02-03_{case.name}", (shared / "cases" / case.name).read_bytes())


def test_every_file_is_asked(shared: Path) -> None:
    names = {path.name for path in (shared / "cases").iterdir()}
    assert names == {case.name for case in CASES} | ASKED_ELSEWHERE


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_file_from_practice(shared: Path, tmp_path: Path, case: Case) -> None:
    made = in_folder(tmp_path)
    prepare(made, case, shared)
    reception = made.receive()
    problems = [str(problem) for problem in reception.problems]
    assert len(problems) == len(case.said), problems
    for said in case.said:
        assert any(said in problem for problem in problems), problems
    assert not [word for word in case.absent if word in "".join(problems)]
    assert reception.accepted == (case.dossiers is not None)
    if case.dossiers is not None:
        [path] = made.data.raw.rglob("*.parquet")
        assert sums(path, "dossiers") == case.dossiers
        assert sums(path, "on_time") == case.on_time


def sums(path: Path, element: str) -> Figures:
    """What is taken in of an element, by area."""
    rows = pl.read_parquet(path).filter(data_element=element)
    return dict(rows.group_by("area").agg(pl.col("value").sum()).rows())


GROWTH = """\
growth:
  name: {vi: a, en: a}
  group: impact
  purpose: Shows what has no percentage.
  frequency: month
  direction: neutral
  numerator: {dossiers: 1, previous_year(dossiers): -1}
  denominator: previous_year(dossiers)
  scale: 100
  unit: percent
balance:
  name: {vi: a, en: a}
  group: input
  purpose: Shows what is left.
  frequency: month
  direction: neutral
  numerator: dossiers
  unit: point
"""


def test_no_growth_from_a_base_below_or_at_zero(
    shared: Path, tmp_path: Path, project: Compiled
) -> None:
    made = in_folder(tmp_path, project)
    [case] = [case for case in CASES if case.name == "negative_base.csv"]
    prepare(made, case, shared)
    made.write("clinic/indicators.yml", GROWTH)
    made.build()
    asked = "where {} = '{}' and period_start = '2026-01-01' and area != '24' order by area"
    values: list[tuple[Any, ...]] = made.query(
        f"select area, value, reason from indicator_values {asked.format('indicator', 'growth')}"
    )
    assert values == [
        ("07210", None, "negative_denominator"),
        ("07228", None, "negative_denominator"),
        ("07246", None, "empty_denominator"),
    ]
    changes = made.query(
        f"select area, last_year_change, last_year_change_percent from indicator_changes {asked.format('indicator', 'balance')}"
    )
    assert changes == [("07210", 20, None), ("07228", 10, None), ("07246", 5, None)]
