"""Every kind of page in a real browser: open to everybody, in both languages, at every width."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from axe_playwright_python.sync_playwright import Axe

from kinhbac.scoreboard.site import site_paths
from kinhbac.words.catalogue import CODES, Code
from kinhbac.words.language import Language
from tests.board import FORMULA, HARM
from tests.pages.conftest import KINDS, Board
from tests.pages.layout import WIDTHS, faults_of

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_accessible_fits_a_phone_and_asks_nothing_outside(
    board: Board, kind: str, language: Code
) -> None:
    page = board.open(KINDS[kind], language)
    assert page.get_attribute("html", "lang") == language
    assert page.locator("h1").count() == 1
    assert page.evaluate("window.hacked") is None
    # The engine would fetch the style sheet anew, which the page's policy forbids. What keeps a rule
    # is not told element by element: a third of its time.
    told = {"runOnly": RULES, "preload": False, "resultTypes": ["violations"]}
    found = Axe().run(page, options=told)
    broken = found.response["violations"]
    assert [(rule["id"], [one["html"] for one in rule["nodes"]]) for rule in broken] == []
    assert page.evaluate("document.fonts.check('16px \"Kinh Bac Sans\"', 'Đặng Ở Ữ ể')")
    # Coverage shows needs and steps alone, the dictionary no figure; every figure of the others is made up.
    marked = page.locator(".demonstration").count()
    assert marked == (kind not in ("coverage", "dictionary"))
    for across, down in WIDTHS.values():
        page.set_viewport_size({"width": across, "height": down})
        assert faults_of(page) == [], across
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.close()


NAMES_AND_LABELS = """() => [...document.querySelectorAll('main *, header *, footer *')]
  .filter((one) => !one.closest('[lang=vi], script, template'))
  .flatMap((one) => [one.getAttribute('aria-label'), one.getAttribute('title'), one.placeholder,
    ...[...one.childNodes].filter((part) => part.nodeType === 3).map((part) => part.data)])
  .filter((text) => text && text.trim())"""


def test_the_statement_that_contradicts_a_figure_is_named_in_the_language_of_the_page(
    board: Board, tmp_path: Path
) -> None:
    """The press is cited in Vietnamese; in English its source is named, which has a name in both."""
    other = board.spoilt(
        tmp_path,
        "insert into comparisons by name select 'births' as data_element, '24' as area, "
        "'month' as period_kind, date '2026-02-01' as period_start, '2026-02' as period, 30 as value, "
        "'clinic' as source, 'SYT' as owner, 31 as compared_value, 'clinic' as compared_source, "
        "'SYT' as compared_owner, 'Báo chí, tháng 3' as statement, 1 as difference, "
        "0.03 as relative_difference, 'contradiction' as verdict",
    )
    (named,) = other.rows("select name_vi, name_en from sources where source = 'clinic'")
    for path, place in {"index.html": "#trust + ul", KINDS["indicator"]: "#checks ~ ul"}.items():
        page = other.open(path)
        assert "Báo chí, tháng 3 31" in page.inner_text(place)
        page.close()
        page = other.open(path, "en")
        assert f"{named['name_en']} 31" in page.inner_text(place)
        said = " ".join(page.evaluate(NAMES_AND_LABELS))
        assert "Báo chí" not in said and "contradiction, 2026" not in said
        page.close()


def test_the_language_is_switched_in_place(board: Board) -> None:
    page = board.open(f"{KINDS['indicator']}#00002/2026-02")
    page.click("[data-language-switch]")
    assert page.url == board.address(KINDS["indicator"], "en") + "#00002/2026-02"
    page.wait_for_selector("#explained dl")
    assert "Numerator" in page.inner_text("#explained") or "numerator" in page.inner_text(
        "#explained"
    )
    page.click("[data-language-switch]")
    assert page.url == board.address(KINDS["indicator"]) + "#00002/2026-02"
    page.close()


def test_search_folds_letters_and_counts(board: Board) -> None:
    page = board.open("catalogue.html")
    every = len(board.rows("select indicator from indicators"))
    assert page.inner_text("#found") == str(every)
    page.fill("#find", "TY LE SINH")  # the indicator, and what is made of it
    assert page.inner_text("#found") == "2"
    found = page.locator("#definitions tr:visible").all_inner_texts()
    assert len(found) == 2 and all("Tỷ lệ sinh" in one for one in found)
    page.fill("#find", "")
    page.select_option("#by-sector", "budget")
    assert page.locator("#definitions tr:visible").count() == 1
    page.goto(board.address("catalogue.html") + "#source=clinic&group=composite")
    page.reload()
    assert page.locator("#definitions tr:visible").count() == 1
    page.goto(board.address("areas/index.html"))
    page.fill("#find", "dinh bang")
    assert page.locator("#communes tr:visible").count() == 1
    page.close()


def test_a_table_is_sorted_by_its_figures(board: Board) -> None:
    page = board.open(KINDS["indicator"])
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    head = page.locator("#compared-table th[data-sort='number'] button").first
    figures = "[...document.querySelectorAll('#compared-table tbody tr')].map("
    figures += "row => Number(row.cells[1].querySelector('data').value))"
    head.click()
    assert page.evaluate(figures) == sorted(page.evaluate(figures))
    head.click()
    assert page.evaluate(figures) == sorted(page.evaluate(figures), reverse=True)
    assert head.locator("xpath=..").get_attribute("aria-sort") == "descending"
    page.close()


def test_everything_is_reached_by_keyboard(board: Board) -> None:
    page = board.open(KINDS["indicator"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    reached = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break  # behind the last of them
        reached.add(
            page.evaluate(
                "(one => one.id || one.getAttribute('role') || one.tagName)(document.activeElement)"
            )
        )
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"
    assert {"area", "SUMMARY", "region", "A"} <= reached
    page.close()


def test_names_that_mean_harm_are_shown_as_text(board: Board) -> None:
    page = board.open(KINDS["harm"])
    assert HARM in page.inner_text("h1")
    page.close()
    page = board.open("deliveries.html")
    assert FORMULA in page.inner_text("main")
    page.close()
    for path in site_paths(board.site):
        if path.endswith(".html"):
            text = (board.site / path).read_text(encoding="utf-8")
            assert "<script>window.hacked" not in text, path
            assert "<img src=x" not in text, path


@pytest.mark.parametrize("language", CODES)
def test_today_and_the_report_do_without_scripts_and_every_other_page_says_so(
    board: Board, language: Code
) -> None:
    assert board.browser.browser
    context = board.browser.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    said = Language(language).words.site.no_script
    for kind, path in KINDS.items():
        page.goto(board.address(path, language))
        whole = kind in ("today", "report")
        assert (said in page.inner_text("main")) is not whole, kind
        if whole:
            assert page.locator("main data").count() > 5
    context.close()


def test_every_link_leads_to_a_page_or_a_file_of_the_site(board: Board) -> None:
    lost = set()
    for path in site_paths(board.site):
        if path.endswith(".html"):
            text = (board.site / path).read_text(encoding="utf-8")
            for address in re.findall(r'(?:href|src)="([^"#]+)', text):
                target = (board.site / path).parent / unquote(unescape(address)).partition("?")[0]
                if not target.is_file():
                    lost.add((path, address))
    assert lost == set()


def test_what_scripts_fill_in_leads_to_pages_of_the_site_too(board: Board) -> None:
    for kind in ("catalogue", "indicator", "harm", "commune", "province", "composite"):
        page = board.open(KINDS[kind])
        for address in page.evaluate("[...document.links].map(link => link.href)"):
            assert Path(unquote(urldefrag(address)[0]).removeprefix("file://")).is_file(), address
        page.close()


def test_what_is_late_refused_revised_and_overdue_is_said(board: Board) -> None:
    page = board.open("deliveries.html")
    (problem,) = board.rows("select found_vi from problems limit 1")
    assert problem["found_vi"] in page.inner_text("main")
    page.close()
    page = board.open("index.html")
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    main = page.inner_text("main")
    assert "Mở trạm" in main and "quá hạn" in main.lower()
    (revised,) = board.rows("select old_value, new_value from revisions where area = '00001' "
                            "and indicator = 'clinic_birth_rate'")  # fmt: skip
    assert Language("vi").number(revised["old_value"]) in main
    assert Language("vi").number(revised["new_value"]) in main
    page.close()
