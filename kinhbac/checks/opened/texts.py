"""The files of an edition and what they say in words.

Here: files that are none of an edition, words and addresses that must not leave. Not here: figures
(``tables``).
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from zipfile import ZipFile

import duckdb
import polars as pl

from kinhbac.registry import Registry
from kinhbac.registry.declared.publication import Opening

COMMON = re.compile(
    r"((vi|en)/)?index\.html|assets/[\w./-]+|data/_(indicators|areas|categories|changes)\.(csv|parquet)"
    r"|sdmx/(structure(-metadata|-2\.1)?|metadata)\.(xml|json)|catalogue/catalogue\.(ttl|jsonld)"
    r"|datapackage\.json|CHANGELOG\.md|LICENSE\.txt|CITATION\.cff|manifest\.json"
    r"|SHA256SUMS(\.sig)?|public-key\.pem"
)
OF_AN_INDICATOR = re.compile(
    r"(?:(?:(?:vi|en)/)?indicators/(\w+)\.html|data/(\w+)\.(?:csv|parquet|xlsx)|sdmx/data/(\w+)\.csv\.gz)"
)
AT = re.compile(r"@[\w-]+(?:\.[\w-]+)+")
BEFORE_AT = re.compile(r"[\w.+-]+$")
WORD = re.compile(r"\w+")
WITHIN_TEXT, WITHIN_LINE, WITHIN_FIELD = (
    re.compile(pattern) for pattern in (r"\w", r"[^<>\"'\n]", r"[^<>\"'\n,]")
)
"""What stands beside a word that is a part of more: of a key, of a name with commas, of a name."""
FIGURE = re.compile(r"[1-9]\d*")
"""What a table or a page may say of any figure: the key of an area that looks so is no word."""
ESCAPED = {".html", ".xml", ".xlsx"}
"""Texts in which «&» is written ``&amp;``."""
QUOTED = {".json": "\\", ".jsonld": "\\", ".ttl": "\\", ".csv": '"', ".gz": '"', ".parquet": '"'}
"""What stands before a quotation mark in a text, by how a file is written."""


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file by its path in the edition."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_dir():
            yield path.relative_to(folder).as_posix(), path


def find_strange_files(folder: Path, open_ones: set[str]) -> list[str]:
    strange = []
    for name, path in _files(folder):
        found = OF_AN_INDICATOR.fullmatch(name)
        known = {key for key in found.groups() if key} <= open_ones if found else False
        if path.is_symlink() or not (known or COMMON.fullmatch(name)):
            strange.append(name)
    return strange


def find_words(
    connection: duckdb.DuckDBPyConnection, folder: Path, registry: Registry, opening: Opening
) -> tuple[list[str], list[str]]:
    """Texts that name what is closed, and texts with an address of mail that nobody declared.

    A key of several words gives itself away wherever it stands. A key of one word, or a name, may be
    anybody's word, and counts where it is all that a field says.
    """
    hidden = sorted(_hidden_words(connection, registry, opening))
    declared = (agency.contact for agency in registry.agencies.values())
    common = registry.publication.contact if registry.publication else None
    addresses = {contact.email for contact in (common, *declared) if contact}
    texts = {
        name: _read_text(path) for name, path in _files(folder) if not name.startswith("assets/")
    }
    # All words are looked for at once; whether one is a word of its own is asked where it is met.
    met = (
        pl.Series(list(texts.values())).str.extract_many(hidden, overlapping=True).to_list()
        if hidden  # where all is open, no word is
        else [[]] * len(texts)
    )
    words, strangers = [], []
    for (name, text), found in zip(texts.items(), met, strict=True):
        told = [word for word in sorted(set(found)) if _stands_alone(word, text)]
        words += [f"{name}: {word}" for word in told]
        strangers += [f"{name}: {one}" for one in sorted({*_addresses(text)} - addresses)]
    return words, strangers


def _stands_alone(word: str, text: str) -> bool:
    """Whether a word is met that is no part of another one, or a name that fills its field."""
    key = "_" in word and WORD.fullmatch(word)
    ends = WITHIN_TEXT if key else WITHIN_LINE if "," in word else WITHIN_FIELD
    place = text.find(word)
    while place >= 0:
        around = text[max(place - 1, 0) : place] + text[place + len(word) : place + len(word) + 1]
        if not ends.search(around):
            return True
        place = text.find(word, place + 1)
    return False


def _addresses(text: str) -> Iterator[str]:
    """Addresses of mail, found from their middle: so each text is read once."""
    for found in AT.finditer(text):
        if name := BEFORE_AT.search(text[max(found.start() - 64, 0) : found.start()]):
            yield name[0] + found[0]


def _read_text(path: Path) -> str:
    """What a file says, unpacked, as a person would read it."""
    match path.suffix:
        case ".gz":
            text = gzip.decompress(path.read_bytes()).decode(errors="replace")
        case ".parquet":
            text = pl.read_parquet(path, glob=False).write_csv()
        case ".xlsx":
            with ZipFile(path) as archive:
                parts = (
                    name
                    for name in archive.namelist()
                    if not name.startswith(("xl/theme", "xl/styles"))
                )
                text = "".join(archive.read(name).decode(errors="replace") for name in parts)
        case _:
            text = path.read_text(encoding="utf-8", errors="replace")
    if before := QUOTED.get(path.suffix):
        return text.replace(f'{before}"', '"')
    return unescape(text) if path.suffix in ESCAPED else text


def _hidden_words(
    connection: duckdb.DuckDBPyConnection, registry: Registry, opening: Opening
) -> set[str]:
    """Keys and names of closed indicators, of closed sources and their data elements, of areas
    below the level: those that are not also something open, or an agency, a sector or a unit.

    An area whose key could be a figure is known by its names, and by its key as SDMX has it.
    """
    known, hidden = _words_of_sources(registry)
    rows = connection.execute(
        "select indicator, name_vi, name_en, access = 'open' from sealed.indicators union all "
        "select area, name_vi, name_en, kind in (select unnest($kinds)) from sealed.areas "
        "union all select 'VN_' || area, null, null, kind in (select unnest($kinds)) "
        "from sealed.areas",
        {"kinds": sorted(opening.area_kinds)},
    ).fetchall()
    for *told, is_open in rows:
        (known if is_open else hidden).update(filter(None, told))
    return {word for word in hidden - known if not FIGURE.fullmatch(word)}


def _words_of_sources(registry: Registry) -> tuple[set[str], set[str]]:
    """Words that anybody may know, and those of closed sources."""
    vocabulary = registry.vocabulary
    named = [*vocabulary.sectors.values(), *vocabulary.units.values()]
    named += [agency.name for agency in registry.agencies.values()]
    known = {*vocabulary.sectors, *vocabulary.units, *registry.agencies}
    known |= {word for one in named for word in (one.vi, one.en)}
    hidden: set[str] = set()
    for key, source in registry.sources.items():
        names = [source.name, *(element.name for element in source.elements.values())]
        words = {key, *source.elements, *(word for one in names for word in (one.vi, one.en))}
        (known if source.access == "open" else hidden).update(words)
    return known, hidden
