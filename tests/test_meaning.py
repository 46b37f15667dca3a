"""Two names for one fact are found by what the formulas mean, not by how they are written."""

from __future__ import annotations

import pytest

from kinhbac.data_folder import SOURCES
from kinhbac.registry import load_registry
from kinhbac.registry.definitions.meaning import find_duplicates
from tests.conftest import CLINIC, Province
from tests.test_four_places import SCHOOL

INDICATOR = """\
{key}:
  name: {{vi: Chỉ số, en: Indicator}}
  group: {group}
  purpose: Shows what duplicates look like.
  {formula}
  unit: percent
  frequency: month
  direction: neutral
"""


def relations(province: Province, *formulas: str, group: str = "process") -> list[tuple[str, ...]]:
    text = "".join(
        INDICATOR.format(key=f"i{number}", formula=formula, group=group)
        for number, formula in enumerate(formulas)
    )
    province.write("clinic/indicators.yml", text)
    found = find_duplicates(province.registry)
    return [(duplicate.indicator, duplicate.other, duplicate.relation) for duplicate in found]


RATE = "numerator: births_at_clinic\n  denominator: births"


@pytest.mark.parametrize(
    ("other", "relation"),
    [
        ("numerator: {births_at_clinic: 2}\n  denominator: {births: 2}", "same"),
        (f"{RATE}\n  scale: 100", "scaled"),
        ("numerator: births\n  denominator: births_at_clinic", "reciprocal"),
        ("numerator: {births: 1, births_at_clinic: -1}\n  denominator: births", "complementary"),
        (
            "numerator: {births: 1, births_at_clinic: -1}\n  denominator: births\n  scale: 100",
            "complementary",
        ),
        ("numerator: {births_at_clinic: 1, births: 1}\n  denominator: births", "shifted"),
    ],
)
def test_duplicates_are_named_with_their_relation(
    province: Province, other: str, relation: str
) -> None:
    assert relations(province, RATE, other) == [("i1", "i0", relation)]


@pytest.mark.parametrize(
    "other",
    [
        "numerator: births_at_clinic",
        "numerator: previous_year(births_at_clinic)\n  denominator: previous_year(births)",
        f"{RATE}\n  over: year_to_date",
        "numerator: births_at_clinic\n  denominator: {births: 1, births_at_clinic: 1}",
        f"{RATE}\n  areas: [province]",
    ],
)
def test_other_facts_are_left_alone(province: Province, other: str) -> None:
    assert relations(province, RATE, other) == []


def test_a_duplicate_is_found_through_another_indicator(province: Province) -> None:
    text = INDICATOR.format(key="low", formula=RATE, group="input")
    text += INDICATOR.format(key="high", formula="numerator: low\n  scale: 100", group="process")
    province.write("clinic/indicators.yml", text)
    assert [d.relation for d in find_duplicates(province.registry)] == ["scaled"]


def test_the_shipped_registry_says_nothing_twice() -> None:
    assert find_duplicates(load_registry(SOURCES)) == []


def test_series_that_are_the_same_in_the_data_are_reported(province: Province) -> None:
    province.write("clinic/source.yml", CLINIC.replace(", personal: [SoDinhDanh]", ""))
    province.write("school/source.yml", SCHOOL)
    for month in range(1, 14):
        label = f"{2025 + (month > 12)}-{(month - 1) % 12 + 1:02}"
        one, two = 10 * month, 7 * month + 1
        births = f"Ma,Ten,Sinh,Tram\n00001,Một,{one},3\n00002,Hai,{two},4\n"
        province.land(f"clinic/{label}/2026-03-01_a.csv", births)
        pupils = f"Ma,Học sinh\n00001,{one}\n00002,{two}\n"
        province.land(f"school/{label}/2026-03-02_a.csv", pupils)
    province.build()
    found = province.query(
        "select name, other, relation, cells_shared from duplicates where kind = 'data_element'"
    )
    # Thirteen months of two communes and of the province that they roll up to.
    assert found == [("births", "pupils", "same_in_data", 39)]
    items = province.query("select agency, item from worklist where place = 'births'")
    assert items == [("SYT", "duplicate")]
