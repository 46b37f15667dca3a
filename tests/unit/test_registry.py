"""The registry says everything that is wrong with it, once, with file and line."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from operator import attrgetter

import pytest

from kinhbac.data_folder import SOURCES
from kinhbac.problems import ProblemsFound
from kinhbac.registry import load_registry
from kinhbac.registry.json_schemas import json_schemas
from kinhbac.registry.tables.indicators import IndicatorRow, tabulate_indicators
from tests.conftest import CLINIC, INDICATORS, Province

Edit = Callable[[str, str, str], None]


def problems_of(province: Province) -> list[str]:
    with pytest.raises(ProblemsFound) as found:
        load_registry(province.sources)
    return [str(problem) for problem in found.value.problems]


def test_the_shipped_registry_covers_the_five_groups() -> None:
    registry = load_registry(SOURCES)
    groups = Counter(indicator.group for indicator in registry.indicators.values())
    frequencies = {indicator.frequency.value for indicator in registry.indicators.values()}
    assert len(registry.agencies) >= 20
    assert len(registry.sources) >= 14
    assert len({source.sector for source in registry.sources.values()}) >= 10
    assert len(registry.indicators) >= 120
    assert set(groups) == {"input", "process", "output", "impact", "composite"}
    assert {"day", "month", "quarter", "year"} <= frequencies
    assert sum(area.kind == "commune" for area in registry.areas.areas.values()) == 99
    assert sum(area.kind == "former_commune" for area in registry.areas.areas.values()) == 313


def test_what_an_indicator_serves_is_said_in_both_languages() -> None:
    for indicator in load_registry(SOURCES).indicators.values():
        assert indicator.purpose.vi and indicator.purpose.vi != indicator.purpose.en


def test_a_text_alone_is_the_english_purpose(province: Province) -> None:
    rows = tabulate_indicators(province.registry, date(2026, 3, 20))
    told = {
        (row.purpose, row.purpose_vi) for row in rows if isinstance(row, IndicatorRow) and row.today
    }
    assert told and all(english and vietnamese is None for english, vietnamese in told)


def test_a_growth_that_is_announced_of_the_year_to_date_says_so() -> None:
    """Nothing is added up: half a year's growth stands without that of its first quarter."""
    rows = tabulate_indicators(load_registry(SOURCES), date(2026, 3, 1))
    told = {
        row.indicator: (row.covers, row.span)
        for row in rows
        if isinstance(row, IndicatorRow) and row.indicator.startswith("grdp_growth")
    }
    assert told["grdp_growth_announced_to_date"] == ("to_date", "period")
    assert told["grdp_growth_of_year"][0] != "to_date"


def test_a_code_without_a_date_is_ambiguous() -> None:
    areas = load_registry(SOURCES).areas
    from datetime import date

    assert areas.code_list("statistics", date(2025, 6, 30))["24"].area == "former-24"
    assert areas.code_list("statistics", date(2025, 7, 1))["24"].area == "24"
    assert areas.code_list("organisation", date(2025, 6, 30))["H05"].area == "former-27"


def test_schemas_for_editors_are_current() -> None:
    for name, content in json_schemas().items():
        assert json.loads((SOURCES / "schema" / name).read_text(encoding="utf-8")) == content


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (
            "clinic/source.yml",
            "synthetic: true",
            "synthetic: true\nsector: health",
            "written twice",
        ),
        ("clinic/source.yml", "synthetic: true", "synthetic: NO", "synthetic"),
        ("clinic/source.yml", "unit: person, column: Sinh", "unit: NO, column: Sinh", "unit"),
        ("clinic/source.yml", "agency: SYT", "agency: XYZ", "unknown agency «XYZ»"),
        (
            "clinic/source.yml",
            "from: 2025-07-01}]",
            "from: 2025-07-01, to: 2025-12-31}, {agency: STC, from: 2026-02-01}]",
            "a gap",
        ),
        (
            "clinic/source.yml",
            "from: 2025-07-01}]",
            "from: 2025-07-01, to: 2026-12-31}, {agency: STC, from: 2026-02-01}]",
            "an overlap",
        ),
        (
            "clinic/indicators.yml",
            "denominator: births\n",
            "denominator: deaths\n",
            "unknown operand «deaths»",
        ),
        ("clinic/indicators.yml", "group: process", "group: process\n  areas: [village]", "areas"),
        (
            "clinic/indicators.yml",
            "numerator: births\n",
            "numerator: clinic_birth_rate\n",
            "which is not below input",
        ),
        (
            "clinic/indicators.yml",
            "components: {clinic_points: 2}",
            "components: {clinic_total: 2}",
            "leads back to itself",
        ),
        ("clinic/indicators.yml", "births_to_date:", "births:", "an indicator has the same key"),
    ],
)
def test_a_breach_is_named_with_file_and_line(
    province: Province, edit: Edit, name: str, old: str, new: str, said: str
) -> None:
    edit(name, old, new)
    text = "\n".join(problems_of(province))
    assert said in text
    assert f"sources/{name}:" in text
    assert "Rule:" in text and "Remedy:" in text


def test_a_character_that_no_document_could_hold_is_refused_at_the_door(province: Province) -> None:
    areas = province.sources / "areas.csv"
    lines = areas.read_text(encoding="utf-8").splitlines(keepends=True)
    name = lines[1].split(",")[3]
    lines[1] = lines[1].replace(name, f"{name}\x08", 1)
    areas.write_text("".join(lines), encoding="utf-8")
    province.write("clinic/source.yml", CLINIC.replace("Trạm y tế", '"Trạm\\x08"', 1))
    said = problems_of(province)
    assert any("areas.csv:2, name_vi: " in line and "U+0008" in line for line in said)
    assert any("source.yml" in line and "U+0008" in line and "escape" in line for line in said)


def test_an_element_of_two_sources_is_refused(province: Province) -> None:
    province.write("hospital/source.yml", CLINIC.replace("source: clinic", "source: hospital"))
    province.write("hospital/indicators.yml", INDICATORS)
    text = "\n".join(problems_of(province))
    assert "the data element belongs to clinic too" in text
    assert "the indicator is declared in sources/clinic/indicators.yml too" in text


def test_all_problems_come_at_once(province: Province, edit: Edit) -> None:
    edit("clinic/source.yml", "agency: SYT", "agency: XYZ")
    edit("clinic/indicators.yml", "unit: percent", "unit: furlong")
    edit("agencies.yml", "kind: department}\nSTC", "kind: ministry}\nSTC")
    assert len(problems_of(province)) >= 3


def test_a_registry_says_every_problem_however_many(province: Province) -> None:
    """Nothing is published then, so there is no table in which the rest could be looked up."""
    wrong = "".join(f"mistake_{number}: {{name: x}}\n" for number in range(30))
    text = (province.sources / "clinic" / "indicators.yml").read_text(encoding="utf-8")
    province.write("clinic/indicators.yml", text + wrong)
    with pytest.raises(ProblemsFound) as found:
        load_registry(province.sources)
    assert all(f"mistake_{number}" in str(found.value) for number in range(30))
    assert "table `problems`" not in str(found.value)


def test_a_registry_goes_to_other_processes_as_it_is(province: Province) -> None:
    registry = province.registry
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        there = pool.submit(attrgetter("indicators"), registry).result()
    assert there == registry.indicators
