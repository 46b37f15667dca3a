"""The site of one release: every page in both languages, made again only where it changed.

Here: which pages there are, how they are written or taken over from the release before.
Not here: what a page shows (``pages``), its words (``words``), its charts (``charts``).

A page is fully decided by its context, its template, the code and the words; their fingerprint
stands in ``pages.json``, and so does what a script of figures is made of, by which both are taken
over (``taken_over``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kinhbac.data_folder import hash_code
from kinhbac.scoreboard.assets import asset_files
from kinhbac.scoreboard.pages import all_pages
from kinhbac.scoreboard.pages.page import DataFile, Page
from kinhbac.scoreboard.tables import Tables
from kinhbac.taken_over import Former, NewFolder, fingerprint, read_sealed
from kinhbac.words.catalogue import CATALOGUE, CODES
from kinhbac.words.language import Language

HERE = Path(__file__).parent
PAGES = "pages.json"
"""Fingerprint of every file of the site, by its path."""


@dataclass(frozen=True)
class Site:
    """What came of building: how many files there are, and how many were taken over."""

    files: int
    taken_over: int


def build_site(warehouse: Path, folder: Path, before: Path | None) -> Site:
    """Write the site of ``warehouse`` into ``folder``; ``before``: the site of the last release, in its folder.

    Every figure comes from the release's tables. Vietnamese pages stand at the root, English
    ones under ``en/``.
    """
    writer = _Writer(folder, before)
    for asset in asset_files():
        writer.write(f"assets/{asset.name}", fingerprint(asset.origin), asset.make)
    with Tables(warehouse) as tables:
        for page in all_pages(tables, writer.is_kept):
            if isinstance(page, Page):
                writer.write_page(page)
            else:
                writer.write_figures(page)
    return writer.finish()


class _Writer(NewFolder):
    def __init__(self, folder: Path, before: Path | None) -> None:
        self.code, self.environment = hash_code(HERE, CATALOGUE), _environment()
        super().__init__(folder, _read_former(before) if before else None)

    def is_kept(self, path: str, state: str) -> bool:
        """Whether the site before has a file of figures that is made of the same."""
        return self.has(path, self._of_state(state))

    def write_page(self, page: Page) -> None:
        said = json.dumps(page.context, ensure_ascii=False, default=str, sort_keys=True)
        state = self._of_state(f"{page.template}\n{said}")
        for language in CODES:
            path = page.path if language == "vi" else f"{language}/{page.path}"
            self.write(path, state, partial(render, page, Language(language), self.environment))

    def write_figures(self, file: DataFile) -> None:
        said = file.content.encode() if isinstance(file.content, str) else file.content

        def make() -> bytes:
            if said is None:
                raise LookupError(f"{file.path} was not made, and the site before has none like it")
            return said

        made_of = self._of_state(file.state) if file.state else fingerprint(make())
        self.write(file.path, made_of, make)

    def _of_state(self, said: str) -> str:
        """Also another template, word or line of code makes another file."""
        return fingerprint(f"{self.code}\n{said}")

    def finish(self) -> Site:
        text = json.dumps(self.origins, indent=0, sort_keys=True)
        (self.folder / PAGES).write_text(text, encoding="utf-8")
        return Site(len(self.origins), self.taken_over)


def _read_former(site: Path) -> Former:
    known = site / PAGES
    text = known.read_text(encoding="utf-8") if known.exists() else "{}"
    return Former(site, json.loads(text), read_sealed(site.parent, f"{site.name}/"))


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(page: Page, language: Language, environment: Environment) -> bytes:
    """The HTML of one page in one language."""
    up = "../" * page.path.count("/")
    other = next(code for code in CODES if code != language.code)
    to_assets = up if language.code == "vi" else f"../{up}"
    to_other = f"{up}en/{page.path}" if other == "en" else f"../{up}{page.path}"
    text = environment.get_template(page.template).render(
        page.context,
        lang=language,
        w=language.words,
        here=page.path,
        section=page.section,
        other=Language(other),
        to_other=to_other,
        root=up,
        assets=f"{to_assets}assets/",
        data=f"{to_assets}data/",
    )
    return text.encode()


def site_paths(folder: Path) -> Iterator[str]:
    """The paths of a built site, as ``pages.json`` lists them."""
    yield from json.loads((folder / PAGES).read_text(encoding="utf-8"))
