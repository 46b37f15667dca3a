"""The cause comes first: one mistake in the registry is one problem, wherever it is felt.

Past 200 lines by the table of mistakes and of what may be said of each.
"""

from __future__ import annotations

import unicodedata

import pytest

from kinhbac.problems import Problem, ProblemsFound
from kinhbac.registry import load_registry
from tests.conftest import (
    AGENCIES,
    CLINIC,
    INDICATORS,
    METHODS,
    PROCESS,
    REGISTER,
    VOCABULARY,
    Province,
)

RESPONSES = """\
seen:
  indicator: clinic_birth_rate
  area: "00001"
  acknowledged: {by: SYT, on: 2026-02-10}
"""
CORRECTIONS = """\
typed_wrong:
  data_element: births
  area: "00001"
  period: 2026-01
  old: 10
  new: 11
  reason: It was typed wrong.
  agreed_by: [SYT]
  agreed_on: 2026-02-10
"""
FILES = {
    "agencies.yml": AGENCIES,
    "vocabulary.yml": VOCABULARY,
    "process.yml": PROCESS,
    "methods.yml": METHODS,
    "clinic/source.yml": CLINIC,
    "clinic/indicators.yml": INDICATORS,
    "register/source.yml": REGISTER,
}


@pytest.fixture
def referring(province: Province) -> Province:
    """A registry whose files name each other's entries."""
    province.write("register/source.yml", REGISTER)
    assert not problems_of(province)
    return province


def problems_of(province: Province) -> tuple[Problem, ...]:
    try:
        load_registry(province.sources)
    except ProblemsFound as found:
        return found.problems
    return ()


@pytest.mark.parametrize(
    ("name", "old", "new", "place"),
    [
        ("agencies.yml", ", en: Department of Health", "", "SYT.name.en"),
        ("vocabulary.yml", ", en: Health}", "}", "sectors.health.en"),
        ("vocabulary.yml", ", en: persons", "", "units.person.en"),
        ("vocabulary.yml", "units:", "unit:", "unit"),
        ("vocabulary.yml", "  person:", "  Person:", "units.Person"),
        ("vocabulary.yml", "  person:", "  percent:", "units.percent"),
        ("agencies.yml", "SYT:", "Sở:", "Sở"),
        ("clinic/indicators.yml", "  purpose: Shows where", "  porpose: Shows where",
         "clinic_birth_rate.porpose"),
        ("process.yml", ", en: Issued", "", "steps.issued.name.en"),
        ("methods.yml", "  based_on: the tests\n", "", "points.based_on"),
        ("clinic/source.yml", ", en: Clinics", "", "name.en"),
        ("clinic/source.yml", ", en: Births", "", "data_elements.births.name.en"),
        ("clinic/source.yml", "agency: SYT", "agency: sở", "owner.0.agency"),
        ("clinic/source.yml", "from: 2025-07-01", "from: 01/07/2025", "owner.0.from"),
        ("clinic/source.yml", "as_of: 2025-07-01", "as_of: soon", "table.area.codes_as_of"),
        ("clinic/source.yml", "over_areas: sum, whole", "over_areas: add, whole",
         "data_elements.births.over_areas"),
        ("clinic/indicators.yml", ", en: Births at clinics", "", "clinic_birth_rate.name.en"),
        ("clinic/indicators.yml", ", en: Clinic points", "", "clinic_points.name.en"),
        ("clinic/indicators.yml", "{max: 10, target", "{max: ten, target",
         "clinic_points.components.clinic_birth_rate.max"),
        ("clinic/indicators.yml", "components: {clinic_points: 2}",
         "components: {clinic_points: two}", "clinic_total.components.clinic_points"),
        ("register/source.yml", ", en: Civil register", "", "name.en"),
    ],
)  # fmt: skip
def test_one_mistake_is_one_problem(
    referring: Province, name: str, old: str, new: str, place: str
) -> None:
    assert old in FILES[name]
    referring.write(name, FILES[name].replace(old, new, 1))
    [problem] = problems_of(referring)
    assert (problem.file, problem.column) == (f"sources/{name}", place)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("content", [b"}: [", b"", b"- 1\n", "name: Sở\n".encode("utf-16")])
def test_a_file_that_cannot_be_read_is_one_problem(
    referring: Province, name: str, content: bytes
) -> None:
    (referring.sources / name).write_bytes(content)
    [problem] = problems_of(referring)
    assert problem.file == f"sources/{name}"


@pytest.mark.parametrize(
    ("old", "new"), [("Xã Một", "Xã Một "), ("One,24,2025-07-01", "One,24,01/07/2025")]
)
def test_an_area_whose_row_is_wrong_is_an_area(referring: Province, old: str, new: str) -> None:
    text = (referring.sources / "areas.csv").read_text(encoding="utf-8")
    referring.write("areas.csv", text.replace(old, new))
    referring.write("clinic/responses.yml", RESPONSES)
    referring.write("clinic/corrections.yml", CORRECTIONS)
    [problem] = problems_of(referring)
    assert (problem.file, problem.line) == ("sources/areas.csv", 3)


def test_what_is_wrong_beside_a_mistake_is_told_with_it(referring: Province) -> None:
    """Only what follows is left out: an unknown word stays unknown."""
    referring.write("vocabulary.yml", VOCABULARY.replace(", en: Health}", "}"))
    referring.write("agencies.yml", AGENCIES.replace(", en: Department of Health", ""))
    referring.write("clinic/source.yml", CLINIC.replace("unit: person", "unit: furlong", 1))
    referring.write(
        "clinic/indicators.yml", INDICATORS.replace("denominator: births\n", "denominator: x\n", 1)
    )
    assert [problem.found for problem in problems_of(referring)] == [
        "Field required",
        "unknown operand «x»",
        "unknown unit «furlong»",
        "Field required",
    ]


@pytest.mark.parametrize(
    ("owners", "said"),
    [
        ("{agency: SYT, from: 2025-07-01}, {agency: STC, from: 2025-07-01}", "both begin on"),
        (
            "{agency: SYT, from: 2025-08-01}, {agency: STC, from: 2025-07-01}",
            "STC (from 2025-07-01) stands after SYT (from 2025-08-01), which begins later",
        ),
        (
            "{agency: SYT, from: 2025-07-01, to: 2025-06-30}, {agency: STC, from: 2025-07-01}",
            "SYT ends on 2025-06-30, before it begins on 2025-07-01",
        ),
        (
            "{agency: SYT, from: 2025-01-01, to: 2025-07-01}, {agency: STC, from: 2025-07-01}",
            "an overlap between SYT (to 2025-07-01) and STC (from 2025-07-01)",
        ),
        (
            "{agency: SYT, from: 2025-01-01, to: 2025-06-29}, {agency: STC, from: 2025-07-01}",
            "a gap between SYT (to 2025-06-29) and STC (from 2025-07-01)",
        ),
        ("{agency: SYT, from: 2025-01-01, to: 2025-06-30}", "nobody owns the source after"),
    ],
)
def test_owners_are_told_by_what_is_wrong_with_them(
    province: Province, owners: str, said: str
) -> None:
    province.write("clinic/source.yml", CLINIC.replace("{agency: SYT, from: 2025-07-01}", owners))
    [problem] = problems_of(province)
    assert said in problem.found


def test_an_owner_that_follows_on_the_next_day_is_right(province: Province) -> None:
    owners = "{agency: SYT, from: 2025-01-01, to: 2025-06-30}, {agency: STC, from: 2025-07-01}"
    province.write("clinic/source.yml", CLINIC.replace("{agency: SYT, from: 2025-07-01}", owners))
    assert not problems_of(province)


@pytest.mark.parametrize(
    ("unit", "time", "right"),
    [
        ("percent", "last", False),
        ("rate", "sum", False),
        ("ratio", "last", False),
        ("index", "last", False),
        ("person", "mean", False),
        ("daily", "mean", True),
        ("daily", "sum", True),
        ("person", "max", True),
    ],
)
def test_shares_and_means_are_not_summed_over_areas(
    province: Province, unit: str, time: str, right: bool
) -> None:
    units = """\
  rate: {vi: người/km², en: persons per km²}
  ratio: {vi: lần, en: times, cefact: C62, ucum: "1"}
  index: {vi: chỉ số, en: index, adds_up: false}
  daily: {vi: tấn/ngày, en: tonnes per day, adds_up: true}
"""
    province.write("vocabulary.yml", VOCABULARY + units)
    old, told = CLINIC.split("  births_at_clinic: ")
    told = told.replace("unit: person", f"unit: {unit}").replace(
        "over_time: sum", f"over_time: {time}"
    )
    province.write("clinic/source.yml", f"{old}  births_at_clinic: {told}")
    places = [problem.column for problem in problems_of(province)]
    assert places == ([] if right else ["data_elements.births_at_clinic.over_areas"])


def test_a_sum_of_beds_is_not_told_in_square_kilometres(province: Province) -> None:
    coded = VOCABULARY.replace("en: persons}", 'en: persons, cefact: IE, ucum: "{persons}"}')
    province.write("vocabulary.yml", coded + "  km2: {vi: km², en: km², cefact: KMK, ucum: km2}\n")
    province.write("clinic/indicators.yml", INDICATORS.replace("unit: person", "unit: km2", 1))
    [problem] = problems_of(province)
    assert (problem.column, problem.remedy[:20]) == ("births_to_date.unit", "write «unit: person»")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hòa giải", "Hoà giải"),
        ("Trạm", unicodedata.normalize("NFD", "Trạm")),
        ("Số  sinh", "Số\u00a0sinh"),
    ],
)
def test_two_spellings_of_a_name_are_one_name(province: Province, one: str, other: str) -> None:
    columns = CLINIC.replace("column: Sinh", f'column: "{one}"')
    province.write("clinic/source.yml", columns.replace("column: Tram", f'column: "{other}"'))
    [problem] = problems_of(province)
    assert "births reads the column" in problem.found
    labels = f'vintage: {{column: Kỳ, values: {{"{one}": final, "{other}": estimate}}}}, '
    province.write("clinic/source.yml", CLINIC.replace("ignored:", f"{labels}ignored:"))
    [problem] = problems_of(province)
    assert "the key is written twice" in problem.found


def test_a_contract_typed_in_pieces_reads_as_one_typed_whole(province: Province) -> None:
    contract = CLINIC.replace("column: Tram", "column: Trạm")
    province.write("clinic/source.yml", unicodedata.normalize("NFD", contract))
    element = province.registry.data_elements["births_at_clinic"]
    assert element.column == unicodedata.normalize("NFC", "Trạm")
