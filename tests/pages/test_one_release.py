"""Whoever reads a page while another release comes into force reads one of both, whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Page, Request, Route, expect

from kinhbac.scoreboard.addresses import mark_of, split_address
from kinhbac.scoreboard.site import site_paths
from tests.pages.conftest import Board

ADDRESS = "http://kinhbac.invalid/"
READ = ("indicators/clinic_birth_rate.html", "en/areas/00001.html", "index.html")


def release_of(site: Path) -> dict[str, object]:
    said: dict[str, object] = json.loads(
        (site / "assets/release.js").read_text(encoding="utf-8").partition(" = ")[2].rstrip(";\n")
    )
    return said


@dataclass
class Link:
    """What ``current`` leads to, for a reader in a tab: the first ``requests`` of a page meet one
    site, all others the next; a path of ``meets`` meets that one whenever it is asked for."""

    tab: Page
    sites: tuple[Path, Path]
    requests: int = 0
    meets: dict[str, Path] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def answer(self, route: Route, request: Request) -> None:
        path = unquote(urlsplit(request.url).path).lstrip("/")
        self.asked.append(path)
        then = self.sites[len(self.asked) > self.requests]
        file = self.meets.get(path, then) / path
        if file.is_file():
            kind = guess_type(file.name)[0] or "application/octet-stream"
            route.fulfill(body=file.read_bytes(), content_type=kind)
        else:
            route.fulfill(status=404)

    def read(self, path: str, requests: int) -> Page:
        self.requests = requests
        self.asked.clear()
        self.tab.goto("about:blank")
        self.tab.goto(ADDRESS + path)
        return self.tab


@pytest.fixture
def link(board: Board) -> Iterator[Link]:
    tab = board.browser.new_page()
    made = Link(tab, (board.first.folder / "site", board.site))
    tab.route(f"{ADDRESS}**", made.answer)
    yield made
    tab.close()


def prove_whole(page: Page, path: str, sites: dict[int, Path]) -> int:
    """Which release a page shows; everything that it shows is that release's."""
    stamp = page.locator("footer [data-release=release]")
    expect(stamp).not_to_have_text("…")
    site = sites[number := int(stamp.inner_text())]
    assert page.locator("#superseded").is_hidden()
    assert page.content().count("data-mark=") == 1
    marks = release_of(site)["pages"]
    assert isinstance(marks, dict)
    assert page.get_attribute("body", "data-mark") == marks[path.removeprefix("en/")]
    loaded = page.evaluate("performance.getEntriesByType('resource').map(one => one.name)")
    for address in loaded:
        file = site / unquote(urlsplit(address).path).lstrip("/")
        assert file.is_file(), f"{address} is not of release {number}"
    figures = page.evaluate("window.kinhbacFigures ? JSON.stringify(kinhbacFigures) : ''")
    if "indicators/" in path:
        (lies,) = (one for one in loaded if "/data/indicators/" in one)
        text = (site / urlsplit(lies).path.lstrip("/")).read_text(encoding="utf-8")
        assert json.loads(figures) == json.loads(text.partition(" = ")[2].rstrip(";\n"))
    return number


def differ(path: str, sites: tuple[Path, Path]) -> bool:
    one, other = (site / path for site in sites)
    return not other.is_file() or one.read_bytes() != other.read_bytes()


@pytest.mark.parametrize("path", READ)
def test_a_page_is_of_one_release_wherever_in_its_reading_another_comes(
    board: Board, link: Link, path: str
) -> None:
    sites = {board.first.number: link.sites[0], board.release.number: link.sites[1]}
    assert prove_whole(link.read(path, 1000), path, sites) == board.first.number
    # Where both have the same file it is all one which of them was met.
    differing = [met for met, asked in enumerate(link.asked, 1) if differ(asked, link.sites)]
    assert len(differing) > 1
    seen = {prove_whole(link.read(path, met), path, sites) for met in (*differing, 0)}
    assert seen == {*sites}, "the release came both too late for a page, and in time"


def test_a_page_that_meets_release_after_release_shows_no_figure_of_any(link: Link) -> None:
    path = READ[0]
    link.meets = {path: link.sites[0], "assets/release.js": link.sites[1]}
    page = link.read(path, 0)
    expect(page.locator("#superseded")).to_be_visible()
    assert page.evaluate("[window.kinhbacFigures, window.kinhbacNames]") == [None, None]
    assert page.inner_text("#now-value") == ""
    assert link.asked.count(path) == 2, "it is not tried for ever"


def test_what_lies_under_a_hash_holds_what_it_says(board: Board) -> None:
    """And nothing but pages and ``release.js`` lies under a name that says nothing of it."""
    plain = set()
    for path in site_paths(board.site):
        found = split_address(path)
        if found:
            assert mark_of((board.site / path).read_bytes()) == found[1], path
        elif not path.endswith(".html"):
            plain.add(path)
    assert plain == {"assets/release.js"}
    style = next((board.site / "assets").glob("style.*.css"))
    fonts = re.findall(r"url\((fonts/[^)]+)\)", style.read_text(encoding="utf-8"))
    assert len(fonts) == 3 and all((style.parent / font).is_file() for font in fonts)


def test_a_page_that_says_the_same_in_two_releases_is_read_in_both(
    board: Board, link: Link
) -> None:
    """Its bytes are those of the release before, and it is not read twice for that."""
    before, now = link.sites
    assert (before / "catalogue.html").samefile(now / "catalogue.html")
    page = link.read("catalogue.html", 1)
    expect(page.locator("footer [data-release=release]")).to_have_text(str(board.release.number))
    assert link.asked.count("catalogue.html") == 1
