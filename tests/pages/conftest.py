"""One built site of two releases and one browser, shared by every question asked of pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

from kinhbac.release.releases import Release
from kinhbac.scoreboard.site import build_site
from tests.board import share_board
from tests.conftest import Share
from tests.straight import Compiled

KINDS = {
    "today": "index.html",
    "catalogue": "catalogue.html",
    "indicator": "indicators/clinic_birth_rate.html",
    "harm": "indicators/revenue_to_date.html",
    "areas": "areas/index.html",
    "commune": "areas/00002.html",
    "province": "areas/24.html",
    "compare": "compare.html",
    "agency": "agencies/SYT.html",
    "need": "needs/care.html",
    "source": "sources/clinic.html",
    "composites": "composites/index.html",
    "composite": "composites/care_index.html",
    "deliveries": "deliveries.html",
    "quality": "quality.html",
    "coverage": "coverage.html",
    "dictionary": "dictionary.html",
    "report": "report.html",
}
"""One page of each kind, by its name here."""


@dataclass
class Board:
    """Two releases, the site of the newer one, and a browser, in which pages are opened as tabs
    are: a process of its own for each of them costs more than the page."""

    first: Release
    release: Release
    browser: BrowserContext
    elsewhere: Path | None = None

    @property
    def site(self) -> Path:
        return self.elsewhere or self.release.folder / "site"

    def spoilt(self, folder: Path, *statements: str) -> Board:
        """The same with the site of a release in which something is different."""
        copy = shutil.copyfile(self.release.folder / "warehouse.duckdb", folder / "then.duckdb")
        copy.chmod(0o644)
        with duckdb.connect(copy.as_posix()) as connection:
            for statement in statements:
                connection.execute(statement)
        build_site(copy, folder / "site", self.site)
        return replace(self, elsewhere=folder / "site")

    def address(self, path: str, language: str = "vi") -> str:
        return (self.site / ("en" if language == "en" else "") / path).as_uri()

    def open(self, path: str, language: str = "vi") -> Page:
        """A page that has drawn its charts; whatever it says or asks outside fails the test."""
        page = self.browser.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        inside = (self.site.as_uri(), "data:")
        page.on(
            "request",
            lambda request: None if request.url.startswith(inside) else said.append(request.url),
        )
        address, _, fragment = path.partition("#")
        page.goto(self.address(address, language) + (f"#{fragment}" if fragment else ""))
        # Asked as a selector: the policy of the pages forbids a function that is handed in as text.
        undrawn = "[data-chart]:not([data-empty]):not(:has(svg))"
        page.wait_for_selector(f"body:not(:has({undrawn}))")
        assert said == [], path
        return page

    def rows(self, question: str, *parameters: object) -> list[dict[str, Any]]:
        with duckdb.connect(
            (self.release.folder / "warehouse.duckdb").as_posix(), read_only=True
        ) as connection:
            answer = connection.execute(question, list(parameters))
            names = [column[0] for column in answer.description or ()]
            return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


@pytest.fixture(scope="module")
def board(share: Share, project: Compiled) -> Iterator[Board]:
    first, second = share_board(share, project)
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found,
            args=["--no-sandbox"],
            env={**os.environ, "LANG": "C.UTF-8"},  # or names of files lose what is not ASCII
        )
        tabs = browser.new_context(viewport={"width": 1366, "height": 768})
        tabs.new_page()  # while one is open, the process of the others stays
        yield Board(first, second, tabs)
        browser.close()
