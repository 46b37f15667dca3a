"""One rule for floats through a night: comparing, adding up, rounding, and what cannot be carried.

Here: a province of forty communes whose figures are binary traps; the same facts in another order
of rows and files, on another number of threads; figures beyond all bounds. Not here: the rule as
such (``tests/unit/test_digits.py``), what the door refuses. Past 200 lines by the figures that its
nights are given.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest

from kinhbac.database import SETTINGS
from kinhbac.night import COMPUTING, PUBLISHING, run
from kinhbac.release.releases import current_release
from tests.conftest import AREAS, Province, Share, in_folder, write_tiny_registry
from tests.straight import Compiled

COMMUNES = [f"{number:05}" for number in range(1, 41)]
CONTRACT = """\
source: clinic
name: {vi: Trạm y tế, en: Clinics}
sector: health
owner: [{agency: SYT, from: 2025-07-01}]
synthetic: true
delivery: {format: csv, frequency: month, decimal: ".", expected_from: 2026-01, due_days: 5}
table: {area: {column: Ma, codes_as_of: 2025-07-01}}
data_elements:
  part: {name: {vi: Phần, en: Part}, unit: person, column: A, over_time: sum, over_areas: sum}
  other_part: {name: {vi: Phần khác, en: Other part}, unit: person, column: B, over_time: sum,
               over_areas: sum}
  whole: {name: {vi: Toàn bộ, en: Whole}, unit: person, column: C, over_time: sum,
          over_areas: sum}
  spent: {name: {vi: Lũy kế, en: Spent}, unit: person, column: K, over_time: cumulative,
          over_areas: sum, min: 0}
checks:
  parts_add_up: {name: {vi: Khớp, en: Add up}, left: {part: 1, other_part: 1}, compare: at_most,
                 right: whole}
"""
RATE = """\
{key}:
  name: {{vi: {key}, en: {key}}}
  group: process
  purpose: Shows what binary numbers do.
  {formula}
  unit: {unit}
  frequency: month
  direction: higher_is_better
"""
INDICATORS = "".join(
    RATE.format(key=key, formula=formula, unit=unit)
    for key, formula, unit in (
        ("share", "numerator: part\n  denominator: whole\n  scale: 100\n  target: {2026: 95}\n"
         "  warn: {yellow: 95, red: 90}", "percent"),
        ("over_nothing", "numerator: part\n  denominator: {whole: 1, part: -1, other_part: -1}",
         "percent"),
        ("both", "numerator: {part: 1, other_part: 1}", "person"),
        ("hundredths", "numerator: whole\n  round: 2", "person"),
        ("month_spent", "numerator: spent", "person"),
        ("to_date", "numerator: other_part\n  over: year_to_date", "person"),
        ("per_spent", "numerator: part\n  denominator: spent", "percent"),
    )
) + """\
standing:
  name: {vi: Xếp hạng, en: Standing}
  group: composite
  purpose: Ranks communes.
  components: {both: 1}
  method: places
  unit: point
  frequency: month
  direction: higher_is_better
"""  # fmt: skip
METHODS = """\
places:
  name: {vi: Thứ hạng, en: Places}
  based_on: the tests
  among: [commune]
  normalise: {by: min_max}
"""
TRAPS = {
    "00001": ("0.57", "0.03", "0.6", "10"),
    "00002": ("0.1", "0.2", "0.3", "10"),
    "00003": ("0.3", "0", "8192.005", "10"),
    "00004": ("0.2", "0.1", "2.675", "10"),
}
"""Commune → part, other part, whole, spent: 95 %, an empty denominator, ties to be rounded."""


def rows_of(month: int) -> list[tuple[str, ...]]:
    """Every commune: the traps, and figures with three decimals for the others."""
    draw = np.random.default_rng(month)
    rows = []
    for commune in COMMUNES:
        part, other = round(draw.uniform(0, 900), 3), round(draw.uniform(0, 90), 1)
        spent = f"{100 * month + draw.integers(50)}"
        usual = (f"{part}", f"{other}", f"{round(part + other + draw.random(), 3)}", spent)
        rows.append((commune, *(TRAPS.get(commune, usual) if month == 1 else usual)))
    return rows


def make(root: Path, project: Compiled, shuffled: bool = False) -> Province:
    made = in_folder(root, project)
    write_tiny_registry(made)
    communes = "".join(f"{c},commune,{c},Xã {c},{c},24,2025-07-01,\n" for c in COMMUNES[2:])
    made.write("areas.csv", AREAS.replace("former-24,", f"{communes}former-24,", 1))
    made.write("clinic/source.yml", CONTRACT)
    made.write("clinic/indicators.yml", INDICATORS)
    made.write("methods.yml", METHODS)
    for month in (1, 2):
        rows = rows_of(month)
        if month == 2:  # the cumulative figure of one commune falls
            rows[4] = (*rows[4][:4], "20")
        if shuffled:
            np.random.default_rng(5).shuffle(rows)
        text = "".join(f"{','.join(row)}\n" for row in [("Ma", "A", "B", "C", "K"), *rows])
        made.land(f"clinic/2026-{month:02}/2026-{month + 1:02}-03_a.csv", text)
    return made


@contextmanager
def threads(count: int) -> Iterator[None]:
    before = dict(SETTINGS)
    SETTINGS["threads"] = count
    try:
        yield
    finally:
        SETTINGS.clear()
        SETTINGS.update(before)


@pytest.fixture(scope="module")
def night(share: Share, project: Compiled) -> Province:
    """The candidate of one night; to be read only."""

    def compute(root: Path) -> None:
        with threads(1):
            make(root, project).build()

    return in_folder(share("exact", compute))


def told(province: Province, indicator: str, area: str, period: str = "2026-01") -> tuple[Any, ...]:
    [row] = province.query(
        "select value, reason, status from indicator_values where indicator = "
        f"'{indicator}' and area = '{area}' and period = '{period}'"
    )
    return row


def test_a_figure_on_its_limit_keeps_it(night: Province) -> None:
    value, _, status = told(night, "share", "00001")
    assert value == pytest.approx(95, abs=1e-12) and status == "green"
    [(reached, gap)] = night.query(
        "select reached, gap from progress where indicator = 'share' and area = '00001' "
        "and period = '2026-01'"
    ) or [(True, 0.0)]
    assert reached and gap == 0
    assert night.query("select * from int_warning_levels where area = '00001' "
                       "and period_start = date '2026-01-01' and level is not null") == []  # fmt: skip


def test_a_denominator_that_cancels_is_empty(night: Province) -> None:
    for area in ("00001", "00002"):
        assert told(night, "over_nothing", area)[:2] == (None, "empty_denominator")
    assert told(night, "over_nothing", "00003")[1] is None


def test_a_check_between_figures_looks_at_twelve_digits(night: Province) -> None:
    """0.57 + 0.03 and 0.1 + 0.2 are not above 0.6 and 0.3."""
    assert night.query("select area from int_failed_checks where period_start = '2026-01-01'") == []


def test_halves_of_hundredths_are_rounded_up(night: Province) -> None:
    assert told(night, "hundredths", "00003")[0] == 8192.01
    assert told(night, "hundredths", "00004")[0] == 2.68


def test_what_is_the_same_ties(night: Province) -> None:
    """0.1 + 0.2, 0.3 + 0 and 0.2 + 0.1: one normalised figure, one rank."""
    ranks = night.query(
        "select distinct rank from composite_ranks where indicator = 'standing' "
        "and period = '2026-01' and area in ('00002', '00003', '00004')"
    )
    points = night.query(
        "select distinct value from composite_normalised where indicator = 'standing' "
        "and period = '2026-01' and area in ('00002', '00003', '00004')"
    )
    assert len(ranks) == 1 and points == [(0.0,)]
    places = night.query(
        "select distinct rank from latest_values where indicator = 'both' and area < '00003'"
    )
    assert len(places) == 2


def test_what_a_cumulative_figure_lost_is_held(night: Province) -> None:
    """A count that falls by eighty has no negative month: it is held, and its owner knows."""
    assert told(night, "month_spent", "00005", "2026-02")[:2] == (None, "held")
    assert told(night, "month_spent", "00006", "2026-02")[1] is None
    [(cause, owner, elements)] = night.query(
        "select cause, owner, data_elements from holds where source = 'clinic'"
    )
    assert (cause, owner, elements) == ("bounds", "SYT", "spent")


def contents(province: Province) -> dict[str, list[tuple[Any, ...]]]:
    """Every table but the list of files, rows in one order, without the file and line of a cell."""
    with duckdb.connect(province.data.candidate.as_posix(), read_only=True) as connection:
        names = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'main' "
            "and table_name != 'extracts' order by all"
        ).fetchall()
        return {
            name: connection.execute(
                f"select columns(lambda c: c not in ({LINES})) from {name} order by all"
            ).fetchall()
            for (name,) in names
        }


LINES = "'line', 'extract', 'extracts', 'new_extract', 'old_extract', 'compared_line'"


def test_the_same_facts_in_another_order_give_the_same_bytes(
    night: Province, project: Compiled, tmp_path: Path
) -> None:
    with threads(4):
        other = make(tmp_path, project, shuffled=True)
        other.build()
    one, two = contents(night), contents(other)
    assert one.keys() == two.keys() and len(one["indicator_values"]) > 500
    assert [name for name in one if one[name] != two[name]] == []


EXTREME = [
    1e308, -1e308, 1.7e308, 1e30, -1e30, 9.99e24, 1e22, 1e21, 123456789012345678901234567890.0,
    9007199254740993.0, 5e-324, -5e-324, 1e-300, 1e-30, 0.0, -0.0, 0.1, -3.0, 1e15, 1e16,
]  # fmt: skip


def test_no_figure_stops_a_night(tmp_path: Path, project: Compiled) -> None:
    """Figures that no door lets through are put behind it: whatever a sector sends, pages and
    tables are made, a figure that cannot be carried is absent with a reason, none is infinite."""
    made = make(tmp_path, project)
    made.write("clinic/source.yml", CONTRACT[: CONTRACT.index("checks:")])
    steps = iter((*COMPUTING, *PUBLISHING))
    for step in steps:
        if step.name == "warehouse":
            break
        run(made.night(), [step])
    draw = np.random.default_rng(11)
    for parquet in sorted(made.data.raw.rglob("*.parquet")):
        rows = pl.read_parquet(parquet)
        values = pl.Series("value", draw.choice(EXTREME, rows.height))
        rows.with_columns(values).write_parquet(parquet)
    run(made.night(), [step, *steps])
    release = current_release(made.data)
    assert release is not None
    with duckdb.connect() as connection:
        for table in release.manifest["tables"]:
            path = release.folder / f"{table}.parquet"
            read = f"read_parquet('{path}')"
            columns = connection.execute(f"describe from {read}").fetchall()
            for name, kind, *_ in columns:
                if kind == "DOUBLE":
                    [(count,)] = connection.execute(
                        f"select count(*) from {read} where not isfinite({name})"
                    ).fetchall()
                    assert count == 0, f"{table}.{name}"
        values = f"read_parquet('{release.folder}/indicator_values.parquet')"
        reasons = {
            r for (r,) in connection.execute(f"select distinct reason from {values}").fetchall()
        }
        [(computed,)] = connection.execute(f"select count(value) from {values}").fetchall()
    assert {"missing_operand", "empty_denominator"} <= reasons and computed > 100
