"""Who may see an indicator, and what outsiders would still have to ask about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from kinhbac.data_folder import SOURCES
from kinhbac.problems import ProblemsFound
from kinhbac.registry import load_registry
from kinhbac.registry.definitions.openness import (
    contact_of,
    find_access,
    find_narrowed,
    find_undescribed,
    licence_of,
)
from kinhbac.registry.tables.sources import SourceRow, tabulate_sources
from tests.conftest import INDICATORS, PUBLICATION, SCHOOL, Province

Edit = Callable[[str, str, str], None]
DAY = date(2026, 3, 20)


def open_all(province: Province) -> None:
    """Every indicator and its source declared open."""
    province.write(
        "clinic/indicators.yml",
        INDICATORS.replace("  purpose:", "  access: open\n  purpose:"),
    )
    text = (province.sources / "clinic/source.yml").read_text(encoding="utf-8")
    province.write("clinic/source.yml", text.replace("synthetic:", "access: open\nsynthetic:"))


def test_nothing_is_open_unless_somebody_says_so(province: Province) -> None:
    assert set(find_access(province.registry).values()) == {"internal"}


def test_an_indicator_is_open_when_it_and_all_that_it_rests_on_are(province: Province) -> None:
    open_all(province)
    registry = province.registry
    assert set(find_access(registry).values()) == {"open"}
    assert not list(find_narrowed(registry))


def test_the_strictest_of_a_chain_wins_and_is_told(province: Province, edit: Edit) -> None:
    open_all(province)
    edit(
        "clinic/indicators.yml",
        "group: process\n  access: open",
        "group: process\n  access: shared",
    )
    access = find_access(province.registry)
    assert access["clinic_birth_rate"] == "shared"
    assert access["clinic_points"] == access["clinic_total"] == "shared"
    assert access["births_to_date"] == "open"
    told = {narrowed.indicator: narrowed.access for narrowed in find_narrowed(province.registry)}
    assert told == {"clinic_points": "shared", "clinic_total": "shared"}


def test_one_operand_of_an_internal_source_closes_the_whole(province: Province, edit: Edit) -> None:
    open_all(province)
    province.write("school/source.yml", SCHOOL)
    edit("clinic/indicators.yml", "  denominator: births\n", "  denominator: pupils\n")
    assert find_access(province.registry)["clinic_birth_rate"] == "internal"


def test_terms_of_use_follow_from_access_unless_somebody_says_other(
    province: Province, edit: Edit
) -> None:
    province.write("publication.yml", PUBLICATION)
    assert licence_of(province.registry, "births_to_date", "internal") == "closed"
    edit("clinic/source.yml", "synthetic:", "licence: free\nsynthetic:")
    assert licence_of(province.registry, "births_to_date", "internal") == "free"
    [source] = [
        row for row in tabulate_sources(province.registry, DAY) if isinstance(row, SourceRow)
    ]
    assert (source.licence, source.licence_vi, source.licence_en) == ("free", "Tự do", "Free")


def test_what_an_outsider_would_have_to_ask_is_listed(province: Province, edit: Edit) -> None:
    assert find_undescribed(province.registry, "births_to_date", "internal", DAY) == []
    province.write("publication.yml", PUBLICATION)
    lacking = find_undescribed(province.registry, "births_to_date", "shared", DAY)
    assert lacking == ["licence", "contact", "theme", "unit_code"]
    edit("vocabulary.yml", "{vi: Y tế, en: Health}", "{vi: Y tế, en: Health, theme: HEAL}")
    edit("vocabulary.yml", "en: persons}", "en: persons, cefact: IE}")
    edit("agencies.yml", "kind: department}\nSTC", 'kind: department, contact: {email: yte@bn.example}}\nSTC')  # fmt: skip
    registry = province.registry
    assert find_undescribed(registry, "births_to_date", "open", DAY) == []
    assert contact_of(registry, "STC") is None


def test_only_whoever_owns_a_source_today_must_be_within_reach(
    province: Province, edit: Edit
) -> None:
    province.write("publication.yml", PUBLICATION)
    edit("agencies.yml", "kind: department}\nSTC", 'kind: department, contact: {email: yte@bn.example}}\nSTC')  # fmt: skip
    edit("clinic/source.yml", "2025-07-01}]", "2025-07-01, to: 2026-05-31}, {agency: STC, from: 2026-06-01}]")  # fmt: skip
    for day, lacks in ((date(2026, 5, 31), False), (date(2026, 6, 1), True)):
        lacking = find_undescribed(province.registry, "births_to_date", "shared", day)
        assert ("contact" in lacking) is lacks


def test_a_registry_says_which_words_of_publication_it_does_not_know(province: Province) -> None:
    wrong = PUBLICATION.replace("publisher: SYT", "publisher: XYZ").replace('"24"', '"99"')
    province.write("publication.yml", wrong.replace("open: free", "open: none_such"))
    text = (province.sources / "clinic/source.yml").read_text(encoding="utf-8")
    province.write("clinic/source.yml", text.replace("synthetic:", "licence: other\nsynthetic:"))
    with pytest.raises(ProblemsFound) as found:
        load_registry(province.sources)
    for said in ("agency «XYZ»", "area «99»", "licence «none_such»", "licence «other»"):
        assert f"unknown {said}" in str(found.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("https://data.example/", "https://data.example", "ends with «/»"),
        ("https://data.example/", "javascript:alert(1)/", "address"),
        ("free: {name: {vi: Tự do", "free: {document: data.html, name: {vi: Tự do", "document"),
        ("publisher: SYT", "publisher: SYT\ncontact: {}", "at least one"),
        ("publisher: SYT", "publisher: SYT\ncontact: {email: 'a{b}@bn.example'}", "email"),
        ("publisher: SYT", "publisher: SYT\ncontact: {email: 'a@bn|.example'}", "email"),
    ],
)
def test_addresses_are_addresses(province: Province, old: str, new: str, said: str) -> None:
    province.write("publication.yml", PUBLICATION.replace(old, new))
    with pytest.raises(ProblemsFound, match=said):
        load_registry(province.sources)


def test_the_shipped_indicators_lack_nothing_that_outsiders_must_know() -> None:
    registry = load_registry(SOURCES)
    access = find_access(registry)
    assert not [key for key in access if find_undescribed(registry, key, access[key], DAY)]
    assert not list(find_narrowed(registry))
    assert {"open", "shared", "internal"} == set(access.values())
