"""Areas across border changes: parts and shares, codes of their time, nothing lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinhbac.data_folder import SOURCES
from kinhbac.problems import ProblemsFound
from kinhbac.registry import load_registry
from kinhbac.registry.areas.area_files import read_areas
from kinhbac.registry.areas.area_parts import find_parts
from kinhbac.registry.areas.atlas import Areas
from tests.borders import CHANGE, after, atlas, before, mergers
from tests.conftest import CLINIC, Province


def parts_of(areas: Areas, *measures: str) -> dict[tuple[str, str, str], float | None]:
    return {(p.area, p.part, p.share_of): p.share for p in find_parts(areas, measures)}


DIVIDED = atlas(
    before("P0", kind="former_province"),
    before("a", "P0"),
    before("b", "P0"),
    after("P", kind="province"),
    after("x", "P"),
    after("y", "P"),
    successions=[
        ("P0", "P", None, 1.0),
        ("a", "x", None, 1.0),
        ("b", "x", "population", 0.25),
        ("b", "y", "population", 0.75),
    ],
)


def test_a_divided_area_needs_a_share_of_the_measure() -> None:
    parts = parts_of(DIVIDED, "land")
    assert (parts["x", "b", "population"], parts["y", "b", "population"]) == (0.25, 0.75)
    assert (parts["x", "b", ""], parts["y", "b", "land"]) == (None, None)
    assert parts["x", "a", "population"] == 1


def test_the_whole_is_known_where_its_division_is_not() -> None:
    parts = parts_of(DIVIDED)
    assert parts["P", "b", ""] == 1
    assert parts["P0", "b", ""] == 1
    assert parts["P", "P0", ""] == 1


@given(mergers(), st.lists(st.integers(0, 1000), min_size=6, max_size=6))
@settings(max_examples=80, derandomize=True)
def test_rolling_up_in_any_order_gives_the_same(areas: Areas, figures: list[int]) -> None:
    parts = parts_of(areas, "people")
    old = sorted(a.area for a in areas.areas.values() if a.kind == "former_commune")
    value = dict(zip(old, figures, strict=False))

    def total(area: str, kind: str) -> float:
        inside = [p for p in areas.areas if areas.areas[p].kind == kind]
        return sum(
            share * amount(part)
            for part in inside
            if (share := parts.get((area, part, "people"))) is not None
        )

    def amount(area: str) -> float:
        return value[area] if area in value else total(area, "former_commune")

    whole = sum(value.values())
    for way in ("former_commune", "former_district", "former_province", "commune"):
        assert total("P", way) == pytest.approx(whole)


def test_shares_that_do_not_add_up_are_refused(tmp_path: Path) -> None:
    for name in ("areas.csv", "area_codes.csv", "area_groups.csv"):
        shutil.copy(SOURCES / name, tmp_path / name)
    (tmp_path / "area_successions.csv").write_text(
        "predecessor,successor,share_of,share\n"
        "former-07201,07210,people,0.5\nformer-07201,07228,people,0.4\n"
        "former-07207,nowhere,,1\n07210,07228,,1\nformer-07213,07210,,two\n",
        encoding="utf-8",
    )
    _, tables = read_areas(tmp_path)
    told = "\n".join(str(problem) for problem in tables["area_successions.csv"].problems)
    assert "the shares of people of former-07201 add up to 0.9" in told
    assert "nowhere is no area" in told
    assert "07210 ends on no day" in told
    assert "the share is two" in told
    assert "area_successions.csv:4" in told


def test_a_code_means_the_area_of_its_day() -> None:
    areas = load_registry(SOURCES).areas
    old, new = date(2025, 6, 30), CHANGE
    for system, code in (("statistics", "24"), ("organisation", "H05")):
        assert areas.code_list(system, new)[code].area == "24"
    assert areas.code_list("statistics", old)["24"].area == "former-24"
    assert areas.code_list("organisation", old)["H05"].area == "former-27"
    # The examination of 2025 kept the old codes after the merger.
    assert areas.code_list("examination", new)["18"].area == "former-24"
    assert areas.code_list("examination", date(2026, 6, 12))["24"].area == "24"
    assert areas.code_list("papi", old)["P18"].area == "former-27"
    assert areas.code_list("pci", old)["34"].area == "former-27"


BY_PERIOD = CLINIC.replace(
    "table: {area: {column: Ma, codes_as_of: 2025-07-01}, ignored: [Ten], personal: [SoDinhDanh]}",
    "table: {area: {column: Ma, codes_as_of: period}, period: {column: Thang}}\n"
    "mandate: {from: 2025-01}",
).replace("over_areas: sum,", "over_areas: sum, areas: [province, former_province],")


def test_one_file_names_an_area_by_the_code_of_each_period(province: Province) -> None:
    province.write("clinic/source.yml", BY_PERIOD.replace("over_areas: sum, min: 0}", "over_areas: sum, areas: [province, former_province], min: 0}"))  # fmt: skip
    indicators = (province.sources / "clinic" / "indicators.yml").read_text(encoding="utf-8")
    province.write(
        "clinic/indicators.yml",
        indicators.replace("frequency: month", "areas: [province]\n  frequency: month"),
    )
    province.land(
        "clinic/2025-08/2025-09-02_a.csv", "Ma,Thang,Sinh,Tram\n24,2025-06,5,1\n24,2025-08,9,2\n"
    )
    reception = province.receive()
    assert [str(p) for p in reception.problems] == []
    [path] = (province.data.raw / "clinic").rglob("*.parquet")
    found = pl.read_parquet(path).filter(pl.col("data_element") == "births")
    assert dict(zip(found["area"], found["value"], strict=True)) == {"former-24": 5, "24": 9}


def test_an_ended_area_is_refused_after_its_end(
    province: Province, edit: Callable[[str, str, str], None]
) -> None:
    edit("clinic/source.yml", ", personal: [SoDinhDanh]", "")
    edit("clinic/source.yml", "codes_as_of: 2025-07-01", "codes_as_of: 2025-06-30")
    province.land("clinic/2026-01/2026-02-03_a.csv", "Ma,Ten,Sinh,Tram\n24,Cũ,1,1\n")
    told = "\n".join(str(problem) for problem in province.receive().problems)
    assert "Bắc Giang ended on 30/06/2025, the row is about 2026-01" in told
    assert "name the area that followed it" in told


def test_unknown_breakdowns_and_spans_are_told_with_their_line(
    province: Province, edit: Callable[[str, str, str], None]
) -> None:
    edit("clinic/indicators.yml", "over: year_to_date", "over: last_known_3_months\n  by: [sex]")
    edit("clinic/source.yml", "whole: true, min: 0, max: 1000}",
         "whole: true, breakdowns: {sex: {columns: {boys: Trai}}}}")  # fmt: skip
    with pytest.raises(ProblemsFound) as raised:
        load_registry(province.sources)
    told = str(raised.value)
    assert "unknown breakdown «sex»" in told
    assert "only a stock is still known later" in told
