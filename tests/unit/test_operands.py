"""Operands that say how they are taken: what is refused, what is the same, how it is written."""

from __future__ import annotations

import pytest

from kinhbac.problems import ProblemsFound
from kinhbac.registry.definitions.fingerprints import fingerprint_definition
from kinhbac.registry.definitions.formulas import write_formula
from kinhbac.registry.definitions.meaning import find_duplicates
from tests.conftest import CLINIC, VOCABULARY, Province

HEAD = """\
  name: {vi: a, en: a}
  group: process
  purpose: Shows what a formula may take.
  unit: person
  direction: neutral
"""


def declare(province: Province, *formulas: str, frequency: str = "month") -> None:
    province.write(
        "clinic/indicators.yml",
        "".join(
            f"i{number}:\n{HEAD}  frequency: {frequency}\n  {formula}\n"
            for number, formula in enumerate(formulas)
        ),
    )


@pytest.mark.parametrize(
    ("formula", "frequency", "told"),
    [
        ("numerator: [{of: births, back: {months: 2}}]", "quarter", "multiple of 3 months"),
        ("numerator: [{of: births, months: [1, 2]}]", "month", "months are listed of a year"),
        ("numerator: [{of: births, months: {from: 3, to: 1}}]", "year", "earlier to a later"),
        ("numerator: [{of: births, months: [2, 2]}]", "year", "stands twice"),
        ("numerator: [{of: births, months: [1], over: period}]", "year", "one of"),
        ("numerator: [{of: births, back: {}}]", "month", "say how far back"),
        ("numerator: [{of: births, over: last_known_3_months}]", "month", "only a stock"),
        (
            "numerator: [{of: births, back: {years: 2}}]\n"
            "  valid: {from: 2025-07-01, to: 2026-12-31}",
            "month",
            "what is taken lies within what is delivered",
        ),
        (
            "numerator: [{of: births, divided_by: [{of: births, divided_by: [{of: births, "
            "divided_by: births}]}]}]",
            "month",
            "nest twice",
        ),
        ("numerator: births\n  when: {denominator: {at_least: 3}}", "month", "not there"),
        ("numerator: births\n  when: {numerator: {}}", "month", "at_least"),
        ("numerator: [{of: births, over_areas: median}]", "month", "over_areas"),
        ("numerator: [{of: nothing, back: {months: 1}}]", "month", "unknown operand"),
    ],
)
def test_what_can_have_no_value_is_refused(
    province: Province, formula: str, frequency: str, told: str
) -> None:
    declare(province, formula, frequency=frequency)
    with pytest.raises(ProblemsFound) as refused:
        _ = province.registry
    assert told in str(refused.value)


def test_units_of_what_only_a_province_delivers_are_refused(province: Province) -> None:
    province.write(
        "clinic/source.yml", CLINIC.replace("over_areas: sum, whole", "over_areas: sum, areas: [province], whole")
    )  # fmt: skip
    declare(province, "numerator: [{of: births, over_areas: max}]\n  areas: [province]")
    with pytest.raises(ProblemsFound, match="areas below"):
        _ = province.registry


@pytest.mark.parametrize(
    ("formula", "written"),
    [
        ("{births: 1, previous_year(births): -1}", "births − previous_year(births)"),
        (
            "[births, {of: births, times: -1, back: {years: 1}}]",
            "births − previous_year(births)",
        ),
        (
            "[{of: births, over_areas: max, back: {quarters: 1}}]",
            "births [max over areas, 3 months earlier]",
        ),
        (
            "[{of: births, multiplied_by: {births: 1, births_at_clinic: 1}, divided_by: births}]",
            "births × (births + births_at_clinic) ÷ births",
        ),
        (
            "[{of: births, divided_by: [births, {of: births_at_clinic, times: -2, back: {months: 1}, "
            "multiplied_by: births, divided_by: {births: 1, births_at_clinic: 1}}]}, births]",
            "births ÷ (births − 2 × births_at_clinic [1 month earlier] × births ÷ (births + "
            "births_at_clinic)) + births",
        ),
    ],
)
def test_a_formula_is_written_as_a_person_would(
    province: Province, formula: str, written: str
) -> None:
    declare(province, f"numerator: {formula}")
    assert write_formula(province.registry.indicators["i0"]) == written


def test_a_product_inside_of_another_binds_where_it_stands(province: Province) -> None:
    """In any order of summands, and not in another factor; both are told apart by meaning, too."""
    inner = "{of: births_at_clinic, divided_by: births}"
    declare(
        province,
        f"numerator: [{{of: births, divided_by: [births, {inner}]}}]",
        f"numerator: [{{of: births, divided_by: [{inner}, births]}}]",
        f"numerator: [{{of: births, multiplied_by: [births, {inner}]}}]",
    )
    registry = province.registry
    prints = [fingerprint_definition(registry, f"i{number}") for number in range(3)]
    assert prints[0] == prints[1] != prints[2]
    found = {(one.indicator, one.relation, one.other) for one in find_duplicates(registry)}
    assert ("i1", "same", "i0") in found and not any("i2" in one for one in found)


def test_two_ways_of_writing_bind_the_same_and_other_times_do_not(province: Province) -> None:
    declare(
        province,
        "numerator: {births: 1, previous_year(births): -1}",
        "numerator: [{of: births, times: -1, back: {years: 1}}, births]",
        "numerator: [births, {of: births, times: -1, back: {months: 11}}]",
    )
    registry = province.registry
    prints = [fingerprint_definition(registry, f"i{number}") for number in range(3)]
    assert prints[0] == prints[1] != prints[2]


def test_duplicates_know_products_and_times(province: Province) -> None:
    declare(
        province,
        "numerator: births_at_clinic\n  denominator: births",
        "numerator: [{of: births_at_clinic, divided_by: births}]",
        "numerator: [{of: births_at_clinic, divided_by: births, back: {months: 1}}]",
        "numerator: births_at_clinic\n  denominator: births\n  when: {denominator: {at_least: 9}}",
    )
    found = [(one.indicator, one.other, one.relation) for one in find_duplicates(province.registry)]
    assert found == [("i1", "i0", "same")]


@pytest.mark.parametrize(
    ("formula", "is_refused"),
    [
        ("numerator: births", True),
        ("numerator: [{of: births, over_areas: max}]", True),
        ("numerator: [{of: births, over_areas: count}]", False),
        ("numerator: [{of: births, divided_by: births_at_clinic}]", False),
    ],
)
def test_a_number_of_units_and_a_quotient_have_a_unit_of_their_own(
    province: Province, formula: str, is_refused: bool
) -> None:
    coded = VOCABULARY.replace("en: persons}", "en: persons, ucum: '{person}'}").replace(
        "en: points}", "en: points, ucum: '{point}'}"
    )
    province.write("vocabulary.yml", coded)
    declare(province, formula)
    text = (province.sources / "clinic/indicators.yml").read_text(encoding="utf-8")
    province.write("clinic/indicators.yml", text.replace("unit: person", "unit: point"))
    if not is_refused:
        assert province.registry.indicators
        return
    with pytest.raises(ProblemsFound, match="unit of its parts"):
        _ = province.registry
