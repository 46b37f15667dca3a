"""The site of one release: every page in both languages, made again only where it changed.

Here: which pages there are, how they are written or taken over from the release before.
Not here: what a page shows (``pages``), its words (``words``), its charts (``charts``).

A page is fully decided by its context, its template, the code and the words; their fingerprint
stands in ``pages.json``, and so does what a script of figures is made of, by which both are taken
over (``taken_over``).

A page is never read of two releases: what it loads lies under the hash of its content, and what it
says itself has a mark; ``assets/release.js`` alone, which every page reads first, says which figures
and which pages are those of its release (``static/loading.js``). So a figure that is revised makes
its own file and that one anew, and no page that does not tell it. A few lines past 200 because this
and who writes a page are read side by side.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from kinhbac.data_folder import hash_code
from kinhbac.registry.declared.identity import Identity
from kinhbac.scoreboard.addresses import address_of, mark_of, split_address
from kinhbac.scoreboard.assets import Asset, asset_files
from kinhbac.scoreboard.compiled_templates import make_environment
from kinhbac.scoreboard.pages import all_pages
from kinhbac.scoreboard.pages.page import DataFile, Page
from kinhbac.scoreboard.pages.release import RELEASE, tell_release
from kinhbac.scoreboard.shapes import SHAPES
from kinhbac.scoreboard.tables import Row, Tables
from kinhbac.taken_over import Former, NewFolder, fingerprint, read_sealed
from kinhbac.words.catalogue import CATALOGUE, CODES, Code
from kinhbac.words.language import Language

log = logging.getLogger("kinhbac")
HERE = Path(__file__).parent
PAGES = "pages.json"
"""Fingerprint of every file of the site, by its path."""
UNMARKED = "mark-of-this-page"
"""What stands in a page for its mark, until it is known: that of all the rest, in both languages."""
INDENT = re.compile(r"\s*\n\s*")
"""Room between lines, which a browser takes for one space; a page has no preformatted text."""
MARK = re.compile(rb'<body [^>]*data-mark="(\w+)"')


@dataclass(frozen=True)
class Site:
    """What came of building: how many files there are, and how many were taken over."""

    files: int
    taken_over: int


def build_site(
    warehouse: Path, folder: Path, before: Path | None, identity: Identity | None = None
) -> Site:
    """Write the site of ``warehouse`` into ``folder``; ``before``: the site of the last release, in its folder.

    Every figure comes from the release's tables. Pages of the first language stand at the root,
    those of the other one in a folder called after it.
    """
    with Tables(warehouse) as tables:
        writer = _Writer(folder, before, identity or Identity(), tables.agencies)
        for page in all_pages(tables, writer.is_kept):
            if isinstance(page, Page):
                writer.write_page(page)
            else:
                writer.write_figures(page)
        writer.write_release(tables)
    return writer.finish()


class _Writer(NewFolder):
    def __init__(
        self, folder: Path, before: Path | None, identity: Identity, agencies: Mapping[str, Row]
    ) -> None:
        super().__init__(folder, _read_former(before) if before else None)
        former = self.former.origins if self.former else {}
        split = ((address, split_address(address)) for address in former)
        self.lay = {found[0]: address for address, found in split if found}
        self.figures: dict[str, str] = {}
        self.pages: dict[str, str] = {}
        self.assets = {asset.name: asset.address for asset in self._write_assets()}
        self.identity = identity
        self.code = f"{hash_code(HERE, CATALOGUE)}\n{self.assets}\n{identity!r}\n{agencies}"
        self.environment = make_environment({"shapes": SHAPES, "all_agencies": agencies})

    def _write_assets(self) -> Iterator[Asset]:
        for asset in asset_files():
            self._write_content(f"assets/{asset.address}", asset.content)
            yield asset

    def is_kept(self, path: str, state: str) -> bool:
        """Whether the site before has a file of figures that is made of the same."""
        return path in self.lay and self.has(self.lay[path], self._of_state(state))

    def write_page(self, page: Page) -> None:
        """The page in both languages, under one mark."""
        state = self._of_state(f"{page.template}\n{page.said}")
        made = cache(lambda: marked({code: self._render(page, code) for code in CODES}))

        def make(code: Code) -> bytes:
            return made()[code]

        for code in CODES:
            first = code == self.identity.first_language
            path = page.path if first else f"{code}/{page.path}"
            self.write(path, state, partial(make, code))
        found = MARK.search((self.folder / page.path).read_bytes())
        if not found:
            raise LookupError(f"{page.path} has no mark: {page.template} does not extend base.html")
        self.pages[page.path] = found[1].decode()

    def write_figures(self, file: DataFile) -> None:
        """The file under the hash of what it says; where it lay, if it is made of the same."""
        said = file.content.encode() if isinstance(file.content, str) else file.content

        def make() -> bytes:
            if said is None:
                raise LookupError(f"{file.path} was not made, and the site before has none like it")
            return said

        address = self.lay[file.path] if said is None else address_of(file.path, said)
        origin = self._of_state(file.state) if file.state else fingerprint(make())
        self.write(address, origin, make)
        _, self.figures[file.path] = split_address(address) or ("", "")

    def write_release(self, tables: Tables) -> None:
        """Which figures and pages are those of this release."""
        self._write_content(RELEASE, tell_release(tables, self.figures, self.pages).encode())

    def _write_content(self, path: str, content: bytes) -> None:
        self.write(path, fingerprint(content), lambda: content)

    def _render(self, page: Page, code: Code) -> str:
        return render(page, Language(code), self.environment, self.assets, self.identity)

    def _of_state(self, said: str) -> str:
        """Also another template, word or line of code makes another file."""
        return fingerprint(f"{self.code}\n{said}")

    def finish(self) -> Site:
        text = json.dumps(self.origins, indent=0, sort_keys=True)
        (self.folder / PAGES).write_text(text, encoding="utf-8")
        return Site(len(self.origins), self.taken_over)


def _read_former(site: Path) -> Former:
    """The site before; nothing is taken over by a list that is not as it was sealed."""
    former = Former(site, {}, read_sealed(site.parent, f"{site.name}/"))
    if not former.prove(PAGES):
        if site.is_dir():  # else there is no release before, or it lost its pages
            log.warning("%s/%s is not as it was sealed: every page is made anew", site, PAGES)
        return former
    return replace(former, origins=json.loads((site / PAGES).read_text(encoding="utf-8")))


def render(
    page: Page,
    language: Language,
    environment: Environment,
    assets: Mapping[str, str],
    identity: Identity,
) -> str:
    """The HTML of one page in one language, still ``UNMARKED``; ``assets``: where each lies."""
    up = "../" * page.path.count("/")
    other = next(code for code in CODES if code != language.code)
    first = language.code == identity.first_language
    top = up if first else f"../{up}"
    to_other = f"{up}{other}/{page.path}" if first else f"../{up}{page.path}"

    def asset(name: str) -> str:
        return f"{top}assets/{assets[name]}"

    def script(name: str) -> Markup:
        """What ``loading.js`` runs, in this order, when the figures are there."""
        return Markup('<link rel="preload" as="script" href="{}">').format(asset(name))

    said = environment.get_template(page.template).render(
        page.context | {"mixed": page.mixed},
        lang=language,
        w=language.words,
        brand=getattr(identity.site, language.code),
        here=page.path,
        page_mark=UNMARKED,
        section=page.section,
        other=Language(other),
        to_other=to_other,
        root=up,
        top=top,
        release=f"{top}{RELEASE}",
        asset=asset,
        script=script,
    )
    return INDENT.sub("\n", said)


def marked(texts: Mapping[Code, str]) -> dict[Code, bytes]:
    """A page in every language with the mark of what all of them say."""
    mark = mark_of("".join(texts.values()).encode())
    return {code: text.replace(UNMARKED, mark).encode() for code, text in texts.items()}


def site_paths(folder: Path) -> Iterator[str]:
    """The paths of a built site, as ``pages.json`` lists them."""
    yield from json.loads((folder / PAGES).read_text(encoding="utf-8"))
