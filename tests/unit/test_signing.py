"""A signature is an act: of one agency, on what stood on its day.

A few lines past 200: each objection to a signature is seen.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from click.testing import CliRunner, Result

from kinhbac import cli
from kinhbac.commands import installation
from kinhbac.registry.definitions import fingerprints
from kinhbac.registry.definitions.acts import Stood
from kinhbac.registry.definitions.fingerprints import describe_definition, fingerprint_definition
from kinhbac.registry.definitions.standing import Standing, find_standings
from kinhbac.registry.tables.process import DefinitionRow, tabulate_definitions
from tests.conftest import Province

Edit = Callable[[str, str, str], None]
Sign = Callable[..., Result]
STEPS = """\
steps:
  listed: {name: {vi: Lập danh mục, en: Listed}, signed_by: [STC]}
  standardised:
    name: {vi: Chuẩn hóa, en: Standardised}
    requires: [formula]
    signed_by: [owner]
    countersigned_within: 30
    binds_definition: true
  issued:
    name: {vi: Ban hành, en: Issued}
    signed_by: [STC]
    binds_definition: true
    published: true
"""
ROUNDS = """\
# A comment stays.
trial:
  name: {vi: Đợt thử, en: Trial}
  synthetic: true
  acts: {}
later: {name: {vi: Đợt sau, en: Later}, synthetic: true}
"""
KEY = "births_growth"
TODAY = date(2026, 3, 20)


@pytest.fixture
def sign(province: Province, monkeypatch: pytest.MonkeyPatch) -> Sign:
    province.write("process.yml", STEPS)
    province.write("rounds.yml", ROUNDS)
    monkeypatch.setattr(installation, "SOURCES", province.sources)
    monkeypatch.setattr(installation, "today", lambda: TODAY)
    monkeypatch.setenv("KINHBAC_DATA", str(province.data.root))

    def sign(
        step: str, by: str, on: str, *keys: str, decision: str = "1/QĐ", round_: str = "trial"
    ) -> Result:
        given = ["--step", step, "--by", by, "--decision", decision, "--on", on]
        return CliRunner().invoke(cli.main, ["sign", round_, *(keys or (KEY,)), *given])

    return sign


def sign_all(sign: Sign) -> None:
    for step, by in (("listed", "STC"), ("standardised", "SYT"), ("issued", "STC")):
        assert sign(step, by, "2026-02-01").exit_code == 0


def standing(province: Province, day: date = TODAY, stood: Stood | None = None) -> Standing:
    return find_standings(province.registry, day, stood=stood)[KEY]


def test_each_agency_signs_for_itself_until_the_indicator_is_in_force(
    province: Province, sign: Sign
) -> None:
    first = sign("listed", "STC", "2026-02-01")
    assert first.output.splitlines()[0] == "1 of 1 definitions signed for «listed» in trial"
    assert "for standardised: owner has not signed" in first.output
    checked = CliRunner().invoke(cli.main, ["check"])
    assert checked.exit_code == 0
    assert f"warning: {KEY} is not published (listed); for standardised" in checked.output
    assert sign("standardised", "SYT", "2026-02-02", decision="2/SYT").exit_code == 0
    last = sign("issued", "STC", "2026-02-03")
    assert "warning" not in last.output
    assert (standing(province).step, standing(province).published) == ("issued", True)
    text = (province.sources / "rounds.yml").read_text(encoding="utf-8")
    assert "# A comment stays." in text
    assert '    standardised: {agency: SYT, decision: "2/SYT", date: 2026-02-02}' in text


def test_a_round_on_a_single_line_is_refused_and_nothing_is_written(
    province: Province, sign: Sign
) -> None:
    before = (province.sources / "clinic" / "indicators.yml").read_bytes()
    told = sign("listed", "STC", "2026-02-01", round_="later")
    assert told.exit_code == 1 and "«later» is written on a single line. Rule:" in told.output
    assert (province.sources / "clinic" / "indicators.yml").read_bytes() == before


def test_who_signs_later_signs_for_his_own_only(province: Province, sign: Sign) -> None:
    sign_all(sign)
    beside = sign("listed", "STC", "2026-02-01", "clinic_birth_rate")
    assert beside.exit_code == 0
    assert find_standings(province.registry, TODAY)["clinic_birth_rate"].step == "listed"


@pytest.mark.parametrize(
    ("said", "objection"),
    [
        (("issued", "SYT", "2026-02-01"), "SYT does not sign «issued», but STC does"),
        (("standardised", "STC", "2026-02-01"), "SYT owned «clinic» on 2026-02-01, not STC"),
        (("listed", "STC", "2026-04-01"), "2026-04-01 is yet to come"),
        (("signed", "STC", "2026-02-01"), "unknown: signed; rounds are trial, later; steps are"),
        (("listed", "stc", "2026-02-01"), "«stc» is no agency"),
        (("standardised", "SYT", "2026-01-31"), "is before 2026-02-01, when «listed» was signed"),
        (("listed", "STC", "2026-02-02"), "STC signed «listed» on 2026-02-01, 1/QĐ"),
    ],
)
def test_what_is_no_act_is_not_written_down(
    province: Province, sign: Sign, said: tuple[str, ...], objection: str
) -> None:
    sign("listed", "STC", "2026-02-01")
    before = (province.sources / "rounds.yml").read_text(encoding="utf-8")
    refused = sign(*said)
    assert refused.exit_code == 1
    assert objection in refused.output
    assert (province.sources / "rounds.yml").read_text(encoding="utf-8") == before


def test_a_round_signs_nothing_that_was_not_named(
    province: Province, sign: Sign, edit: Edit
) -> None:
    path = "clinic/indicators.yml"
    edit(path, "clinic_birth_rate:\n", "clinic_birth_rate:\n  signed: {round: trial}\n")
    refused = sign("listed", "STC", "2026-02-01")
    assert "the round would sign clinic_birth_rate too" in refused.output


def test_a_definition_is_not_younger_than_its_signature(province: Province, sign: Sign) -> None:
    sign_all(sign)
    stood = {KEY: date(2026, 2, 2)}
    found = standing(province, stood=stood)
    assert (found.step, found.published, found.sent_back, found.waits) == (
        "listed", False, False, False,
    )  # fmt: skip
    assert (
        "SYT signed on 2026-02-01, and the definition stands since 2026-02-02" in found.lacking[0]
    )
    assert standing(province, stood={KEY: date(2026, 2, 1)}).published
    assert standing(province, stood={KEY: None}).published


def test_releases_remember_since_when_a_definition_stands(province: Province, edit: Edit) -> None:
    def history(known: list[DefinitionRow], day: date, release: int) -> list[DefinitionRow]:
        return list(tabulate_definitions(province.registry, known, day, release))

    first = history([], date(2026, 1, 1), 1)
    assert {(row.first_stood_on, row.first_release, row.today) for row in first} == {
        (None, 1, True)
    }
    edit("clinic/indicators.yml", "{births: 1, previous_year(births): -1}", "births")
    second = history(first, date(2026, 2, 1), 2)
    changed = [row for row in second if row.indicator == KEY]
    assert [(row.first_stood_on, row.today) for row in changed] == [
        (None, False), (date(2026, 2, 1), True),
    ]  # fmt: skip
    edit(
        "clinic/indicators.yml",
        "numerator: births\n",
        "numerator: {births: 1, previous_year(births): -1}\n",
    )
    third = history(second, date(2026, 3, 1), 3)
    assert [(row.first_stood_on, row.today) for row in third if row.indicator == KEY] == [
        (None, True), (date(2026, 2, 1), False),
    ]  # fmt: skip


def test_a_new_owner_is_asked_to_sign_and_figures_stay_meanwhile(
    province: Province, sign: Sign, edit: Edit
) -> None:
    sign_all(sign)
    edit(
        "clinic/source.yml",
        "from: 2025-07-01}]",
        "from: 2025-07-01}, {agency: STC, from: 2026-03-01}]",
    )
    asked = standing(province, date(2026, 3, 31))
    assert (asked.published, asked.awaits, asked.awaits_until) == (True, "STC", date(2026, 3, 31))
    assert "STC, its new owner, signs until 2026-03-31" in str(asked)
    late = standing(province, date(2026, 4, 1))
    assert (late.published, late.awaits) == (False, None)
    assert "STC, its owner now, has not signed it by 2026-03-31" in late.lacking[0]
    assert sign("standardised", "STC", "2026-03-10", decision="9/STC").exit_code == 0
    assert '[{agency: SYT, decision: "1/QĐ", date: 2026-02-01}, {agency: STC' in (
        province.sources / "rounds.yml"
    ).read_text(encoding="utf-8")
    assert standing(province, date(2026, 4, 1)).published
    assert standing(province, date(2026, 4, 1)).awaits is None


def test_what_was_signed_when_owners_were_a_part_of_it_stays_signed(
    province: Province, sign: Sign, edit: Edit
) -> None:
    sign_all(sign)
    registry = province.registry
    now = fingerprint_definition(registry, KEY)
    former = fingerprints._fingerprint(registry, KEY, describe_definition(registry, KEY)["owner"])
    edit("clinic/indicators.yml", f'definition: "{now}"', f'definition: "{former}"')
    assert standing(province).published
    edit(
        "clinic/source.yml",
        "from: 2025-07-01}]",
        "from: 2025-07-01}, {agency: STC, from: 2026-03-01}]",
    )
    assert standing(province, date(2026, 3, 2)).published
    edit("clinic/indicators.yml", "{births: 1, previous_year(births): -1}", "births")
    assert standing(province, date(2026, 3, 2)).sent_back
