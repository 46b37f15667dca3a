"""The data dictionary on the site: what a column means, found by anybody."""

from __future__ import annotations

from pathlib import Path

from kinhbac.scoreboard.site import build_site
from tests.pages.conftest import Board

MOST = 250_000
"""Bytes of the page."""


def test_a_column_is_found_by_what_it_means_on_a_page_that_stays_the_same(
    board: Board, tmp_path: Path
) -> None:
    page = board.open("dictionary.html", "en")
    rows = page.locator("#columns tr:visible")
    everything = rows.count()
    for words in ("put right vietnamese", "cach khac phuc"):
        page.fill("#find", words)
        assert 0 < rows.count() < everything
    build_site(board.release.folder / "warehouse.duckdb", tmp_path / "site", board.site)
    for code in ("", "en/"):
        before, now = (
            board.site / code / "dictionary.html",
            tmp_path / "site" / code / "dictionary.html",
        )
        assert now.samefile(before), "linked, not written again"
        assert now.stat().st_size <= MOST
