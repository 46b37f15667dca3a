"""Roll-up over areas and time, as compiled SQL, on random borders, figures and gaps."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinhbac.registry.areas.area_parts import find_parts
from kinhbac.registry.areas.atlas import Areas
from tests.borders import mergers
from tests.straight import Compiled

AREA = dict.fromkeys(("area", "kind", "code", "name_vi", "name_en", "parent"), pl.String)
OBSERVED = {
    "data_element": pl.String, "area": pl.String, "period_kind": pl.String,
    "period_start": pl.Date, "value": pl.Float64, "absence": pl.String, "vintage": pl.String,
    "scope": pl.String, "extract": pl.String, "correction": pl.String,
}  # fmt: skip
YEAR = date(2024, 1, 1)


def roll_up(
    project: Compiled, areas: Areas, figures: dict[str, int | None]
) -> dict[str, float | None]:
    rows = [vars(area) for area in areas.areas.values()]
    given = {
        "registry.areas": pl.DataFrame(rows, AREA | {"valid_from": pl.Date, "valid_to": pl.Date}),
        "registry.area_parts": pl.DataFrame([vars(p) for p in find_parts(areas, ["people"])]),
        "registry.data_elements": pl.DataFrame(
            {
                "data_element": ["e"], "over_areas": ["sum"], "weight": [None],
                "shared_by": ["people"], "area_kinds": [["former_commune"]],
            },
        ),
        "int_observations": pl.DataFrame(
            [
                {"data_element": "e", "area": area, "period_kind": "year",
                 "period_start": YEAR, "value": value, "vintage": "final", "extract": "x",
                 "absence": None if value is not None else "missing"}
                for area, value in figures.items()
            ],
            OBSERVED,
        ),
    }  # fmt: skip
    told = project.tell("int_rolled_values", given).filter("of_record")
    return dict(told.project("area, value").fetchall())


@given(areas=mergers(), data=st.data())
@settings(
    max_examples=40,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_parts_make_the_whole_and_nothing_comes_of_nothing(
    project: Compiled, areas: Areas, data: st.DataObject
) -> None:
    old = sorted(a.area for a in areas.areas.values() if a.kind == "former_commune")
    figure = st.one_of(st.integers(0, 1000), st.none())
    figures = {area: data.draw(figure, label=area) for area in old}
    found = roll_up(project, areas, figures)
    made_of: dict[str, set[str]] = {}
    for part in find_parts(areas, ["people"]):
        if part.share_of == "people" and part.part in figures:
            made_of.setdefault(part.area, set()).add(part.part)
    for area, parts in made_of.items():
        complete = all(figures[part] is not None for part in parts)
        assert (found[area] is not None) == complete
    if all(value is not None for value in figures.values()):
        whole = sum(value or 0 for value in figures.values())
        assert found["P"] == pytest.approx(whole) and found["P0"] == pytest.approx(whole)
        for kind in ("commune", "former_district"):
            parts_of_kind = [a for a in made_of if areas.areas[a].kind == kind]
            assert sum(found[a] or 0 for a in parts_of_kind) == pytest.approx(whole)


@given(months=st.lists(st.one_of(st.integers(0, 500), st.none()), min_size=12, max_size=12))
@settings(
    max_examples=40,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_quarters_make_the_year_and_a_gap_is_no_zero(
    project: Compiled, months: list[int | None]
) -> None:
    to_date, running = [], 0
    for value in months:
        running += value or 0
        to_date.append(None if value is None else running)
    found = gather(project, {"flow": months, "spent": to_date})
    flow = {start: value for (element, start), value in found.items() if element == "flow"}
    for number in range(4):
        own = months[3 * number : 3 * number + 3]
        expected = None if None in own else sum(v or 0 for v in own)
        assert flow["quarter", date(2026, 1 + 3 * number, 1)] == expected
    year = None if None in months else sum(v or 0 for v in months)
    assert flow["year", date(2026, 1, 1)] == year
    if year is not None:
        spent = {start: value for (element, start), value in found.items() if element == "spent"}
        assert spent == flow  # differenced from the year to date, it is the same flow


def gather(project: Compiled, series: dict[str, list[int | None]]) -> dict[Any, float | None]:
    elements = pl.DataFrame(
        {
            "data_element": ["flow", "spent"], "frequency": "month", "carry": 0,
            "over_time": ["sum", "cumulative"], "source": "register", "least": 0.0,
        }
    )  # fmt: skip
    uses = [
        {
            "data_element": element, "frequency": kind, "span": "period", "time_span": "period",
            "span_kind": "period", "months": [],
        }
        for element in series for kind in ("quarter", "year")
    ]  # fmt: skip
    values = [
        {
            "data_element": element, "area": "x", "period_kind": "month", "value": value,
            "period_start": date(2026, month, 1), "absence": None if value is not None else "missing",
            "blank": False, "restated": False, "vintage": "final", "extract": "x",
        }
        for element, values in series.items() for month, value in enumerate(values, 1)
    ]  # fmt: skip
    given = {
        "registry.data_elements": elements,
        "registry.operand_uses": pl.DataFrame(uses),
        "int_area_values": pl.DataFrame(values, infer_schema_length=None),
    }
    told = project.tell("int_operand_values", given)
    rows = told.project("data_element, frequency, period_start, value").fetchall()
    return {(name, (kind, start)): value for name, kind, start, value in rows}
