"""People in a file that cannot be read as its contract promises.

Here: its text, as far as one can come to it without the contract, searched for what can be nothing
but personal data. Not here: columns of a file that is read (``personal_data``), the patterns
(``personal_kinds``), what becomes of the file (``reception``: nothing of it is kept).

Such a file is refused for its form, and would be kept as it is: with columns that nobody declared.
Which of them hold people nobody can say before it is read, so a line is told, and no column. What is
known by its header alone (nine digits, accounts) is not found here, nor what is packed or of a kind
that holds no text. A contract that declares personal columns expects people in its files: of these
nothing is said, because theirs cannot be told from others.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import polars as pl

from kinhbac.ingest.limits import MEBIBYTE
from kinhbac.ingest.personal_data import PERSONAL, SHARE, Declared
from kinhbac.ingest.personal_kinds import KINDS
from kinhbac.problems import SHOWN, Problem

MOST = 64 * MEBIBYTE
"""Bytes of text that are looked at."""
_PARTS = re.compile(r"(?:^|/)(?:sharedStrings|content|document|sheet[^/]*|table?\w*)\.xml$", re.I)
"""Members of office documents that hold cells; others hold who wrote them and how they look."""
_MARKUP = r"<[^<>]*>"
_BETWEEN_CELLS = r"[,;|\t\"'{}\[\]\x00]+"
_OLD_OFFICE, _WIDE = b"\xd0\xcf\x11\xe0", (b"\xff\xfe", b"\xfe\xff")


def find_people(path: Path, declared: Declared) -> list[Problem]:
    """What is told of a file that cannot be read and holds people; of each kind one problem."""
    if declared.personal:
        return []
    lines = pl.concat([pl.Series("text", [], pl.String), *_lines_of(path)])
    rows = pl.DataFrame({"line": pl.int_range(1, len(lines) + 1, eager=True), "text": lines})
    cells = rows.with_columns(
        pl.col("text").str.replace_all(_BETWEEN_CELLS, "\n").str.split("\n")
    ).explode("text")
    told = []
    for kind in KINDS:
        if not kind.cells:
            continue
        found = cells.filter(pl.col("text").str.contains("|".join(kind.cells)))["line"]
        if len(found) and len(found) >= SHARE * rows.filter(pl.col("text") != "").height:
            told.append(_tell(kind.name, found.to_list()))
    return told


def _tell(kind: str, lines: list[int]) -> Problem:
    return Problem(
        f"it holds what looks like {kind} ({len(lines):,} times), and cannot be read by its columns",
        "personal data is declared, and never passes the door",
        "leave out what names a person, or declare its column «personal» in the contract; nothing of "
        "the file was kept",
        check=PERSONAL,
        count=len(lines),
        line=lines[0],
        lines=tuple(dict.fromkeys(lines))[:SHOWN] if len(lines) > 1 else (),
    )


def _lines_of(path: Path) -> Iterator[pl.Series]:
    """The text of a file in lines, in every way in which it may be text."""
    with suppress(OSError):
        with path.open("rb") as file:
            head = file.read(MOST)
        if head[:2] == b"PK":
            yield from map(_lines, _texts_of_parts(path))
        elif head[:4] == _OLD_OFFICE:
            yield from (_lines(head.decode(how, "ignore")) for how in ("latin-1", "utf-16-le"))
        elif head[:2] in _WIDE:
            yield _lines(head.decode("utf-16", "ignore"))
        elif b"\0" in head[:2]:
            how = "utf-16-be" if head[:1] == b"\0" else "utf-16-le"
            yield _lines(head.decode(how, "ignore"))
        else:
            yield _lines(head.decode("utf-8", "replace"))


def _texts_of_parts(path: Path) -> Iterator[str]:
    left = MOST
    broken = (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, EOFError)
    with suppress(*broken), zipfile.ZipFile(path) as parts:
        for part in parts.infolist():
            if _PARTS.search(part.filename):
                with parts.open(part) as file:
                    content = file.read(left)
                left -= len(content)
                yield content.decode("utf-8", "replace")


def _lines(text: str) -> pl.Series:
    if text.lstrip("\ufeff \n\r\t").startswith("<"):
        text = re.sub(_MARKUP, "\n", text)
    return pl.Series("text", text.splitlines(), pl.String)
