"""What is told of a page's layout is true: each fault is seen where there is one."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.pages.conftest import KINDS, Board
from tests.pages.layout import faults_of


@pytest.mark.parametrize(
    ("look", "fault"),
    [
        ("position: relative; left: 90vw; white-space: nowrap", "runs out"),
        ("position: absolute; top: 12px; left: 12px", "overlaps"),
        ("width: 20px; overflow: hidden; white-space: nowrap", "cut off"),
    ],
)
def test_each_fault_of_a_layout_is_seen(board: Board, look: str, fault: str) -> None:
    page = board.open("quality.html")
    assert faults_of(page) == []
    page.evaluate(
        "look => { const one = document.querySelector('main p'); one.style = look; "
        "one.textContent = 'Một dòng chữ dài để xem'; }",
        look,
    )
    told = faults_of(page)
    page.close()
    assert any(one.startswith(fault) for one in told), told


def test_on_a_phone_no_column_of_a_stacked_table_lies_beyond_the_screen(board: Board) -> None:
    """Names stand above their figures, so that peers and ranks are seen without scrolling."""
    seen = 0
    for kind in ("indicator", "commune", "agency", "compare", "composite"):
        page = board.open(KINDS[kind])
        page.set_viewport_size({"width": 390, "height": 844})
        page.wait_for_timeout(100)
        beyond = page.evaluate(
            "[...document.querySelectorAll('.stacked')].filter(one => one.checkVisibility())"
            ".map(one => one.scrollWidth - one.parentElement.clientWidth)"
        )
        page.close()
        assert all(by <= 1 for by in beyond), (kind, beyond)
        seen += len(beyond)
    assert seen > 4


@pytest.mark.parametrize("kind", [one for one in KINDS if one not in ("catalogue", "harm")])
def test_on_a_phone_no_table_is_moved_sideways_but_the_boards_of_deliveries(
    board: Board, kind: str
) -> None:
    """A row tells each figure after the head of its column, also when a reader unfolds it later."""
    page = board.open(KINDS[kind])
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    wide = _settled(
        page,
        "[...document.querySelectorAll('.scroll:not(:has(.board))')].filter(one => one.checkVisibility()"
        " && one.scrollWidth > one.clientWidth + 1).map(one => one.getAttribute('aria-label'))",
    )
    untold = page.evaluate(
        "[...document.querySelectorAll('.row-by-row tbody tr')].filter(row => row.cells.length > 2"
        " && [...row.querySelectorAll('td')].some(cell => cell.dataset.head === undefined)).length"
    )
    page.set_viewport_size({"width": 1366, "height": 768})
    told_as_rows = _settled(page, "document.querySelectorAll('.row-by-row').length")
    page.close()
    assert (wide, untold, told_as_rows) == ([], 0, 0)


def _settled(page: Page, question: str) -> object:
    """What a page says when it has drawn itself anew: nothing, as soon as that is so."""
    for _ in range(50):
        if not (told := page.evaluate(question)):
            break
        page.wait_for_timeout(100)
    return told


def test_what_a_row_tells_on_a_phone_is_headed_by_its_column(board: Board) -> None:
    page = board.open(KINDS["areas"])
    heads = page.locator("#communes").locator("xpath=../thead/tr/th").all_inner_texts()
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_selector(".row-by-row #communes")
    cells = page.locator("#communes tr").first.locator("td")
    told = [
        one.evaluate("one => getComputedStyle(one, '::before').content.slice(1, -1)")
        for one in cells.all()
    ]
    page.close()
    assert told == [f"{head}: " for head in heads[1:]]


def test_on_a_phone_the_report_keeps_the_heads_of_its_parts(board: Board) -> None:
    page = board.open(KINDS["report"])
    page.set_viewport_size({"width": 390, "height": 844})
    seen = page.locator("main h2").evaluate_all(
        "all => all.map(one => getComputedStyle(one).clipPath)"
    )
    page.close()
    assert seen and {*seen} == {"none"}
