"""Files that people write, as text.

Here: the one encoding that is promised, and the name of another one that is found. Not here:
what the text says (``yaml_document``, ``csv_document``), deliveries (``ingest``).
"""

from __future__ import annotations

import codecs
import unicodedata
from pathlib import Path

from kinhbac.problems import Problem

_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16 («Unicode text»)",
    codecs.BOM_UTF16_BE: "UTF-16 («Unicode text»)",
    b"PK\x03\x04": "a workbook or another zip archive",
    b"\xd0\xcf\x11\xe0": "a workbook of Excel 97-2003",
    b"\x1f\x8b": "a gzip archive",
}
"""First bytes → what begins with them; longer ones first."""


def read_text(path: Path, name: str) -> tuple[str, list[Problem]]:
    """What a file says, in NFC, and why it cannot be read; ``name`` is how messages call it.

    UTF-8 is read with and without a byte order mark.
    """
    if path.is_symlink():
        rule = "a file of the registry is one, and leads nowhere"
        return "", [Problem("it is a link", rule, "put the file itself there", name)]
    try:
        content = path.read_bytes()
    except IsADirectoryError:
        remedy = "remove the folder"
        return "", [Problem("it is a folder", "a file has this name", remedy, name)]
    except OSError as error:
        found = f"it cannot be read: {error.strerror}"
        return "", [Problem(found, "the registry's files can be read", "correct its rights", name)]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problem = _other(content) or Problem(
            f"byte {error.start} (0x{content[error.start]:02X}) is not UTF-8; a code page of one "
            "byte a letter (Windows-1258, TCVN3 …) has such bytes",
            "it is written in UTF-8",
            "save the file as UTF-8",
            line=line,
        )
        return "", [_placed(problem, name)]
    if "\0" in text and (other := _other(content)):
        return "", [_placed(other, name)]
    return unicodedata.normalize("NFC", text), []


def _other(content: bytes) -> Problem | None:
    found = next((kind for mark, kind in _MARKS.items() if content.startswith(mark)), None)
    if found is None and content.count(0) * 3 > len(content):
        found = "UTF-16 without a byte order mark"
    if found is None:
        return None
    return Problem(f"it is {found}", "it is written in UTF-8", "save the file as UTF-8")


def _placed(problem: Problem, name: str) -> Problem:
    return Problem(problem.found, problem.rule, problem.remedy, name, problem.line)
