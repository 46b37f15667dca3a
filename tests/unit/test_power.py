"""What is said of a rule (how often it warns by chance, how small a change it sees) is so.

Here: a small sample of ``bench.known_power``, the SQL that it speaks of, what ``kinhbac check`` says.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest

from bench.known_alarms import COMMUNES, SIZES
from bench.known_power import Case, cases, find_alarms, find_told, say
from bench.macros import load_macros
from kinhbac.database import read_rows
from kinhbac.power import _distance, find_power, read_powers

CASES = [pytest.param(case, id=case.name) for case in cases()]
OF_ONE = next(case for case in cases() if case.name == "share, limit 80 %").told


@pytest.mark.parametrize("case", CASES)
def test_the_smallest_change_is_told_as_often_as_is_said(case: Case) -> None:
    """80 %; of 1,500 communes a share is known to ± 2, of twenty cases to what whole ones leave."""
    for size in SIZES:
        (seen,) = say(case, (size,) * 3, case.well).seen
        assert seen.truth is not None
        told = find_told(case, np.random.default_rng(size), size, seen.truth, 1500)
        assert 0.75 <= told <= 0.86, size


@pytest.mark.parametrize("case", [one for one in CASES if "pace" not in str(one.id)])
def test_alarms_by_chance_are_as_many_as_is_said(case: Case) -> None:
    """Where nothing changes, 17 points above a limit of 80 or as last year, of 99 communes a month."""
    truth = case.well if case.rule.yellow != 95 else 97.0
    said = say(case, SIZES * COMMUNES, truth)
    found = find_alarms(case, np.random.default_rng(1), truth, 1500)
    assert said.alarms == pytest.approx(found, abs=0.12)
    assert said.alarms < said.most == pytest.approx(7.425)


@pytest.mark.parametrize("noise", ["share", "rate", "count"])
@pytest.mark.parametrize("measure", [None, "percent", "unit"])
def test_a_distance_is_that_of_the_night(noise: str, measure: str | None) -> None:
    macros = load_macros("noise")
    scale, whole, count, then, limit = 100, 400 if noise != "count" else 1, 31, 25, 7
    scale = scale if noise != "count" else 1
    row = {
        "noise": noise, "scale": scale, "whole": whole, "due": None, "measure": measure,
        "rule": "change" if measure else "threshold",
    }  # fmt: skip
    asked = (
        macros.distance_of_change(
            f"'{noise}'", f"'{measure}'", f"{limit}", f"{scale}::double", f"{count}", f"{whole}",
            f"{then}", f"{whole}",
        )
        if measure
        else macros.distance_from(f"'{noise}'", f"{count}", f"{whole}", f"{scale}", f"{limit}")
    )  # fmt: skip
    [(by_night,)] = duckdb.sql(f"select {asked}").fetchall()
    given = (float(limit), count, then) if measure else (float(limit), count)
    assert _distance(row, *given) == pytest.approx(by_night, rel=1e-12)


def told_of(**changed: Any) -> Any:
    row = OF_ONE | {"whole": 100.0, "count": 90.0} | changed
    return find_power([row] * 3)


def test_a_truth_is_shown_away_from_its_limit() -> None:
    """74.53 of a limit of 80 as 74.5, 79.9253 as 79.925: never nearer than what is told."""
    (few,), (many,) = told_of().seen, told_of(whole=5e5, count=4.5e5).seen
    for one, step in ((few, 0.1), (many, 0.001)):
        assert one.shown <= one.truth < one.shown + step
        assert one.shown == pytest.approx(round(one.shown / step) * step)


def test_what_a_rule_cannot_see_is_said() -> None:
    """Of two cases nothing is evidence of a share below 20 %, nor the third month of a quarter."""
    assert [one.truth for one in told_of(whole=2.0, yellow_low=20.0).seen] == [None]
    assert [one.truth for one in told_of(after=2, period_kind="quarter").seen] == [None]
    assert "nothing" in str(told_of(after=2, period_kind="quarter"))


def test_one_case_tells_where_all_are_asked_for() -> None:
    """18 targets are all to be met: one of them is missed with 80 % where 91.4 % are met in truth."""
    power = told_of(yellow_low=100.0, whole=18.0, count=18.0, decision_interval=None)
    assert power.seen[0].truth == pytest.approx(100 * 0.2 ** (1 / 18), abs=0.1)


def test_who_lies_beyond_a_limit_is_no_false_alarm() -> None:
    assert told_of(count=60.0).alarms == 0
    assert 0 < told_of(count=85.0).alarms < told_of(count=81.0).alarms


@pytest.fixture
def release() -> Iterator[duckdb.DuckDBPyConnection]:
    """Three communes of 100, 120 and 900 cases and their province, judged by month from 95 % on; what
    is old, what an earlier version judged and what asks for no evidence is there beside it."""
    told = {name: OF_ONE[name] for name in ("after", "against", "measure", "per", "distance")}
    told |= {"indicator": "rate", "yellow_low": 95.0, "yellow_high": None, "chance": 0.075}
    told |= {"decision_interval": OF_ONE["decision_interval"]}
    limits = [
        told | {"rule": "threshold", "version": 2},
        told | {"rule": "threshold", "version": 1, "yellow_low": 50.0},
        told | {"rule": "stale", "version": 2, "chance": None},
    ]
    counted = {"00001": (97, 100), "00002": (116, 120), "00003": (880, 900), "24": (1093, 1120)}
    key = {"indicator": "rate"}
    month = {"period_kind": "month", "period_start": date(2026, 1, 1)}
    areas = [
        key
        | {"area": area, "area_kind": "province" if area == "24" else "commune", "is_old": False}
        for area in counted
    ]
    tables = {
        "limits": limits,
        "indicators": [key | {"version": 2, "unit_vi": "%", "unit_en": "%"}],
        "indicator_definitions": [key | {"version": one, "scale": 100.0} for one in (1, 2)],
        "latest_values": [*areas, areas[0] | {"area": "00004", "is_old": True}],
        "evidence": [
            key | month | {"area": area, "noise": "share"} for area in (*counted, "00004")
        ],
        "indicator_values": [
            key | month | {"area": area, "numerator": float(count), "denominator": float(whole)}
            for area, (count, whole) in (counted | {"00004": (1, 9)}).items()
        ],
        "paces": [key | month | {"area": "00001", "value_due": 1.0}],
    }
    with duckdb.connect() as connection:
        for name, rows in tables.items():
            connection.register("given", pl.DataFrame(rows, infer_schema_length=None).to_arrow())
            connection.execute(f"create table {name} as select * from given")
        yield connection


def test_a_release_tells_what_each_rule_of_today_is_worth(
    release: duckdb.DuckDBPyConnection,
) -> None:
    [power] = read_powers(lambda question: read_rows(release, question))
    assert (power.rule, power.judged, power.most) == ("threshold", 4, pytest.approx(0.3))
    assert [(one.whose, one.size) for one in power.seen] == [("commune", 120), ("province", 1120)]
    assert str(power) == (
        f"rate, threshold: by chance {power.alarms:.2g} of 4 areas a month, 0.3 if all lie on the limit; "
        "sees of a median commune (120) at most 92.5 %; of the province (1,120) at most 94.23 %"
    )


def test_a_release_from_before_tells_nothing(release: duckdb.DuckDBPyConnection) -> None:
    release.execute("alter table limits drop column decision_interval")
    assert list(read_powers(lambda question: read_rows(release, question))) == []
