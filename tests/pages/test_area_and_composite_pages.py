"""What the pages of areas and composites, and their scripts, take from a tiny release."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kinhbac.scoreboard.pages import area, composite, decomposition
from kinhbac.scoreboard.pages.among import tell_among
from kinhbac.scoreboard.pages.page import DataFile, Page
from kinhbac.scoreboard.tables import Tables
from tests.conftest import Province
from tests.pages.conftest import KINDS, Board

STANDING = """
    create or replace table latest_values as
    select
        indicator, indicators.indicator_group, 'health' as sector, cells.area,
        'commune' as area_kind, 'month' as period_kind, date '2026-02-01' as period_start,
        '2026-02' as period, cells.value, null::varchar as status, null::double as target,
        'no_limits' as judgement, 'previous' as compared_with, null::double as movement,
        'value' as state, null::double as last_good_value, null::double as previous_change,
        null::double as last_year_change, null::varchar as better, 1::bigint as rank,
        3::bigint as peers, 3::bigint as peers_all, 1::bigint as like_rank, 3::bigint as likes,
        cells.percentile, 0::double as peer_low, 1::double as peer_median,
        2::double as peer_high, true as synthetic
    from (values
        ('clinic_birth_rate', '00001', 9, 100), ('births_to_date', '00001', 8, 50),
        ('births_growth', '00001', 7, 0), ('clinic_points', '00001', 6, 0),
        ('clinic_birth_rate', '00002', 5, 25), ('births_to_date', '00002', 4, 60)
    ) as cells (indicator, area, value, percentile)
    inner join indicators using (indicator)
"""
WARNED = """
    create or replace table warnings as
    select
        columns.warning, 'clinic_birth_rate' as indicator, '00001' as area, 'SYT' as owner,
        columns.level, true as open, 'fresh' as data_state, false as action_overdue, columns.weight, columns.shared_by,
        date '2026-03-01' as raised_on, true as synthetic
    from (values ('a', 'yellow', 20, null), ('b', 'red', 60, 12), ('c', 'yellow', 40, null))
        as columns (warning, level, weight, shared_by)
"""
SUMMED = """
    create or replace table warning_summary as
    select
        columns.scope, columns.scope_key, 'red' as level, 'red' as own_level, columns.red,
        columns.yellow, columns.red as own_red, columns.yellow as own_yellow, 70::double as heaviest
    from (values
        ('area', '00001', 1, 2), ('area', '24', 9, 9), ('province', 'province', 0, 1),
        ('commune', 'commune', 1, 2)
    ) as columns (scope, scope_key, red, yellow)
"""


@pytest.fixture(scope="module")
def tables(computed: Province, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tables]:
    """The tiny release, with a standing and warnings of our own."""
    copy = tmp_path_factory.mktemp("pages") / "warehouse.duckdb"
    shutil.copyfile(computed.data.candidate, copy)
    spoil(copy, STANDING, WARNED, SUMMED)
    with Tables(copy) as opened:
        yield opened


def spoil(warehouse: Path, *statements: str) -> None:
    with duckdb.connect(warehouse.as_posix()) as connection:
        for statement in statements:
            connection.execute(statement)


def written(made: Iterator[Page | DataFile]) -> dict[str, Page | DataFile]:
    return {page.path: page for page in made}


def context(pages: dict[str, Page | DataFile], path: str) -> dict[str, Any]:
    page = pages[path]
    assert isinstance(page, Page)
    return page.context


def script(pages: dict[str, Page | DataFile], path: str) -> dict[str, Any]:
    """What a script assigns to its name."""
    file = pages[path]
    assert isinstance(file, DataFile) and isinstance(file.content, str)
    said: dict[str, Any] = json.loads(file.content.partition(" = ")[2].removesuffix(";\n"))
    return said


def test_weak_sides_lie_below_the_middle_and_composites_are_told_apart(tables: Tables) -> None:
    pages = written(area.pages(tables))
    ends = script(pages, "data/ends.js")
    assert ends["00001"]["strongest"] == ["clinic_birth_rate"]
    assert ends["00001"]["weakest"] == []  # neither growth, nor a composite, nor the middle
    assert ends["00002"]["strongest"] == []  # a count is nobody's strength
    assert ends["00002"]["weakest"] == ["clinic_birth_rate"]
    assert context(pages, "areas/00002.html")["ends"] == ["weakest"]


def test_an_area_shows_the_interval_of_its_own_figure(board: Board, tmp_path: Path) -> None:
    page = board.spoilt(
        tmp_path,
        "update latest_values set percentile = 25, like_rank = 2, likes = 3, peer_low = 0, "
        "peer_median = 1, peer_high = 2 where indicator = 'clinic_birth_rate' and area = '00002'",
        "insert into evidence by name select indicator, area, period, 4.25 as value_low, "
        "6.5 as value_high from latest_values where indicator = 'clinic_birth_rate' and area = '00002'",
    ).open(KINDS["commune"])
    row = page.locator("#weakest-rows tr").first
    ends = row.locator("td:nth-child(2) .small data").all()
    assert [one.get_attribute("value") for one in ends] == ["4.25", "6.5"]
    assert "://" not in row.inner_text()
    assert row.locator(".chart svg .mark-rule").count() == 2  # from lowest to highest, its own
    page.close()


def test_sides_beyond_chance_come_first_and_are_counted(tables: Tables) -> None:
    side = {"indicator_group": "output", "is_side": True, "likes": 66}
    rows = [
        side | {"indicator": "far", "percentile": 1.0, "like_rank_low": None, "like_rank_high": None},
        side | {"indicator": "sure", "percentile": 30.0, "like_rank_low": 40, "like_rank_high": 50},
        side | {"indicator": "chance", "percentile": 10.0, "like_rank_low": 20, "like_rank_high": 66},
    ]  # fmt: skip
    told = area._sides(rows)
    assert [row["indicator"] for row in told["weakest"]] == ["sure", "far"]
    assert context(written(area.pages(tables)), "areas/00001.html")["told_apart"] == {
        "strongest": 0,
        "weakest": 0,
    }


def test_what_is_warned_of_though_it_may_be_chance_is_told_apart() -> None:
    cells = [
        {"indicator": "unsure", "like_rank_low": 1, "like_rank_high": 6, "likes": 6},
        {"indicator": "sure", "like_rank_low": 5, "like_rank_high": 6, "likes": 6},
        {"indicator": "unknown", "like_rank_low": None, "like_rank_high": None, "likes": 6},
        {"indicator": "not_warned", "like_rank_low": 1, "like_rank_high": 6, "likes": 6},
    ]
    warnings = [{"indicator": key} for key in ("unknown", "unsure", "sure", "unsure")]
    assert area._by_chance(cells, warnings) == ["unsure"]


def test_the_newest_figures_of_a_sector_stand_in_one_script(tables: Tables) -> None:
    said = script(written(area.pages(tables)), "data/latest/health.js")
    columns = [said["lists"][place] for place in said["cells"]["births_to_date"]]
    told = dict(zip(said["columns"], columns, strict=True))
    assert (told["area"], told["value"], told["percentile"]) == (
        ["00001", "00002"],
        [8, 4],
        [50, 60],
    )


def test_the_heaviest_come_first_and_what_most_communes_share_last(tables: Tables) -> None:
    told = context(written(area.pages(tables)), "areas/00001.html")["warnings"]
    assert [row["warning"] for row in told] == ["c", "a", "b"]


def test_an_area_without_values_has_no_page_and_today_has_no_former_one(tables: Tables) -> None:
    pages = [path for path in written(area.pages(tables)) if path.startswith("areas/")]
    assert sorted(pages) == ["areas/00001.html", "areas/00002.html", "areas/index.html"]


def test_a_tree_holds_all_levels_and_only_roots_are_listed(tables: Tables) -> None:
    pages = written(composite.pages(tables))
    tree = context(pages, "composites/clinic_total.html")["tree"]
    assert [(node["component"], node["depth"], node["weight"]) for node in tree] == [
        ("clinic_points", 1, 2),
        ("clinic_birth_rate", 2, 1),
    ]
    (listed,) = context(pages, "composites/index.html")["trees"]
    assert listed["indicator"]["indicator"] == "clinic_total"


def test_the_script_holds_what_the_composite_was_made_of_and_what_moved_it(
    tables: Tables,
) -> None:
    made = decomposition.figures(tables, lambda *_: False)
    said = script(written(made), "data/composites/clinic_points.js")
    newest = said["periods"][0]
    areas, own = said["lists"][newest["areas"]], newest["own"]["value"]
    assert newest["period"] == "2026-02"
    assert said["lists"][own][areas.index("00001")] == 10
    (part,) = newest["parts"].values()
    told = {name: said["lists"][place][areas.index("00001")] for name, place in part.items()}
    # Nothing was born in February, and an empty denominator gives full marks: 10 as in January.
    assert (told["value"], told["normalised"], told["change"]) == (None, 10, 0)
    assert told["marks"] == ["full_marks"]
    # 00002 delivered no figure for February: no cell, rather than a zero.
    there = {one["period"] for one in said["periods"] if "00002" in said["lists"][one["areas"]]}
    assert there == {"2025-01", "2026-01"}


def test_a_comparison_says_of_how_many_it_tells_and_who_is_absent(tables: Tables) -> None:
    told = tell_among(tables, {"00001"}, 5, date(2026, 3, 1))
    assert (told["kind"], told["present"], told["all"]) == ("commune", 1, 5)
    assert [row["area"] for row in told["absent"]] == ["00002"]
    assert (told["more"], told["unregistered"]) == (0, 3)
    nobody_else = tell_among(tables, {"24"}, 1, date(2026, 3, 1))
    assert (nobody_else["absent"], nobody_else["unregistered"]) == ([], 0)


def test_a_rule_is_told_as_its_name_and_its_parameters(tables: Tables) -> None:
    method = context(written(composite.pages(tables)), "composites/clinic_points.html")["method"]
    assert [row["name"] for row in method if row["stage"] == "normalise"] == ["score"]
    assert [row["parameters"] for row in method if row["stage"] == "normalise"] == [""]
