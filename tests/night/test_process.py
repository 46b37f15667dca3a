"""Six steps: who stands where, what sends a definition back, what is published.

Past 200 lines: the six steps and what holds a definition back at each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from kinhbac.answers.differences import compare_definitions, definitions_of_registry
from kinhbac.problems import ProblemsFound
from kinhbac.registry.definitions.formulas import definitions_of, write_formula
from kinhbac.registry.definitions.signing import sign
from kinhbac.registry.definitions.standing import Standing, find_standings
from kinhbac.registry.tables.process import tabulate_standings
from tests.conftest import JANUARY, PUBLICATION, Province
from tests.straight import Compiled

Edit = Callable[[str, str, str], None]
SIX_STEPS = """\
steps:
  listed: {name: {vi: Lập danh mục, en: Listed}, requires: [need], signed_by: [STC]}
  standardised:
    name: {vi: Chuẩn hóa, en: Standardised}
    requires: [formula]
    signed_by: [owner]
    binds_definition: true
  unified:
    name: {vi: Thống nhất, en: Unified}
    checks: [unique_meaning]
    signed_by: [STC]
    binds_definition: true
  issued:
    name: {vi: Ban hành, en: Issued}
    checks: [operands_published]
    signed_by: [STC]
    binds_definition: true
    published: true
  operating:
    name: {vi: Vận hành, en: Operating}
    checks: [delivered]
    signed_by: [STC]
    binds_definition: true
    published: true
  retired: {name: {vi: Bãi bỏ, en: Retired}, signed_by: [STC], ends: true}
"""
ROUNDS = """\
first:
  name: {vi: Đợt một, en: First round}
  synthetic: true
  acts:
    listed: {agency: STC, decision: 1/STC, date: 2025-08-01}
    standardised: {agency: owner, decision: 2/SYT, date: 2025-08-02}
    unified: {agency: STC, decision: 3/STC, date: 2025-08-03}
    issued: {agency: STC, decision: 4/STC, date: 2025-08-04}
    operating: {agency: STC, decision: 5/STC, date: 2026-03-01}
half_way:
  name: {vi: Đợt dở dang, en: Half-way round}
  synthetic: true
  acts:
    listed: {agency: STC, decision: 6/STC, date: 2025-08-01}
    standardised: {agency: owner, decision: 7/SYT, date: 2025-08-02}
closing:
  name: {vi: Đợt bãi bỏ, en: Closing round}
  synthetic: true
  acts:
    retired: {agency: STC, decision: 8/STC, date: 2026-03-02}
"""
NEEDS = """\
births: {name: {vi: Sinh đẻ, en: Births}, asked_by: STC, group: process, sector: health}
nobody_answers: {name: {vi: Trẻ em, en: Children}, asked_by: STC, group: input, sector: health}
"""
TODAY = date(2026, 3, 20)


@pytest.fixture
def stepped(province: Province, edit: Edit) -> Province:
    """The tiny registry under six steps, all of it signed."""
    edit("clinic/source.yml", ", personal: [SoDinhDanh]", "")
    edit("clinic/indicators.yml", "  purpose:", "  need: births\n  purpose:")
    # Twice the points are the points again; a total of two things is something else.
    edit(
        "clinic/indicators.yml",
        "components: {clinic_points: 2}",
        "components: {clinic_points: 2, births_to_date: 1}",
    )
    province.write("process.yml", SIX_STEPS)
    province.write("rounds.yml", ROUNDS)
    province.write("needs.yml", NEEDS)
    registry = province.registry
    assert len(sign(registry, registry.indicators, "first")) == 5
    return province


def standings(province: Province, day: date = TODAY, delivered: bool = True) -> dict[str, Standing]:
    return find_standings(province.registry, day, {"clinic"} if delivered else set())


def test_an_indicator_stands_at_the_last_step_whose_conditions_are_met(stepped: Province) -> None:
    assert {s.step for s in standings(stepped).values()} == {"operating"}
    assert {s.step for s in standings(stepped, date(2026, 2, 1)).values()} == {"issued"}
    assert {s.step for s in standings(stepped, date(2025, 8, 3)).values()} == {"unified"}
    waiting = standings(stepped, delivered=False)["births_growth"]
    assert (waiting.step, waiting.published) == ("issued", True)
    assert waiting.lacking == ("«clinic» has delivered nothing yet",)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("clinic/indicators.yml", "  scale: 100\n  unit: percent\n  frequency: month\n  direction: higher", "  scale: 1000\n  unit: percent\n  frequency: month\n  direction: higher"),
        ("clinic/indicators.yml", "  unit: percent\n  frequency: month\n  direction: higher", "  unit: point\n  frequency: month\n  direction: higher"),
        ("clinic/indicators.yml", "  denominator: births\n", "  denominator: {births: 1, births_at_clinic: 1}\n"),
    ],
    ids=["formula", "unit", "operands"],
)  # fmt: skip
def test_a_changed_definition_is_sent_back_with_all_that_rests_on_it(
    stepped: Province, edit: Edit, name: str, old: str, new: str
) -> None:
    before = definitions_of_registry(stepped.registry)
    edit(name, old, new)
    found = standings(stepped)
    rate = found["clinic_birth_rate"]
    assert (rate.step, rate.published, rate.sent_back) == ("listed", False, True)
    assert "has changed since it was signed" in rate.lacking[0]
    for above in (found["clinic_points"], found["clinic_total"]):
        assert not above.published
        assert above.sent_back or (above.waits and "is not published" in above.lacking[0])
    assert not any(standing.waits for standing in standings(stepped, date(2025, 8, 3)).values())
    changed = {
        difference.indicator
        for difference in compare_definitions(before, definitions_of_registry(stepped.registry))
    }
    assert "clinic_birth_rate" in changed
    sign(stepped.registry, stepped.registry.indicators, "first")
    assert standings(stepped)["clinic_total"].step == "operating"


def test_writing_a_formula_in_another_order_changes_nothing(stepped: Province, edit: Edit) -> None:
    edit(
        "clinic/indicators.yml",
        "{births: 1, previous_year(births): -1}",
        "{previous_year(births): -1, births: 1}",
    )
    assert standings(stepped)["births_growth"].step == "operating"


def test_a_name_or_a_target_is_no_new_definition(stepped: Province, edit: Edit) -> None:
    edit("clinic/indicators.yml", "Births at clinics", "Births at any clinic")
    edit("clinic/indicators.yml", "warn: {yellow: 80", "target: {2026: 90}\n  warn: {yellow: 85")
    assert standings(stepped)["clinic_birth_rate"].step == "operating"


def test_a_proposal_needs_no_formula_and_publishes_nothing(stepped: Province) -> None:
    proposal = (
        "midwives:\n  name: {vi: Hộ sinh, en: Midwives}\n  group: input\n"
        "  purpose: Shows where midwives are short.\n  unit: person\n  frequency: month\n"
        "  direction: neutral\n"
    )
    text = (stepped.sources / "clinic" / "indicators.yml").read_text(encoding="utf-8")
    stepped.write("clinic/indicators.yml", text + proposal)
    found = standings(stepped)["midwives"]
    assert (found.step, found.published) == ("proposed", False)
    assert found.lacking == ("«need» is not filled in", "STC has not signed")
    assert write_formula(definitions_of(stepped.registry.indicators["midwives"])[0].indicator) == ""


def test_what_is_lacking_is_told_by_names_and_not_by_keys(stepped: Province) -> None:
    waiting = standings(stepped, delivered=False)["births_growth"]
    told = replace(waiting, lacking=(*waiting.lacking, "«need» is not filled in"))
    [row] = tabulate_standings(stepped.registry, {"births_growth": told})
    assert row.lacking == (
        "«Clinics» has delivered nothing yet; «information need» is not filled in"
    )
    assert row.lacking_vi == "nguồn «Trạm y tế» chưa gửi gì; chưa điền «nhu cầu thông tin»"


def test_a_retired_indicator_is_published_no_more(stepped: Province) -> None:
    sign(stepped.registry, ["births_to_date"], "closing")
    found = standings(stepped)
    assert (found["births_to_date"].step, found["births_to_date"].published) == ("retired", False)
    assert found["clinic_total"].lacking == ("its operand «births_to_date» is not published",)


def test_a_duplicate_is_not_unified(stepped: Province) -> None:
    text = (stepped.sources / "clinic" / "indicators.yml").read_text(encoding="utf-8")
    twin = text[text.index("clinic_birth_rate:") : text.index("births_to_date:")]
    stepped.write("clinic/indicators.yml", text + twin.replace("clinic_birth_rate:", "twin:"))
    sign(stepped.registry, ["twin"], "first")
    found = standings(stepped)["twin"]
    assert (found.step, found.lacking) == (
        "standardised",
        ("it is «clinic_birth_rate» again (same)",),
    )


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("rounds.yml", "listed: {agency: STC, decision: 6", "listed: {agency: SYT, decision: 6", "SYT does not sign this step"),
        ("rounds.yml", "unified: {agency: STC, decision: 3", "united: {agency: STC, decision: 3", "unknown step «united»"),
        ("rounds.yml", "date: 2025-08-04", "date: 2025-08-01", "before the step that comes first"),
        ("rounds.yml", "decision: 8/STC, ", "", "Field required"),
        ("needs.yml", "asked_by: STC, group: input", "asked_by: XX, group: input", "unknown agency «XX»"),
        ("needs.yml", "group: input, sector: health", "group: input, sector: stars", "unknown sector «stars»"),
        ("process.yml", "published: true", "published: false", "no step is published"),
        ("process.yml", "checks: [delivered]", "checks: [hoped]", "'delivered'"),
        ("clinic/indicators.yml", "need: births", "need: fame", "unknown need «fame»"),
        ("clinic/indicators.yml", "round: first", "round: third", "unknown round «third»"),
    ],
)  # fmt: skip
def test_the_process_is_proven_like_everything_else(
    stepped: Province, edit: Edit, name: str, old: str, new: str, said: str
) -> None:
    edit(name, old, new)
    with pytest.raises(ProblemsFound) as found:
        _ = stepped.registry
    assert said in str(found.value) and f"sources/{name}:" in str(found.value)


def test_unpublished_indicators_appear_in_coverage_and_nowhere_else(
    stepped: Province, edit: Edit, project: Compiled
) -> None:
    stepped.project = project
    sign(stepped.registry, ["births_growth"], "half_way")
    text = (stepped.sources / "clinic" / "indicators.yml").read_text(encoding="utf-8")
    earlier = """\
  valid: {from: 2026-02-01}
  earlier:
    - {valid: {from: 2020-01-01, to: 2026-01-31}, numerator: births, denominator: births, scale: 7}
"""
    stepped.write(
        "clinic/indicators.yml",
        text.replace("  warn: {yellow: 80", earlier + "  warn: {yellow: 80"),
    )
    sign(stepped.registry, ["clinic_birth_rate"], "first")
    stepped.write("publication.yml", PUBLICATION)
    stepped.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    stepped.land("clinic/2026-02/2026-03-03_a.csv", JANUARY)
    stepped.build()
    ask = stepped.query
    assert ask("select count(*) from indicator_values where indicator = 'births_growth'") == [(0,)]
    cells = ask("select distinct coverage from coverage where indicator = 'births_growth'")
    assert cells == [("not_issued",)]
    assert ask("select step, lacking from indicators where indicator = 'births_growth'") == [
        ("standardised", "STC has not signed")
    ]
    assert ask("select item, agency from worklist where place = 'births_growth'") == [
        ("not_issued", "SYT")
    ]
    # Whoever is published is to be understood outside; whoever is not is asked nothing yet.
    lacking = ask("select agency, found from worklist where item = 'undescribed' order by place")
    assert set(lacking) == {("SYT", "contact, theme, unit_code")}
    assert len(lacking) == ask("select count(*) from indicators where published")[0][0] == 4
    assert ask("select need, state from needs order by 1") == [
        ("births", "answered"),
        ("nobody_answers", "no_indicator"),
    ]
    matrix = ask(
        "select proposed, agreed, computed, published from coverage_matrix "
        "where indicator_group = 'impact' and sector = 'health'"
    )
    assert matrix == [(1, 1, 0, 0)]
    # Each period by the definition of its time; every method side by side.
    values = "select period, value from indicator_values where area = '00002' and indicator = "
    of_its_time = ask(f"{values} 'clinic_birth_rate' and value is not null order by 1")
    assert of_its_time == [("2026-01", 7), ("2026-02", 10)]
    assert ask(f"{values} 'clinic_points' and value is not null order by 1") == [
        ("2026-01", 0.88),
        ("2026-02", 1.25),
    ]
    methods = ask(
        "select period, version, value, of_its_time from indicator_methods "
        "where area = '00002' and value is not null order by 1, 2"
    )
    assert methods == [
        ("2026-01", 1, 7, True),
        ("2026-01", 2, 10, False),
        ("2026-02", 1, 7, False),
        ("2026-02", 2, 10, True),
    ]


@pytest.mark.parametrize("ends", ["2026-01-30", "2026-02-05"])
def test_definitions_in_time_may_not_gap_or_overlap(
    stepped: Province, edit: Edit, ends: str
) -> None:
    edit(
        "clinic/indicators.yml",
        "  warn: {yellow: 80",
        "  valid: {from: 2026-02-01}\n  earlier:\n"
        f"    - {{valid: {{from: 2020-01-01, to: {ends}}}, scale: 7}}\n  warn: {{yellow: 80",
    )
    with pytest.raises(ProblemsFound, match="on every day an indicator has one definition"):
        _ = stepped.registry
