"""What is said of counted figures beyond chance: of communes, their province, last period and ranks.

Here: the table ``evidence`` of figures that the tests name. Not here: the formulas by themselves
(``tests/unit/test_noise.py``), warnings (``test_warnings``).
"""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from kinhbac.registry.tables import write_registry, write_standings
from tests.conftest import AREAS, VOCABULARY
from tests.nights import Nights, declare, make_clinic
from tests.straight import Compiled

COMMUNES = [f"{number:05}" for number in range(1, 21)]
JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
WARDS = COMMUNES[:4]
SETTLEMENT = """\
alike: settlement
groupings:
  settlement: {name: {vi: Loại, en: Kind}, categories: {ward: {vi: Phường, en: Ward}, rural: {vi: Xã, en: Rural}}}
"""
Cases = dict[str, tuple[float, float]]


@pytest.fixture(scope="module")
def told(project: Compiled, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Twenty communes of 200 births, nine in ten at the clinic in both months; but in February one
    has sixty less, one of five births has none, and one has moved up from a low January."""
    february: Cases = dict.fromkeys(COMMUNES, (180.0, 200.0))
    february |= {"00001": (120.0, 200.0), "00002": (3.0, 5.0)}
    january: Cases = dict.fromkeys(COMMUNES, (180.0, 200.0)) | {"00003": (120.0, 200.0)}
    for month in (january, february):
        count, whole = (sum(one) for one in zip(*month.values(), strict=True))
        month["24"] = (count, whole)
    province = make_clinic(tmp_path_factory.mktemp("evidence"))
    rest = "".join(f"{key},commune,{key},Xã {key},C {key},24,2025-07-01,\n" for key in COMMUNES[2:])
    province.write("areas.csv", AREAS + rest)
    counted = VOCABULARY.replace("en: persons}", "en: persons, counted: true}")
    province.write("vocabulary.yml", counted + SETTLEMENT)
    province.write(
        "area_groups.csv",
        "grouping,area,area_group\n" + "".join(f"settlement,{key},ward\n" for key in WARDS),
    )
    declare(province, "{yellow: 80, red: 50}")
    Nights(province, project)  # lays down what a night begins with
    data, registry = province.data, province.registry
    write_registry(registry, data, date(2026, 3, 10), 1)
    write_standings(registry, data, date(2026, 3, 10), set(registry.sources), 1)
    cells = pl.DataFrame([
        {"indicator": "rate", "area": area, "period_kind": "month", "period_start": start,
         "period": f"{start:%Y-%m}", "version": 1, "value": 100 * count / whole,
         "value_low": 0.0, "value_high": 100.0, "numerator": count, "denominator": whole}
        for start, month in ((JANUARY, january), (FEBRUARY, february))
        for area, (count, whole) in month.items()
    ])  # fmt: skip
    newest = cells.filter(pl.col("period_start") == FEBRUARY).select(
        "indicator", "area", sound_period_start="period_start", is_old=pl.lit(False),
        area_kind=pl.when(pl.col("area") == "24").then(pl.lit("province")).otherwise(pl.lit("commune")),
        compared_with=pl.when(pl.col("area") == "00003").then(pl.lit("last_year")).otherwise(
            pl.lit("previous")
        ),
        synthetic=pl.lit(True),
    )  # fmt: skip
    changes = cells.select(
        "indicator", "area", "period_start", previous_gap=pl.lit(None, pl.String),
        last_year_gap=pl.lit("no_value"),
    )  # fmt: skip
    planned = project.planned
    planned.begin(data)
    given = {"indicator_values": cells, "latest_values": newest, "indicator_changes": changes}
    for name, frame in given.items():
        planned.give(name, frame)
    project.compute(data, ["evidence"])
    return {row["area"]: row for row in planned.connection.table("evidence").pl().to_dicts()}


def test_only_what_chance_does_not_explain_differs(told: dict[str, dict[str, Any]]) -> None:
    differ = {area for area, row in told.items() if row["differs"] not in (None, "same")}
    assert differ == {"00001"} and told["00001"]["differs"] == "lower"
    assert told["00002"]["differs"] == "same", "three of five are what nine in ten may bring"
    assert told["00001"]["value"] < told["00001"]["limit_low_998"]
    assert told["00002"]["value"] > told["00002"]["limit_low_998"]
    assert told["00002"]["limit_high_998"] == 100


def test_movement_is_told_apart_from_chance(told: dict[str, dict[str, Any]]) -> None:
    assert told["00001"]["previous_differs"] == "lower"
    assert told["00003"]["previous_differs"] == "higher"
    assert told["00004"]["previous_differs"] == "same"
    assert told["00001"]["last_year_differs"] is None, "there is no last year"
    beyond = {area for area, row in told.items() if row["beyond_chance"]}
    assert "00001" in beyond and "00004" not in beyond
    assert "00003" not in beyond, "what is shown of it is the movement since last year"


def test_ranks_say_between_which_places_they_hold(told: dict[str, dict[str, Any]]) -> None:
    places = {area: (row["rank_low"], row["rank_high"]) for area, row in told.items()}
    assert places["00001"] == (19, 20), "behind all but the one of five, of which nothing is known"
    assert places["00002"] == (1, 20)
    assert places["00004"] == (1, 19)


def test_ranks_among_wards_hold_as_far_as_wards_can_be_told_apart(
    told: dict[str, dict[str, Any]],
) -> None:
    places = {key: (told[key]["like_rank_low"], told[key]["like_rank_high"]) for key in WARDS}
    assert places == {"00001": (3, 4), "00002": (1, 4), "00003": (1, 3), "00004": (1, 3)}
    assert told["00005"]["like_rank_high"] == 16, "among sixteen that are no wards"


def test_a_province_alone_is_held_against_nobody(told: dict[str, dict[str, Any]]) -> None:
    assert told["24"]["expected"] is None and told["24"]["rank_low"] is None
    assert told["24"]["limit_low_95"] is None
