"""Growth from nothing, shares of less than nothing, and figures outside of what they may be."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Province, in_folder, write_tiny_registry
from tests.straight import Compiled

BOOKS = """\
source: books
name: {vi: Sổ sách, en: Books}
sector: health
owner: [{agency: SYT, from: 2025-07-01}]
synthetic: true
delivery: {format: csv, frequency: month, expected_from: 2025-01, due_days: 5}
table: {area: {column: Ma, codes_as_of: 2025-07-01}}
data_elements:
  balance: {name: {vi: a, en: a}, unit: point, column: Du, over_time: sum, over_areas: sum}
  part: {name: {vi: b, en: b}, unit: person, column: Phan, over_time: sum, over_areas: sum}
  whole: {name: {vi: c, en: c}, unit: person, column: Ca, over_time: sum, over_areas: sum}
"""
HEAD = """\
  name: {vi: a, en: a}
  group: process
  purpose: Shows what may not be computed.
  frequency: month
  direction: neutral
"""
GROWTH = "numerator: {balance: 1, previous_year(balance): -1}"
INDICATORS = f"""\
growth:
{HEAD}  {GROWTH}
  denominator: previous_year(balance)
  scale: 100
  unit: percent
elasticity:
{HEAD}  {GROWTH}
  denominator: previous_year(balance)
  signed_denominator: true
  unit: point
plain:
{HEAD}  numerator: balance
  unit: point
share:
{HEAD}  numerator: part
  denominator: whole
  scale: 100
  unit: percent
to_plan:
{HEAD}  numerator: part
  denominator: whole
  scale: 100
  range: {{min: 0}}
  unit: percent
above:
{HEAD.replace("process", "output")}  numerator: share
  unit: percent
above_growth:
{HEAD.replace("process", "output")}  numerator: growth
  unit: percent
mean:
{HEAD.replace("process", "composite").replace("neutral", "higher_is_better")}\
  components: {{share: 1, to_plan: 1}}
  unit: point
"""


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory, project: Compiled) -> Province:
    made = in_folder(tmp_path_factory.mktemp("books"), project)
    write_tiny_registry(made)
    for name in ("source.yml", "indicators.yml"):
        (made.sources / "clinic" / name).unlink()
    made.write("books/source.yml", BOOKS)
    made.write("books/indicators.yml", INDICATORS)
    head = "Ma,Du,Phan,Ca\n"
    made.land("books/2025-01/2025-07-21_a.csv", head + "00001,-10,5,10\n00002,0,5,10\n")
    made.land("books/2026-01/2026-02-04_a.csv", head + "00001,10,12,10\n00002,7,10,10\n")
    made.build()
    assert made.query("select * from problems") == []
    return made


def told(books: Province, indicator: str, area: str, period: str = "2026-01") -> tuple[Any, ...]:
    [row] = books.query(
        "select value, state, reason from indicator_values where indicator = "
        f"'{indicator}' and area = '{area}' and period = '{period}'"
    )
    return row


def test_from_nothing_and_from_less_nothing_grows(books: Province) -> None:
    assert told(books, "growth", "00001") == (None, "not_applicable", "negative_denominator")
    assert told(books, "growth", "00002") == (None, "not_applicable", "empty_denominator")
    assert told(books, "above_growth", "00001")[1] == "not_applicable"
    assert told(books, "elasticity", "00001")[0] == -2


def test_changes_tell_the_difference_and_why_there_is_no_percentage(books: Province) -> None:
    assert books.query(
        "select area, last_year_change, last_year_change_percent, last_year_percent_gap "
        "from indicator_changes where indicator = 'plain' and period = '2026-01' and area < '2' "
        "order by area"
    ) == [("00001", 20, None, "negative_base"), ("00002", 7, None, "zero_base")]


def test_a_share_of_more_than_all_is_held_and_told_with_its_operands(books: Province) -> None:
    assert told(books, "share", "00001") == (None, "held", "held")
    assert told(books, "share", "00002")[0] == 100, "a whole is a share"
    [(numerator, denominator, last)] = books.query(
        "select numerator, denominator, last_good_value from indicator_values "
        "where indicator = 'share' and area = '00001' and period = '2026-01'"
    )
    assert (numerator, denominator, last) == (12, 10, 50)
    assert told(books, "to_plan", "00001")[0] == 120, "what may pass all says so"
    assert told(books, "above", "00001")[1] == told(books, "mean", "00001")[1] == "held"
    found = books.query(
        "select hold, cause, owner, subject, data_elements, indicators from holds "
        "where cause = 'range'"
    )
    assert found == [("range:books/share", "range", "SYT", "share", "part, whole", 3)]
