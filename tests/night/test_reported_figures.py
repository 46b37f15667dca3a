"""Files after public reports whose figures pass the door: what a night computes of them.

Here: five files of ``../shared/cases/reports``, each in a contract of its own, through one night.
Not here: files that the door or the registry answers for (``tests/unit/test_reported_cases.py``).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Province, Share, in_folder, write_tiny_registry
from tests.straight import Compiled

CONTRACT = """\
source: {source}
name: {{vi: {source}, en: {source}}}
sector: health
owner: [{{agency: SYT, from: 2025-07-01}}]
synthetic: true
delivery: {{format: csv, frequency: month, decimal: ".", expected_from: 2024-01}}
table: {{area: {{column: Ma, codes_as_of: 2025-07-01}}, ignored: [{ignored}]{period}}}
mandate: {{from: 2024-01}}
data_elements:
"""
ELEMENT = """\
  {key}: {{name: {{vi: {key}, en: {key}}}, unit: point, column: {column}, over_time: sum,
          over_areas: sum, min: 0}}
"""
INDICATOR = """\
{key}:
  name: {{vi: {key}, en: {key}}}
  group: process
  purpose: Shows what becomes of a reported file.
  {formula}
  unit: {unit}
  frequency: month
  direction: higher_is_better
"""
SERIES = ", period: {column: Ky}"


def _contract(source: str, columns: str, ignored: str = "", period: str = "") -> str:
    elements = "".join(
        ELEMENT.format(key=f"{source}_{column.lower()}", column=column)
        for column in columns.split()
    )
    return CONTRACT.format(source=source, ignored=ignored, period=period) + elements


CONTRACTS = {
    "counts_falling_to_zero.csv": (
        _contract("falling", "X", period=SERIES),
        {"falling": "numerator: falling_x\n  target: {2026: 1}"}, "point",
    ),
    "cumulative_delivered_as_monthly.csv": (
        _contract("running", "X", period=SERIES),
        {"running": "numerator: running_x"}, "point",
    ),
    "denominator_that_cancels_rounded.csv": (
        _contract("cancelling", "A B C N"),
        {"cancelling": "numerator: cancelling_n\n  denominator: {cancelling_c: 1, "
         "cancelling_a: -1, cancelling_b: -1}\n  round: 1"}, "percent",
    ),
    "ratio_on_its_threshold.csv": (
        _contract("on_limit", "A B"),
        {"on_limit": "numerator: on_limit_a\n  denominator: on_limit_b\n  scale: 100\n"
         "  target: {2026: 95}\n  warn: {yellow: 95, red: 90}"}, "percent",
    ),
    "rounding_tie_above_8192.csv": (
        _contract("tie", "Sinh Tram", ignored="Ten"),
        {"tie": "numerator: tie_sinh\n  round: 2"}, "point",
    ),
}  # fmt: skip
"""File → its contract, the indicator that is computed of it, and in which unit."""


@pytest.fixture(scope="module")
def night(share: Share, project: Compiled, shared: Path) -> Province:
    """The candidate of one night over all of them; to be read only."""

    def compute(root: Path) -> None:
        made = in_folder(root, project)
        write_tiny_registry(made)
        for name, (contract, formulas, unit) in CONTRACTS.items():
            [(source, formula)] = formulas.items()
            made.write(f"{source}/source.yml", contract)
            made.write(
                f"{source}/indicators.yml",
                INDICATOR.format(key=source, formula=formula, unit=unit),
            )
            file = shared / "cases" / "reports" / name
            made.land(f"{source}/2026-02/2026-03-03_a.csv", file.read_bytes())
        made.build()

    return in_folder(share("reported", compute))


def test_each_file_passes_the_door(night: Province) -> None:
    standings = night.query("select source, standing from ledger.extracts order by all")
    assert standings == [
        (source, "in_force") for source in ("cancelling", "falling", "on_limit", "running", "tie")
    ]


def value(night: Province, indicator: str, area: str) -> tuple[object, ...]:
    [row] = night.query(
        "select value, reason, status from indicator_values where indicator = "
        f"'{indicator}' and area = '{area}' and period = '2026-02'"
    )
    return row


def test_counts_that_fall_to_zero_are_forecast_above_it(night: Province) -> None:
    [(months, least, middle)] = night.query(
        "select count(*), min(low), min(forecast) from forecasts where indicator = 'falling'"
    )
    # Ten months of the province and of its two communes.
    assert months == 30 and least >= 0 and middle >= 0


def test_a_year_to_date_in_a_monthly_element_is_told(night: Province) -> None:
    assert ("running_x", None) in night.query(
        "select data_element, area from anomalies where anomaly = 'looks_cumulative'"
    )
    assert night.query(
        "select agency from worklist where item = 'looks_cumulative' and source = 'running'"
    ) == [("SYT",)]


def test_a_denominator_that_cancels_is_empty(night: Province) -> None:
    assert value(night, "cancelling", "00001")[:2] == (None, "empty_denominator")


def test_a_ratio_on_its_limit_keeps_it(night: Province) -> None:
    figure, _, status = value(night, "on_limit", "00001")
    assert figure == pytest.approx(95, abs=1e-12) and status == "green"
    assert night.query("select * from warnings where indicator = 'on_limit'") == []
    [(reached,)] = night.query(
        "select reached from progress where indicator = 'on_limit' and area = '00001' "
        "and period = '2026-02'"
    )
    assert reached


def test_a_half_is_rounded_away_from_zero(night: Province) -> None:
    assert value(night, "tie", "00001")[0] == 8192.01
    assert value(night, "tie", "00002")[0] == 2.68
