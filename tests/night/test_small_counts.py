"""Small counts are suppressed in everything that is told, and nobody computes them again.

Here: a night with protected counts, by area, sex, month and running total; and who tries: every
number of every table of the candidate that a release shows is taken for what it is. Not here: the
choice of cells by itself (``tests/unit/test_disclosure.py``). Past 200 lines: the night, and the attacker.
"""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pytest
from scipy import optimize

from kinhbac.checks.candidate import published_tables
from tests.conftest import VOCABULARY, Province, in_folder, write_tiny_registry
from tests.straight import Compiled

Terms = dict[tuple[str, str, str], float]
"""Data element, area and month: how often it is counted."""
COMMUNES = [f"{number:05}" for number in range(1, 7)]
AREAS = "area,kind,code,name_vi,name_en,parent,valid_from,valid_to\n" + "".join(
    [
        "24,province,24,Tỉnh,Province,,2025-07-01,\n",
        *(f"{c},commune,{c},Xã {c},Commune {c},24,2025-07-01,\n" for c in COMMUNES),
    ]
)
WARD = """\
source: ward
name: {vi: Trạm, en: Wards}
sector: health
owner: [{agency: SYT, from: 2025-07-01}]
synthetic: true
delivery: {format: csv, frequency: month, expected_from: 2025-01, due_days: 5}
table: {area: {column: Ma, codes_as_of: 2025-07-01}}
data_elements:
  cases: {name: {vi: a, en: a}, unit: person, column: Ca, over_time: sum, over_areas: sum, min: 0,
          disclosure: {below: 5}, breakdowns: {sex: {columns: {female: Nu, male: Nam}}}}
  deaths: {name: {vi: b, en: b}, unit: person, column: Chet, over_time: cumulative,
           over_areas: sum, min: 0, disclosure: {below: 5}}
  people: {name: {vi: c, en: c}, unit: person, column: Dan, over_time: last, over_areas: sum}
  visits: {name: {vi: d, en: d}, unit: person, column: Kham, over_time: sum, over_areas: sum}
"""
HEAD = """\
  name: {vi: a, en: a}
  group: process
  purpose: Shows what may not be told.
  frequency: month
  direction: neutral
"""
INDICATORS = f"""\
cases_of_month:
{HEAD}  numerator: cases
  unit: person
  by: [sex]
cases_to_date:
{HEAD}  numerator: cases
  unit: person
  over: year_to_date
case_rate:
{HEAD}  numerator: cases
  denominator: people
  scale: 100000
  unit: person
deaths_of_month:
{HEAD}  numerator: deaths
  unit: person
deaths_to_date:
{HEAD}  numerator: deaths
  unit: person
  over: year_to_date
visits_of_month:
{HEAD}  numerator: visits
  disclosure: {{below: 3}}
  unit: person
"""
# Cases of women and men, deaths since January, visits; by month and commune.
CASES = {
    "2026-01": [(2, 9), (20, 14), (11, 12), (30, 28), (0, 0), (17, 16)],
    "2026-02": [(8, 9), (20, 14), (11, 12), (30, 28), (7, 6), (17, 16)],
}
DEATHS = {"2026-01": [6, 12, 9, 30, 0, 8], "2026-02": [13, 14, 16, 37, 0, 15]}
VISITS = {"2026-01": [2, 40, 30, 20, 10, 5], "2026-02": [20, 40, 30, 20, 10, 5]}


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory, project: Compiled) -> Province:
    made = in_folder(tmp_path_factory.mktemp("ward"), project)
    write_tiny_registry(made)
    for name in ("source.yml", "indicators.yml"):
        (made.sources / "clinic" / name).unlink()
    sexes = (
        "breakdowns:\n  sex: {name: {vi: Giới, en: Sex}, categories: {female: {vi: Nữ, en: F}, "
        "male: {vi: Nam, en: M}}}\n"
    )
    made.write("vocabulary.yml", VOCABULARY + sexes)
    made.write("areas.csv", AREAS)
    made.write("area_successions.csv", "predecessor,successor,share_of,share\n")
    made.write("ward/source.yml", WARD)
    made.write("ward/indicators.yml", INDICATORS)
    for month, cases in CASES.items():
        rows = ["Ma,Ca,Nu,Nam,Chet,Dan,Kham"]
        for place, commune in enumerate(COMMUNES):
            women, men = cases[place]
            told = (women + men, women, men, DEATHS[month][place], 1000, VISITS[month][place])
            rows.append(",".join([commune, *map(str, told)]))
        made.land(f"ward/{month}/2026-03-04_a.csv", "\n".join(rows) + "\n")
    # The cell was delivered otherwise before: no revision tells what it was.
    earlier = (made.data.landing / "ward/2026-01/2026-03-04_a.csv").read_text()
    made.land("ward/2026-01/2026-02-04_a.csv", earlier.replace("00001,11,2,9", "00001,12,3,9"))
    made.build()
    assert made.query("select * from problems") == []
    return made


def told(ward: Province, indicator: str, area: str, period: str = "2026-01") -> tuple[Any, ...]:
    [row] = ward.query(
        "select value, state from indicator_values where indicator = "
        f"'{indicator}' and area = '{area}' and period = '{period}'"
    )
    return row


def test_a_small_count_is_suppressed_with_its_rates_and_the_province_is_told(
    ward: Province,
) -> None:
    women = ward.query(
        "select value, state from breakdown_values where indicator = 'cases_of_month' "
        "and category = 'female' and area = '00001' and period = '2026-01'"
    )
    assert women == [(None, "suppressed")]
    assert told(ward, "cases_of_month", "24") == (159, "value")
    assert told(ward, "case_rate", "24")[1] == "value"
    assert told(ward, "cases_of_month", "00005") == (0, "value"), "nobody is nobody"
    hidden = ward.query(
        "select area from indicator_values where indicator = 'visits_of_month' "
        "and period = '2026-01' and state = 'suppressed' order by all"
    )
    assert hidden == [("00001",), ("00006",)], "an indicator protects what it counts"
    assert told(ward, "visits_of_month", "00001", "2026-02") == (20, "value")


def test_no_running_total_tells_what_a_month_has_added(ward: Province) -> None:
    """12 and then 14 deaths: two in February."""
    both = [told(ward, "deaths_to_date", "00002", month)[1] for month in ("2026-01", "2026-02")]
    assert both == ["value", "suppressed"]
    assert told(ward, "deaths_of_month", "00002", "2026-02")[1] == "suppressed"
    assert told(ward, "cases_to_date", "24", "2026-02")[1] == "value"
    assert told(ward, "deaths_of_month", "24", "2026-02")[1] == "value"


def test_no_table_holds_what_is_suppressed(ward: Province) -> None:
    """Every table that a release shows, every number that stands beside a hidden cell."""
    hidden = ward.query(
        "select data_element, area, period_start, is_small from int_suppressions order by all"
    )
    assert len(hidden) > 4 and {small for *_, small in hidden} == {True, False}
    with duckdb.connect(ward.data.candidate.as_posix(), read_only=True) as connection:
        for table in published_tables():
            columns = dict(
                connection.execute(
                    "select column_name, data_type from duckdb_columns() where schema_name = 'main' "
                    "and table_name = $table", {"table": table}
                ).fetchall()
            )  # fmt: skip
            if not {"data_element", "area", "period_start"} <= columns.keys():
                continue
            figures = [n for n, kind in columns.items() if kind == "DOUBLE"]
            for element, area, start, _ in hidden:
                rows = connection.execute(
                    f"select {', '.join(figures)} from {table} where data_element = $element "
                    "and area = $area and period_start = $start",
                    {"element": element, "area": area, "start": start},
                ).fetchall()
                found = [f for row in rows for f in row if f is not None]
                assert found == [], (table, element, area)


class Attempt:
    """What somebody knows who has everything that is told: equations between counts of at least
    zero."""

    def __init__(self) -> None:
        self.known: list[tuple[Terms, float]] = []

    def know(self, terms: Terms, total: float = 0) -> None:
        self.known.append((terms, total))

    def width(self, goal: Terms) -> float:
        """How near the limits of a count can be drawn, by linear programming."""
        names = sorted({name for terms, _ in self.known for name in terms})
        rows = np.array([[terms.get(name, 0.0) for name in names] for terms, _ in self.known])
        aim = np.array([goal.get(name, 0.0) for name in names])
        given = [total for _, total in self.known]
        least, most = (
            optimize.linprog(sign * aim, A_eq=rows, b_eq=given, method="highs") for sign in (1, -1)
        )
        assert least.status == 0, "what is told holds together"
        return float(-most.fun - least.fun) if most.status == 0 else np.inf


def operands(ward: Province, element: str, span: str) -> list[tuple[str, str, str, float]]:
    return ward.query(
        "select data_element, area, strftime(period_start, '%Y-%m'), value from operand_values "
        f"where span = '{span}' and split_part(data_element, '.', 1) = '{element}' "
        "and frequency = 'month' and value is not null"
    )


def test_who_tries_does_not_find_a_small_count_of_a_sex(ward: Province) -> None:
    """Communes and province, women and men, January and February, and both together."""
    attempt, sexes = Attempt(), ("cases.sex.female", "cases.sex.male")
    for month in CASES:
        for key in ("cases", *sexes):
            parts = {(key, commune, month): 1.0 for commune in COMMUNES}
            attempt.know(parts | {(key, "24", month): -1.0})
        for area in (*COMMUNES, "24"):
            attempt.know({(s, area, month): 1.0 for s in sexes} | {("cases", area, month): -1.0})
    for key, area, month, value in operands(ward, "cases", "period"):
        attempt.know({(key, area, month): 1.0}, value)
    for key, area, month, value in operands(ward, "cases", "year_to_date"):
        months = list(CASES)[: 1 + list(CASES).index(month)]
        attempt.know({(key, area, own): 1.0 for own in months}, value)
    assert attempt.width({("cases.sex.female", "00001", "2026-01"): 1}) >= 5


def test_who_tries_does_not_find_what_a_month_has_added(ward: Province) -> None:
    """What each month adds to a running total, of which some are told."""
    attempt, months = Attempt(), list(DEATHS)
    for month in months:
        parts = {("deaths", commune, month): 1.0 for commune in COMMUNES}
        attempt.know(parts | {("deaths", "24", month): -1.0})
    for key, area, month, value in operands(ward, "deaths", "year_to_date"):
        so_far = months[: 1 + months.index(month)]
        attempt.know({(key, area, own): 1.0 for own in so_far}, value)
    for key, area, month, value in operands(ward, "deaths", "period"):
        attempt.know({(key, area, month): 1.0}, value)
    assert attempt.width({("deaths", "00002", "2026-02"): 1}) >= 5
