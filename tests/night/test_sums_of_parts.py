"""Roll-up over areas and time, as compiled SQL, on random borders, figures and gaps."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinhbac.registry.areas.area_parts import find_parts
from kinhbac.registry.areas.atlas import Areas
from tests.borders import mergers
from tests.straight import Compiled, open_candidate

AREA = dict.fromkeys(("area", "kind", "code", "name_vi", "name_en", "parent"), pl.String)
OBSERVED = {
    "data_element": pl.String, "area": pl.String, "period_kind": pl.String,
    "period_start": pl.Date, "value": pl.Float64, "absence": pl.String, "vintage": pl.String,
    "scope": pl.String, "extract": pl.String, "correction": pl.String,
}  # fmt: skip
YEAR = date(2024, 1, 1)


def compiled(project: Compiled, model: str) -> str:
    """The SQL that dbt runs, its relations called by their bare names."""
    sql = project.sql(model)
    sql = re.sub(r"read_parquet\('[^']*/(\w+)\.parquet'\)", r"\1", sql)
    return re.sub(r'"candidate"\."\w+"\."(\w+)"', r"\1", sql)


@pytest.fixture(scope="module")
def rolling_up(project: Compiled) -> str:
    return compiled(project, "int_rolled_values")


@pytest.fixture(scope="module")
def gathering(project: Compiled) -> str:
    return compiled(project, "int_operand_values")


def roll_up(sql: str, areas: Areas, figures: dict[str, int | None]) -> dict[str, float | None]:
    with open_candidate() as connection:
        rows = [vars(area) for area in areas.areas.values()]
        frames = {
            "changed_data_elements": pl.DataFrame({"data_element": ["e"]}),
            "areas": pl.DataFrame(rows, AREA | {"valid_from": pl.Date, "valid_to": pl.Date}),
            "area_parts": pl.DataFrame([vars(p) for p in find_parts(areas, ["people"])]),
            "data_elements": pl.DataFrame(
                {
                    "data_element": ["e"], "over_areas": ["sum"], "weight": [None],
                    "shared_by": ["people"], "area_kinds": [["former_commune"]],
                },
                {
                    "data_element": pl.String, "over_areas": pl.String, "weight": pl.String,
                    "shared_by": pl.String, "area_kinds": pl.List(pl.String),
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
        for name, frame in frames.items():
            connection.register(f"{name}_frame", frame.to_arrow())
            connection.execute(f"create table {name} as from {name}_frame")
        rows = connection.execute(f"select area, value from ({sql}) where of_record").fetchall()
    return dict(rows)


@given(areas=mergers(), data=st.data())
@settings(
    max_examples=40,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_parts_make_the_whole_and_nothing_comes_of_nothing(
    rolling_up: str, areas: Areas, data: st.DataObject
) -> None:
    old = sorted(a.area for a in areas.areas.values() if a.kind == "former_commune")
    figure = st.one_of(st.integers(0, 1000), st.none())
    figures = {area: data.draw(figure, label=area) for area in old}
    found = roll_up(rolling_up, areas, figures)
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
    gathering: str, months: list[int | None]
) -> None:
    to_date, running = [], 0
    for value in months:
        running += value or 0
        to_date.append(None if value is None else running)
    found = gather(gathering, {"flow": months, "spent": to_date})
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


def gather(sql: str, series: dict[str, list[int | None]]) -> dict[Any, float | None]:
    with open_candidate() as connection:
        connection.execute(
            """
            create table data_elements as
            select unnest(['flow', 'spent']) as data_element, 'month' as frequency,
                unnest(['sum', 'cumulative']) as over_time, null::varchar as weight, 0 as carry,
                'register' as source, 0::double as least, null::double as most;
            create table changed_data_elements as from data_elements;
            create table operand_uses as
            select data_element, unnest(['quarter', 'year']) as frequency, 'period' as span,
                span as time_span, span as span_kind, null::int as span_months,
                []::varchar[] as months, null::varchar as over_areas
            from data_elements;
            create table areas as
            select '' as area, '' as parent, '' as kind, null::date as valid_from,
                null::date as valid_to limit 0;
            create table int_periods as
            select '' as period_kind, null::date as period_start, null::date as period_end limit 0;
            create table int_area_values (
                data_element varchar, area varchar, period_kind varchar, period_start date,
                value double, absence varchar, blank boolean, restated boolean, holds varchar[],
                corrections varchar[], vintage varchar, extract varchar
            );
            """
        )
        connection.executemany(
            "insert into int_area_values values "
            "($1, 'x', 'month', $2, $3, $4, false, false, null, null, 'final', 'x')",
            [
                (name, date(2026, month, 1), value, None if value is not None else "missing")
                for name, values in series.items()
                for month, value in enumerate(values, 1)
            ],
        )
        rows = connection.execute(
            f"select data_element, frequency, period_start, value from ({sql})"
        ).fetchall()
    return {(name, (kind, start)): value for name, kind, start, value in rows}
