"""Two names for one fact are found by what the formulas mean, not by how they are written."""

from __future__ import annotations

import pytest

from kinhbac.data_folder import SOURCES
from kinhbac.registry import load_registry
from kinhbac.registry.definitions.meaning import find_duplicates
from tests.conftest import Province

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
