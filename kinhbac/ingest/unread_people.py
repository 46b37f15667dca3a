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
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import polars as pl

from kinhbac.ingest.landed_file import open_landed
from kinhbac.ingest.limits import MEBIBYTE
from kinhbac.ingest.personal_data import PERSONAL, SHARE, Declared
from kinhbac.ingest.personal_kinds import KINDS
from kinhbac.problems import SHOWN, Problem

MOST = 16 * MEBIBYTE
"""Bytes of text that are looked at."""
_PARTS = re.compile(r"(?:^|/)(?:sharedStrings|content|document|sheet[^/]*|table?\w*)\.xml$", re.I)
"""Members of office documents that hold cells; others hold who wrote them and how they look."""
_MARKUP = r"<[^<>]*>"
_NO_TEXT = r"[^\w@.,+() -]+"
_BETWEEN_CELLS = r"[,;|\t\"'{}\[\]\x00]+"
BROKEN = (zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, EOFError, OSError)
"""What unpacking a spoilt archive raises."""
_OLD_OFFICE, _WIDE = b"\xd0\xcf\x11\xe0", (b"\xff\xfe", b"\xfe\xff")


def find_people(path: Path, declared: Declared) -> list[Problem]:
    """What is told of a file that cannot be read and holds people; of each kind one problem.

    One line in twenty is enough. What a program has packed has no lines: of it one cell is.
    """
    if declared.personal:
        return []
    packed, text = _text_of(path)
    lines = [text] if packed else text.splitlines()
    rows = pl.DataFrame({"text": lines}, {"text": pl.String}).with_row_index("line", 1)
    cells = rows.with_columns(
        pl.col("text").str.replace_all(_BETWEEN_CELLS, "\n").str.split("\n")
    ).explode("text")
    filled = rows.filter(pl.col("text") != "").height
    told = []
    for kind in (kind for kind in KINDS if kind.cells):
        found = cells.filter(pl.col("text").str.contains("|".join(kind.cells)))["line"]
        if len(found) and len(found) >= SHARE * filled:
            problem = _tell(kind.name, len(found))
            on = tuple(found.unique(maintain_order=True).head(SHOWN))
            on_lines = replace(problem, line=on[0], lines=on if len(on) > 1 else ())
            told.append(problem if packed else on_lines)
    return told


def _tell(kind: str, count: int) -> Problem:
    return Problem(
        f"it holds what looks like {kind} ({count:,} times), and cannot be read by its columns",
        "personal data is declared, and never passes the door",
        "leave out what names a person, or declare its column «personal» in the contract; nothing of "
        "the file was kept",
        check=PERSONAL,
        count=count,
    )


def _text_of(path: Path) -> tuple[bool, str]:
    """Whether a program has packed a file, and the text at its beginning."""
    try:
        with open_landed(path) as file:
            head = file.read(MOST)
            if head[:2] == b"PK":
                return True, "|".join(_texts_of_parts(file))
    except OSError:
        return False, ""
    if head[:4] == _OLD_OFFICE:  # of letters in two bytes those that stand in numbers have one
        return True, re.sub(_NO_TEXT, "|", head.replace(b"\0", b"").decode("latin-1"))
    if head[:2] in _WIDE:
        return False, head.decode("utf-16", "ignore")
    if b"\0" in head[:2]:
        return False, head.decode("utf-16-be" if head[:1] == b"\0" else "utf-16-le", "ignore")
    return False, re.sub(_MARKUP, "|", head.decode("utf-8", "replace"))


def _texts_of_parts(file: BinaryIO) -> Iterator[str]:
    left = MOST
    with suppress(*BROKEN), zipfile.ZipFile(file) as parts:
        for part in parts.infolist():
            if _PARTS.search(part.filename):
                with parts.open(part) as unpacked:
                    content = unpacked.read(left)
                left -= len(content)
                yield re.sub(_MARKUP, "|", content.decode("utf-8", "replace"))
