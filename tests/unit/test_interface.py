"""The interface tells figures, definitions and areas as they stand, to whom may see them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kinhbac.database import write_warehouse
from tests.asked import BREAKDOWNS, CELLS, Callers, cells_of, refused

CELL = ("indicator", "area", "period")


def test_figures_are_told_as_they_stand_in_the_release(callers: Callers) -> None:
    told = callers.values("/values")
    columns = (*CELL, "value", "state", "vintage", "synthetic")
    assert cells_of(told, *columns) == cells_of(CELLS, *columns)
    assert all(row["unit"] == "percent" for row in told)


SEEN = {
    "shared": [row for row in CELLS if row["indicator"] != "inner"],
    "internal": CELLS,
}


@pytest.mark.parametrize("edition", SEEN)
def test_an_edition_shows_what_may_be_seen_and_nothing_else(callers: Callers, edition: str) -> None:
    told = callers.values("/values", edition)
    assert cells_of(told, *CELL) == cells_of(SEEN[edition], *CELL)
    names = {row["indicator"] for row in SEEN[edition]}
    assert {row["indicator"] for row in callers.values("/indicators", edition)} == names
    for key in ("births", "nurses", "inner", "proposed"):
        status = callers.ask(f"/indicators/{key}", edition).status_code
        assert status == (200 if key in names else 404)
        asked = callers.ask(f"/values?indicator={key}", edition)
        assert asked.status_code == (200 if key in names else 400)


def test_what_may_not_be_seen_is_refused_like_what_is_not_there(callers: Callers) -> None:
    hidden, absent = (
        callers.ask(address, "shared").text.replace("inner", "nothing")
        for address in ("/values?indicator=inner", "/values?indicator=nothing")
    )
    assert hidden == absent
    hidden, absent = (
        callers.ask(f"/indicators/{key}", "shared").text for key in ("inner", "nothing")
    )
    assert hidden == absent


def test_breakdowns_of_what_may_not_be_seen_are_not_shown_either(tmp_path: Path) -> None:
    callers = Callers(tmp_path)
    inner = [row | {"indicator": "inner"} for row in BREAKDOWNS]
    callers.publish(breakdown_values=[*BREAKDOWNS, *inner])
    told = callers.values("/values?breakdown=sex", "shared")
    assert cells_of(told, *CELL, "category") == cells_of(BREAKDOWNS, *CELL, "category")
    assert len(callers.values("/values?breakdown=sex")) == 4


@pytest.mark.parametrize("address", ["/warnings", "/coverage"])
def test_how_the_province_works_inside_is_for_the_internal_edition(
    callers: Callers, address: str
) -> None:
    assert callers.values(address)
    anonymous = callers.ask(address, "open")
    refused(anonymous, 401)
    assert anonymous.headers["WWW-Authenticate"].startswith("Bearer")
    refused(callers.ask(address, "shared"), 403)


def test_a_wrong_token_is_not_taken_for_none(callers: Callers) -> None:
    for shown in ("Bearer kinhbac_wrong", "Bearer", "Basic aW50ZXJuYWw6eA==", "é"):
        response = callers.client.get("/values", headers={"Authorization": shown.encode()})
        refused(response, 401)


def test_a_release_that_does_not_say_who_may_see_it_is_internal(tmp_path: Path) -> None:
    callers = Callers(tmp_path)
    with write_warehouse(callers.publish()) as connection:
        connection.execute("alter table indicators drop column access")
        connection.execute("alter table indicators drop column licence")
    assert callers.values("/values", "shared") == []
    assert len(callers.values("/values")) == len(CELLS)


FILTERS = {
    "indicator=births": lambda row: row["indicator"] == "births",
    "indicator=nurses&indicator=inner": lambda row: row["indicator"] != "births",
    "area=00001&area=00002": lambda row: row["area"] in ("00001", "00002"),
    "group=input": lambda row: row["indicator"] == "nurses",
    "state=held&state=missing": lambda row: row["state"] in ("held", "missing"),
    "period=2026-01": lambda row: row["period"] == "2026-01",
    "since=2026-02": lambda row: row["period"] >= "2026-02",
    "until=2025": lambda row: row["period"] < "2026",
    "since=2026-01-15&until=2026-02": lambda row: row["period"] == "2026-02",
    "area=24&period=2026-02&state=value": lambda row: (
        (row["area"], row["period"]) == ("24", "2026-02")
    ),
}


@pytest.mark.parametrize("asked", FILTERS)
def test_a_filter_leaves_what_it_names(callers: Callers, asked: str) -> None:
    told = callers.values(f"/values?{asked}")
    left = [row for row in CELLS if FILTERS[asked](row)]
    assert left
    assert cells_of(told, *CELL) == cells_of(left, *CELL)


def test_figures_as_they_were_published_by_a_day(callers: Callers) -> None:
    at = "/values?indicator=births&area=24&period=2026-02"
    [today], [then] = callers.values(at), callers.values(f"{at}&as_of=2026-03-21")
    assert (today["value"], then["value"]) == (10.5, 10.0)
    assert callers.values(f"{at}&as_of=2026-03-22")[0]["value"] == 10.5
    refused(callers.ask("/values?as_of=2026-03-21&breakdown=sex"), 400)
    [problem] = refused(callers.ask("/values?as_of=2026-03-19"), 400)["problems"]
    assert problem["parameter"] == "as_of"
    assert "first published on 2026-03-20" in problem["rule"]


def test_warnings_coverage_areas_and_indicators_have_filters(callers: Callers) -> None:
    assert [row["warning"] for row in callers.values("/warnings?open=true")] == ["births/24"]
    assert len(callers.values("/warnings?level=red&owner=SYT&indicator=births")) == 2
    assert callers.values("/warnings?level=yellow") == []
    assert callers.values("/coverage?group=process&sector=health")[0]["needs"] == 3
    assert callers.values("/coverage?group=input") == []
    assert len(callers.values("/areas?kind=commune&parent=24")) == 2
    assert [row["indicator"] for row in callers.values("/indicators?sector=home")] == ["inner"]


def test_one_indicator_says_what_there_is_of_it(callers: Callers) -> None:
    told = callers.ask("/indicators/births").json()["indicator"]
    assert (told["access"], told["licence"], told["owner"]) == ("open", "attribution", "SYT")
    assert (told["figures"], told["areas"]) == (6, 4)
    assert (told["first_period_start"], told["last_period_start"]) == ("2025-12-01", "2026-03-01")
