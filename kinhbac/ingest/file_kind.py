"""What kind of file bytes are, whatever their name says.

Here: kinds by first bytes, by the parts of an archive, by how a text begins. Not here: what is
promised and what is said of the difference (``file_form``).
"""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

SIGNATURES = (
    (b"PAR1", "Parquet"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"{\\rtf", "a text document (.rtf)"),
    (b"SQLite format 3", "a database (SQLite)"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLDER = "a workbook or document of an older Office (.xls, .doc)"
WORKBOOK = "an Excel workbook"
PACKED = (
    ("xl/", WORKBOOK),
    ("word/", "a Word document"),
    ("ppt/", "a presentation"),
    ("content.xml", "an OpenDocument file"),
)
LINES = 60
"""Lines of a text that are looked at."""
_MARKUP = re.compile(r"\s*<(?:!doctype\s+html|html|head|body|table|meta|script)\b", re.IGNORECASE)
_JSON = re.compile(r"\s*[\[{]\s*(?:[\"\[{\]}]|-?\d)")
_XML = re.compile(r"\s*<\?xml\b|\s*<\w+[\s>]")


def find_kind(head: bytes, path: Path) -> str | None:
    """What a file is by its first bytes; None for text."""
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            return kind
    if head.startswith(OLE):
        return OLDER
    if not head.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return "a broken zip archive"
    found = (kind for part, kind in PACKED if any(name.startswith(part) for name in names))
    return next(found, "a zip archive")


def find_kind_of_text(text: str | None, promised: str) -> str | None:
    """What text is that is not of the ``promised`` format; None where it may be."""
    if text is None:
        return None
    if _MARKUP.match(text):
        return "an HTML page"
    if _XML.match(text):
        return "XML"
    lines = [line for line in text.split("\n", LINES)[:LINES] if line.strip()]
    objects = [line for line in lines if _is_record(line)]
    if len(objects) >= 2 and promised != "jsonl":
        return "JSON lines"
    if _JSON.match(text):
        return None if promised in ("json", "jsonl") and objects else "a JSON document"
    if promised != "csv":
        return "plain text"
    return None


def _is_record(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
