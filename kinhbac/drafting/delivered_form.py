"""The form of a file of which no contract is known: format, encoding, separator, sheet, header.

Here: which way of reading a file makes a table of it. Not here: ways of reading (``ingest``), what
its columns hold (``delivered_columns``). Guessed from the beginning of the file alone.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

from kinhbac.ingest.file_form import Form, read_beginnings
from kinhbac.ingest.limits import DOCUMENT, hold
from kinhbac.ingest.readers import WORKBOOKS
from kinhbac.problems import Refused
from kinhbac.registry.declared.contract import Delivery

MOST_TITLES, MOST_HEADERS = 50, 3
"""Rows above a header and of a header that a contract may have."""
DEEPEST = 3
"""How deep a list of records is looked for in a JSON document."""
_ENCODINGS = get_args(Delivery.model_fields["encoding"].annotation)
_FIGURE = re.compile(r"[+-]?\d[\d.,\s]*\s*%?[*¹²³]?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*")
_VIETNAMESE = re.compile(
    r"[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.I
)


def find_delivery(path: Path, frequency: str) -> Delivery:
    """How the file at ``path`` would have to be promised, to be read.

    Numbers and dates are read as the text that they are. Raises Refused where no table is found.
    """
    suffix = path.suffix.lower()
    if suffix == ".parquet" or _begins(path) == b"PAR1":
        return Delivery(format="parquet", frequency=frequency)
    if suffix in WORKBOOKS or _begins(path)[:2] in (b"PK", b"\xd0\xcf"):
        kind = "xls" if suffix == ".xls" else "xlsx"
        return _best(path, Delivery(format=kind, frequency=frequency))
    if suffix in (".json", ".jsonl", ".ndjson") or _begins(path).lstrip(b"\xef\xbb\xbf")[:1] in (
        b"{",
        b"[",
    ):
        return _find_records(path, frequency)
    return _best(path, Delivery(format="csv", frequency=frequency))


def _begins(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4)


def _find_records(path: Path, frequency: str) -> Delivery:
    hold("the document has", path.stat().st_size, DOCUMENT, "bytes", "deliver JSON lines")
    with path.open("rb") as file:
        encoding = "utf-16" if file.read(2) in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    said = {"frequency": frequency, "encoding": encoding.removesuffix("-sig")}
    try:
        document = json.loads(path.read_text(encoding))
    except (ValueError, RecursionError):
        return Delivery(format="jsonl", **said)
    if isinstance(document, dict) and (place := _find_list(document)):
        return Delivery(format="json", records_at=".".join(place), **said)
    return Delivery(format="json" if isinstance(document, list) else "jsonl", **said)


def _find_list(document: dict[str, Any], above: tuple[str, ...] = ()) -> tuple[str, ...] | None:
    """The first place that holds a list of objects, the nearest ones first."""
    for name, value in document.items():
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            return (*above, name)
    for name, value in document.items() if len(above) < DEEPEST else ():
        if isinstance(value, dict) and (found := _find_list(value, (*above, name))):
            return found
    return None


def _best(path: Path, delivery: Delivery) -> Delivery:
    """The way of reading that makes the most even table, of those that read it as text."""
    found: list[tuple[tuple[float, ...], Form]] = []
    for form, rows in read_beginnings(path, delivery):
        if form.encoding not in _ENCODINGS or form.quotes != '"':
            continue
        placed = place_header(rows)
        if placed is None:
            continue
        titles, headers, even, width = placed
        score = (_looks_read(rows, form.encoding), even, width)
        found.append((score, _placed(form, titles, headers)))
        if delivery.format != "csv":
            break  # the first sheet that holds a table
    if not found:
        raise Refused(
            "No table was found at the beginning of the file. Rule: a header stands above rows that "
            "have as many cells. Remedy: write «delivery» of its source.yml by hand "
            "(sources/README.md), and let kinhbac try judge the file."
        )
    best = max(found, key=lambda one: one[0])[1]
    return delivery.model_copy(
        update={
            "encoding": best.encoding,
            "delimiter": best.delimiter,
            "sheet": best.sheet,
            "title_rows": best.title_rows,
            "header_rows": best.header_rows,
        }
    )


def _placed(form: Form, titles: int, headers: int) -> Form:
    return Form(form.encoding, form.delimiter, form.quotes, form.sheet, titles, headers)


def _looks_read(rows: Sequence[Sequence[str]], encoding: str) -> float:
    """How well text looks that was read in an encoding: Unicode proves itself, in a font of one
    byte a letter its letters must be those of Vietnamese."""
    if encoding.startswith("utf"):
        return 2
    letters = [c for row in rows for cell in row for c in cell if not c.isascii()]
    return sum(bool(_VIETNAMESE.match(c)) for c in letters) / len(letters) if letters else 0


def place_header(rows: Sequence[Sequence[str]]) -> tuple[int, int, float, int] | None:
    """Rows above the header and of it, the share of rows below that are as wide, and that width.

    >>> place_header([["Biểu 1"], ["Mã", "Dân số", ""], ["", "Nam", "Nữ"], ["1", "2", "3"]])
    (1, 2, 1.0, 3)
    """
    filled = [[bool(cell.strip()) for cell in row] for row in rows]
    below = [number for number, row in enumerate(rows) if any(map(_is_figure, row))]
    first = next((n for n in below if n and _is_header(rows[n - 1], rows[n])), None)
    if first is None:
        wide = max((sum(row) for row in filled), default=0)
        first = next((n + 1 for n, row in enumerate(filled) if sum(row) == wide), 0)
        if wide < 1 or first >= len(rows) or below:
            return None
    headers = 1
    while headers < MOST_HEADERS and first - headers > 0 and _spans(rows, first - headers):
        headers += 1
    titles = first - headers
    if titles > MOST_TITLES:
        return None
    body = [row for row in filled[first:] if any(row)]
    widths = Counter(len(row) for row in rows[first:] if row)
    if not body or not widths:
        return None
    width = len(rows[first - 1])
    same = sum(count for wide, count in widths.items() if wide <= width)
    return titles, headers, same / widths.total() if width > 1 else 0.0, width


def _is_figure(cell: str) -> bool:
    return bool(_FIGURE.fullmatch(cell.strip()))


def _is_header(row: Sequence[str], below: Sequence[str]) -> bool:
    """Whether a row may be the last of a header: words, above at least half of the cells below."""
    words = [cell for cell in row if cell.strip()]
    there = sum(bool(cell.strip()) for cell in below)
    return bool(words) and not any(map(_is_figure, words)) and 2 * len(words) >= there


def _spans(rows: Sequence[Sequence[str]], place: int) -> bool:
    """Whether the row above ``place`` is of the same header: it names what ``place`` leaves open."""
    above, row = rows[place - 1], rows[place]
    named = [n for n, cell in enumerate(above) if cell.strip()]
    if len(named) < 2 or any(_is_figure(above[n]) for n in named):
        return False
    return any(n >= len(row) or not row[n].strip() for n in named) or len(named) < len(
        [cell for cell in row if cell.strip()]
    )
