"""Finding and comparing: search on every page, places and indicators side by side, agencies, needs,
and the five questions of a leader."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from kinhbac.scoreboard.colours import COLOURS
from kinhbac.words.catalogue import CODES, Code
from kinhbac.words.language import Language
from tests.pages.conftest import KINDS, Board

BESIDE = "compare.html#areas=00001,00002,00004&indicators=clinic_birth_rate,births_in_month"


@pytest.mark.parametrize(
    ("asked", "kind", "found"),
    [
        ("dinh bang", "areas", "00001"),
        ("ĐÌNH BẢNG", "areas", "00001"),
        ("sinh tai tram", "indicators", "clinic_birth_rate"),
        ("births at", "indicators", "clinic_birth_rate"),
        ("sinh tai tram xa", "indicators", "clinic_birth_rate"),  # as others call it
        ("births health stations", "indicators", "clinic_birth_rate"),
        ("so y te", "agencies", "SYT"),
        ("cham soc me", "needs", "care"),
        ("bac giang", "areas", "24"),  # what the province was made of
    ],
)
def test_enter_opens_the_first_of_what_was_found(
    board: Board, asked: str, kind: str, found: str
) -> None:
    for path in ("index.html", "areas/00002.html"):
        page = board.open(path)
        page.fill("#search", asked)
        page.wait_for_selector(".found a")
        page.press("#search", "Enter")
        page.wait_for_url(f"**/{kind}/{found}.html")
        page.close()


def test_a_search_that_finds_nothing_says_so_and_arrows_walk_through_what_is_found(
    board: Board,
) -> None:
    page = board.open("catalogue.html", "en")
    page.fill("#search", "zzz")
    page.wait_for_selector(".found li")
    assert page.inner_text(".found") == Language("en").words["site"]["search_none"]
    page.fill("#search", "commune")
    page.wait_for_selector(".found a")
    page.press("#search", "ArrowDown")
    assert page.evaluate("document.activeElement.matches('.found a')")
    page.keyboard.press("Escape")
    assert page.locator(".found").is_hidden()
    page.close()


@pytest.mark.parametrize("language", CODES)
def test_places_stand_side_by_side_on_one_scale(board: Board, language: Code) -> None:
    lang = Language(language)
    page = board.open(BESIDE, language)
    page.wait_for_selector("#compare[data-ready]")
    assert page.locator("#heads th").count() == 3 and page.locator("#rows tr").count() == 2
    cells = {
        (row["indicator"], row["area"]): row["value"]
        for row in board.rows("select indicator, area, value from latest_values")
    }
    for place, key in enumerate(("clinic_birth_rate", "births_in_month")):
        shown = page.locator(f"#rows tr >> nth={place}").locator("td b").all_inner_texts()
        assert shown == [lang.number(cells[key, area]) for area in ("00001", "00002", "00004")]
    # A higher figure is drawn higher, in whichever cell of the row it stands.
    ends = [float(one.get_attribute("cy") or "")
            for one in page.locator("#rows tr >> nth=0").locator(".spark circle").all()]  # fmt: skip
    rates = [cells["clinic_birth_rate", area] for area in ("00001", "00002", "00004")]
    assert sorted(ends) == [ends[rates.index(value)] for value in sorted(rates, reverse=True)]
    ranks = page.locator("#ranks tr").count()
    assert ranks == 6 and page.locator("#ranks tr.is-own").count() == 3
    page.close()


@pytest.mark.parametrize("language", CODES)
def test_two_indicators_stand_against_each_other_with_names_on_demand(
    board: Board, language: Code
) -> None:
    lang = Language(language)
    page = board.open(BESIDE, language)
    page.wait_for_selector("#compare[data-ready]")
    names = {row["area"]: lang.name(row) for row in board.rows("from areas")}
    dots = page.locator("#scatter .mark-symbol path")
    assert dots.count() == 6
    said = page.locator("#scatter .mark-text text").all_text_contents()
    for area in ("00001", "00002", "00004"):  # those that were chosen, and no other
        assert names[area] in said
    assert not {names["00003"], names["00005"]} & {*said}
    for key in ("clinic_birth_rate", "births_in_month"):
        (named,) = board.rows(
            f"select distinct name_vi, name_en from indicators where indicator = '{key}'"
        )
        assert lang.name(named) in " ".join(said)
    # A dot tells its name to who points at it, and to who walks by arrow.
    dots.first.hover()
    assert page.inner_text("#scatter-names").split(":")[0] in names.values()
    page.mouse.move(0, 0)
    page.focus("#scatter")
    page.keyboard.press("ArrowRight")
    pointed = f"[fill='{COLOURS['link']}']"
    expect(page.locator(f"#scatter .mark-symbol path{pointed}")).to_have_count(1)
    assert ";" in page.inner_text("#scatter-names")
    # What few places have says so, offers nothing to take along, and tells no former dot.
    page.evaluate("location.hash = 'areas=00001&indicators=clinic_birth_rate,revenue_to_date'")
    few = page.locator("#scatter", has_text=lang.words["compare"]["too_few"])
    few.hover()
    assert page.locator("section:has(#scatter) .take").count() == 0
    assert page.inner_text("#scatter-names") == lang.words["compare"]["scatter_note"]
    page.close()


def test_the_choice_stands_in_the_link(board: Board) -> None:
    page = board.open(BESIDE)
    page.wait_for_selector("#compare[data-ready]")
    page.locator("#chosen-areas button").first.click()
    expect(page.locator("#heads th")).to_have_count(2)
    assert "areas=00002,00004" in page.url.replace("%2C", ",")
    page.fill("#add-areas", "Xã Năm")
    page.press("#add-areas", "Tab")
    expect(page.locator("#heads th")).to_have_count(3)
    page.check("#as-index")
    expect(page).to_have_url(re.compile("as=index$"))
    expect(page.locator("#rows .small").first).to_contain_text("= 100")
    page.close()


def test_what_is_compared_can_be_taken_along(board: Board) -> None:
    page = board.open(BESIDE)
    page.wait_for_selector("#compare[data-ready]")
    page.wait_for_timeout(200)
    page.click(".scroll + .take summary")
    with page.expect_download() as handed_out:
        page.click(".scroll + .take button:text('CSV')")
    rows = list(csv.DictReader(handed_out.value.path().read_text("utf-8-sig").splitlines()))
    page.close()
    assert {row["area"] for row in rows} == {"00001", "00002", "00004"}
    (told,) = board.rows(
        "select value from indicator_values where indicator = 'clinic_birth_rate' "
        "and area = '00002' and period = '2026-02'"
    )
    shown = next(row["value"] for row in rows if row["period"] == "2026-02"
                 and row["area"] == "00002" and row["indicator"] == "clinic_birth_rate")  # fmt: skip
    assert float(shown) == told["value"]


@pytest.mark.parametrize("language", CODES)
def test_an_agency_sees_what_is_its_own(board: Board, language: Code) -> None:
    lang = Language(language)
    page = board.open("agencies/SYT.html", language)
    told = page.inner_text("main")
    listed = page.inner_text("section:has(#worklist)")
    page.close()
    keys = board.rows(
        "select data_element as key from data_elements union from (select source from sources)"
    )
    assert listed and not [row["key"] for row in keys if "_" in row["key"] and row["key"] in listed]
    for row in board.rows("select name_vi, name_en from indicators where owner = 'SYT'"):
        assert lang.name(row) in told
    (source,) = board.rows("select name_vi, name_en from sources where owner = 'SYT'")
    assert lang.name(source) in told
    (warning,) = board.rows("select text_vi, text_en from warnings where open and area = '24'")
    _, _, alone = lang.name(warning, "text").partition(" – ")  # whose page it is need not be said
    assert alone in told and lang.name(warning, "text") not in told
    page = board.open("agencies/STC.html", language)  # who is to act sees the decision
    assert ("Mở trạm" if language == "vi" else "Open a clinic") in page.inner_text(
        "#decisions + ul"
    )
    page.close()


def test_who_comes_for_an_agency_sees_its_list_unfolded_and_no_other(board: Board) -> None:
    page = board.open("agencies/SYT.html")
    page.click("section:has(#worklist) > p a")
    page.wait_for_selector("details[open]#agency-SYT td")
    assert page.locator("section:has(#to-do) details[open]").count() == 1
    page.close()
    # Each owner is told with how much it must put right, before all boards.
    page = board.open("deliveries.html")
    told = {
        row.locator("th").inner_text(): row.locator("td").last.inner_text()
        for row in page.locator("section:has(#owners) tbody tr").all()
    }
    page.close()
    assert {name: count for name, count in told.items() if count} == {
        row["name_vi"]: str(row["items"])
        for row in board.rows(
            "select name_vi, count(*) as items from worklist inner join agencies using (agency) group by all"
        )
    }


@pytest.mark.parametrize("language", CODES)
def test_a_need_says_what_answers_it_and_what_is_missing(board: Board, language: Code) -> None:
    words = Language(language).words
    page = board.open("needs/care.html", language)
    assert page.locator("main a[href$='clinic_birth_rate.html']").count() == 1
    assert page.locator("main a[href$='agencies/STC.html']").count() == 1
    page.close()
    page = board.open("needs/roads.html", language)
    assert words["coverage"]["no_indicator"] in page.inner_text("main")
    page.close()


def test_a_leader_finds_five_answers_within_one_click(board: Board) -> None:
    """Which matter is gravest, since when, who acts, which communes are worst in it, what is due."""
    page = board.open("index.html")
    gravest = page.locator("h1 a")
    assert gravest.inner_text() == page.locator(".matter h3 a").first.inner_text()
    assert "11/2025" in page.inner_text(".matter .since")
    assert page.inner_text(".matter .owner") == "Sở Y tế Kinh Bắc"
    assert page.inner_text("#due + ul").lower().count("quá hạn") == 1
    # One click on the matter: communes ranked, those that differ beyond chance told apart.
    address = gravest.get_attribute("href") or ""
    page.close()
    page = board.open(address)
    assert page.locator("#compared").count() == 1
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    worst = page.locator("#compared-table tbody tr").last.inner_text()
    (area,) = board.rows(
        "select areas.name_vi from latest_values inner join areas using (area) "
        "where indicator = 'clinic_birth_rate' and area_kind = 'commune' order by rank desc limit 1"
    )
    assert area["name_vi"] in worst
    page.close()
    # Another click from the first screen: who acts, and what else it must do.
    page = board.open("index.html")
    page.click(".matter .owner")
    assert Path(page.url).stem == "SYT" and page.locator("#worklist").count() == 1
    page.close()


def test_a_comparison_and_a_chart_hand_out_a_workbook_with_unit_state_and_release(
    board: Board,
) -> None:
    for path, offered in ((BESIDE, ".scroll + .take"), (KINDS["indicator"], "[data-chart=series] + .take")):  # fmt: skip
        page = board.open(path)
        page.wait_for_selector("#compare[data-ready], main:not(:has(#compare))")
        page.wait_for_timeout(200)
        page.click(f"{offered} summary")
        with page.expect_download() as handed_out:
            page.click(f"{offered} button:text('XLSX')")
        book = CalamineWorkbook.from_path(handed_out.value.path())
        rows = book.get_sheet_by_index(0).to_python()
        page.close()
        said = [str(cell) for row in rows for cell in row]
        assert any(f"{Language('vi').words['site']['release']} 2" in cell for cell in said)
        assert any("%" in cell for cell in said)
        assert any(cell.startswith(Language("vi").words["state"]["value"]) for cell in said)
        assert any(isinstance(cell, float) for row in rows for cell in row)
