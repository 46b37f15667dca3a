"""An indicator's page: its series, its target, where a figure comes from."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from kinhbac.scoreboard.chart_images import ValueAxis
from kinhbac.scoreboard.pages.cells import Cells
from kinhbac.scoreboard.tables import Tables
from kinhbac.words.catalogue import CODES, Code
from kinhbac.words.language import Language
from tests.pages.conftest import KINDS, Board


def test_charts_of_pages_and_of_documents_stand_on_the_same_axes(board: Board) -> None:
    bounds = [(None, None), (0.0, 100.0), (None, 100.0), (-50.0, None)]
    series = [
        [92.0, 99.5],
        [3.0, 12.0],
        [-4.0, 8.0],
        [-9.0, -8.0],
        [0.0, 0.0],
        [75.25],
        [101.0, 60.0],
    ]
    page = board.open(KINDS["indicator"])
    for values in series:
        given = {
            "cells": [{"value": one} for one in values],
            "forecast": [{"low": 70.0, "high": 71.0}],
        }
        for datasets in (given, {**given, "forecast": []}):
            for least, most in bounds:
                drawn = page.evaluate(
                    "(given) => window.kinhbac.domainOf(...given)", [datasets, least, most]
                )
                assert tuple(drawn) == ValueAxis("", least, most).domain(datasets)
    page.close()


def test_a_figure_leads_to_where_it_comes_from(board: Board) -> None:
    page = board.open(KINDS["commune"])
    page.locator("a.cell[href*='clinic_birth_rate.html#00002/2026-02']").first.click()
    page.wait_for_selector("#explained dl")
    told = page.inner_text("#explained")
    (cell,) = board.rows(
        "select * from indicator_values where indicator = 'clinic_birth_rate' "
        "and area = '00002' and period = '2026-02'"
    )
    figures = [
        float(value)
        for value in page.evaluate(
            "[...document.querySelectorAll('#explained data')].map(one => one.value)"
        )
    ]
    assert {cell["value"], cell["numerator"], cell["denominator"], cell["target"]} <= set(figures)
    assert {9.0, 30.0} <= set(figures)
    extracts = board.rows("select * from extracts where extract = any($1)", cell["extracts"])
    for extract in extracts:
        assert extract["file"] in told
        assert extract["sha256"][:12] in told
    page.close()


def test_an_operand_that_lies_back_is_looked_up_months_before(board: Board) -> None:
    """Also across a year, and on a day that the earlier month does not have."""
    page = board.open(KINDS["indicator"])
    days = [("2026-01-01", 1), ("2026-03-31", 1), ("2024-02-29", 12), ("2026-02-01", 0)]
    found = page.evaluate("(days) => days.map((one) => window.kinhbac.monthsBefore(...one))", days)
    assert found == ["2025-12-01", "2026-02-28", "2023-02-28", "2026-02-01"]
    page.close()


def test_an_operand_is_told_cell_by_cell_as_far_back_as_its_formula_takes_it(
    board: Board, tmp_path: Path
) -> None:
    copy = shutil.copyfile(board.release.folder / "warehouse.duckdb", tmp_path / "lag.duckdb")
    copy.chmod(0o644)
    with duckdb.connect(copy.as_posix()) as connection:
        connection.execute("update indicator_terms set lag_months = 1")
    with Tables(copy) as tables:
        ((_, told, lists),) = Cells(tables).read(["births_in_month"])
    held = json.loads(lists.text)

    def column(places: int | list[int]) -> list[float | None]:
        of_one = places if isinstance(places, int) else places[told["areas"].index("00001")]
        found: list[float | None] = held[of_one]
        return found

    births = column(told["cells"][told["columns"].index("value")])
    (worth,) = told["worth"]
    assert column(worth)[1:] == births[:-1] and len(births) > 1


def test_another_area_is_drawn_from_its_own_cells(board: Board) -> None:
    page = board.open(KINDS["indicator"])
    page.select_option("#area", "00003")
    page.wait_for_timeout(300)
    (counted,) = board.rows(
        "select count(value) as n from indicator_values "
        "where indicator = 'clinic_birth_rate' and area = '00003'"
    )
    points = "[data-chart='series'] svg path[aria-roledescription='point']"
    assert page.locator(points).count() >= counted["n"] > 0
    page.close()


def test_an_indicator_whose_areas_stand_no_more_has_its_page_too(
    board: Board, tmp_path: Path
) -> None:
    other = board.spoilt(
        tmp_path, "delete from latest_values where indicator = 'clinic_birth_rate'"
    )
    page = other.open(KINDS["indicator"])
    (cell,) = board.rows(
        "select previous_change from indicator_changes where indicator = 'clinic_birth_rate' "
        "and area = '24' and period_start = '2026-02-01'"
    )
    told = page.evaluate(
        "[...document.querySelectorAll('#series-rows data')].map(one => one.value)"
    )
    assert cell["previous_change"] in [float(value) for value in told]
    page.close()


@pytest.mark.parametrize("language", CODES)
def test_a_target_says_how_it_will_be_met_and_what_that_needs(board: Board, language: Code) -> None:
    """Too few months for a forecast; and an old figure, of whose year nothing is said."""
    page = board.open(KINDS["indicator"], language)
    (told,) = board.rows(
        f"select outlook_{language} as outlook, required_per_period as needed from progress "
        "where indicator = 'clinic_birth_rate' and area = '24'"
    )
    reason = {"vi": "chưa rõ, vì chưa đủ hai năm", "en": "open, as two whole years"}[language]
    assert told["outlook"].startswith(reason)
    assert page.inner_text("#outlook") == told["outlook"]
    assert float(page.get_attribute("#ahead dd data", "value") or "") == told["needed"]
    assert Language(language).number(told["needed"]) in page.inner_text("#ahead dd")
    page.close()
    page = board.open(KINDS["harm"], language)
    old = {"vi": "số liệu cũ, lẽ ra", "en": "old figure, a newer one"}[language]
    assert page.inner_text("#outlook").startswith(old)
    assert page.locator("#ahead dt").count() == 0
    page.close()


def test_a_running_total_is_drawn_by_years_and_says_where_its_year_may_end(board: Board) -> None:
    for kind in ("harm", "indicator"):
        page = board.open(KINDS[kind])
        (own,) = board.rows(
            "select possible_low, possible_high, forecast_low, forecast_high from progress "
            "where indicator = ? and area = '24'",
            Path(KINDS[kind]).stem,
        )
        bounds, likely = list(own.values())[:2], list(own.values())[2:]
        assert page.locator("#reach svg").count() == (None not in bounds or None not in likely)
        axis = page.locator('[data-chart="series"] svg').text_content() or ""
        assert ("tháng" in axis) == (kind == "harm")  # months of a year, or days
        page.close()


def test_how_good_a_figure_is_and_where_it_came_from_is_told_in_five_lines(board: Board) -> None:
    page = board.open(KINDS["indicator"])
    lines = page.locator("section:has(#trust) dd")
    assert lines.count() == 5 and all(lines.all_inner_texts())
    trail = page.inner_text("#trail")
    files = board.rows("select file, sha256 from extracts where source = 'clinic'")
    assert any(one["sha256"][:12] in trail and Path(one["file"]).name in trail for one in files)
    page.click("#trail a")
    assert page.is_visible("#explanation")
    page.close()


def test_the_target_of_one_area_is_told_with_its_name(board: Board) -> None:
    (row,) = board.rows(
        "select area, name_vi from targets inner join areas using (area) "
        "where indicator = 'clinic_birth_rate' and areas.kind = 'commune'"
    )
    page = board.open(KINDS["indicator"])
    told = page.inner_text("[role=region][aria-labelledby=targets]")
    page.close()
    assert row["name_vi"] in told and row["area"] not in told
