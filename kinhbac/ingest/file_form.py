"""The form that a file has, where it is not the one that its contract promises.

Here: one sentence that says what was found and what is promised, instead of a complaint about each
column: another kind of text, encoding, separator, quoting, sheet, place of the header. Not here:
kinds of text (``file_kind``), files that are none (``signatures``), reading (``readers``), what is wrong below the header.

Asked only of a file that cannot be read as promised, of its beginning alone. Another form is
believed where it finds more of the contract's columns than the promised one, and half of them. Past
200 lines because ways to read a beginning and what tells them apart are read side by side.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from kinhbac.ingest.file_kind import find_kind_of_text
from kinhbac.ingest.header_rows import fill_right, join_cells
from kinhbac.ingest.limits import Unreadable
from kinhbac.ingest.sheet_cells import Book, Tab
from kinhbac.ingest.text import decode_tcvn3
from kinhbac.ingest.workbooks import choose_sheet, open_workbook
from kinhbac.ingest.worksheets import show_cell
from kinhbac.registry.declared.contract import Delivery
from kinhbac.spelling import fold_name

HEAD = 1 << 18
"""Bytes at the beginning of a file that are looked at."""
ROWS, CELLS, SHEETS = 60, 4096, 10
"""Rows among which a header is looked for, cells of a row, sheets."""
BYTE_ORDERS = (b"\xff\xfe", b"\xfe\xff")
SHEETED = ("xlsx", "xls")
"""Formats of sheets: what is none of them is called by its name by who opens it."""
PROMISED = {"json": "a JSON document", "jsonl": "JSON lines"}
UNICODE = ("utf-8", "utf-16", "utf-16-le", "utf-16-be")
ENCODINGS = (*UNICODE, "cp1258", "tcvn3")
DELIMITERS = {",": "«,»", ";": "«;»", "\t": "a tab", "|": "«|»"}
QUOTES = {'"': "double quotes", "'": "single quotes", "": "whole lines in quotes"}


@dataclass(frozen=True)
class Form:
    """One way to read the beginning of a file, and how many of the wanted columns it finds."""

    encoding: str
    delimiter: str
    quotes: str
    sheet: str | None
    title_rows: int
    header_rows: int
    columns: int = 0


def find_form(path: Path, delivery: Delivery, wanted: Collection[str]) -> Unreadable | None:
    """What form the file has, if it is another than promised; None where nothing tells.

    ``wanted`` are the columns that the contract reads.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    if delivery.format in SHEETED:
        return _other_form(_forms_of_sheets(path, delivery), delivery, wanted)
    text = _decoded(head, len(head) == HEAD)
    kind = find_kind_of_text(text, delivery.format)
    if kind and kind != PROMISED.get(delivery.format):
        return Unreadable(
            f"this is {kind}",
            f"the contract promises {delivery.format}",
            "save it in the promised form, or correct «format» in the contract",
        )
    if delivery.format == "csv":
        # In a font of one byte a letter any text can be read; only names with marks tell it.
        marked = not all(name.isascii() for name in wanted)
        return _other_form(_forms_of_text(head, delivery, marked), delivery, wanted)
    if text is not None and head[:2] in BYTE_ORDERS and delivery.encoding != "utf-16":
        return _told(replace(_promised(delivery), encoding="utf-16"), _promised(delivery))
    return None


def read_beginnings(path: Path, delivery: Delivery) -> Iterator[tuple[Form, list[list[str]]]]:
    """Each way in which the beginning of a file of text or of sheets can be read, and its rows."""
    if delivery.format in SHEETED:
        yield from _forms_of_sheets(path, delivery)
        return
    with path.open("rb") as file:
        yield from _forms_of_text(file.read(HEAD), delivery, marked=True)


def _decoded(head: bytes, cut: bool, encodings: Sequence[str] = ENCODINGS[:2]) -> str | None:
    """The head as text, in the first encoding of which it is; None if it is of none."""
    for encoding in encodings:
        if encoding == "utf-16" and head[:2] not in BYTE_ORDERS:
            continue
        # A character may be cut in two at the end of the head.
        for short in range(4 if cut else 1):
            try:
                return _decode(head[: len(head) - short], encoding)
            except UnicodeDecodeError:
                continue
    return None


def _decode(head: bytes, encoding: str) -> str:
    if encoding == "tcvn3":
        return decode_tcvn3(head.decode("latin-1"))
    return head.decode("utf-8-sig" if encoding == "utf-8" else encoding)


def _other_form(
    forms: Iterator[tuple[Form, list[list[str]]]], delivery: Delivery, wanted: Collection[str]
) -> Unreadable | None:
    promised = _promised(delivery)
    folded = {fold_name(name) for name in wanted}
    found = [form for read, rows in forms for form in _headers(read, rows, folded, promised)]
    as_promised = [form.columns for form in found if not _differences(form, promised)]
    best = max(
        found, key=lambda form: (form.columns, -len(_differences(form, promised))), default=None
    )
    if best is None or best.columns * 2 < len(folded) or best.columns <= max([0, *as_promised]):
        return None
    return _told(best, promised)


def _promised(delivery: Delivery) -> Form:
    return Form(
        delivery.encoding,
        delivery.delimiter,
        '"',
        delivery.sheet,
        delivery.title_rows,
        delivery.header_rows,
    )


def _told(form: Form, promised: Form) -> Unreadable:
    differences = _differences(form, promised)
    words = [f"«{word}»" for word, _, _ in differences if word]
    return Unreadable(
        f"{', '.join(found for _, found, _ in differences)} found",
        f"the contract promises {', '.join(rule for _, _, rule in differences)}",
        "save the file so" + (f", or correct {', '.join(words)} in the contract" if words else ""),
        form.title_rows + 1,
        [form.sheet] if form.sheet and form.sheet != promised.sheet else [],
    )


def _differences(form: Form, promised: Form) -> list[tuple[str, str, str]]:
    """In what a form differs: the contract's word for it, what is found, what is promised."""
    told = []
    if form.encoding.removesuffix("-le").removesuffix("-be") != promised.encoding:
        told.append(
            ("encoding", f"the encoding {form.encoding}", f"the encoding {promised.encoding}")
        )
    if form.delimiter != promised.delimiter:
        found, rule = (
            DELIMITERS.get(sign, f"«{sign}»") for sign in (form.delimiter, promised.delimiter)
        )
        told.append(("delimiter", f"the separator {found}", f"the separator {rule}"))
    if form.quotes != promised.quotes:
        told.append(("", QUOTES[form.quotes], f"{QUOTES[promised.quotes]} around cells"))
    if form.sheet is not None and form.sheet != promised.sheet:
        rule = f"in the sheet «{promised.sheet}»" if promised.sheet else "in the first sheet"
        told.append(("sheet", "the columns in another sheet", rule))
    if form.title_rows != promised.title_rows:
        told.append(
            (
                "title_rows",
                f"the header in row {form.title_rows + 1}",
                f"the header in row {promised.title_rows + 1}",
            )
        )
    if form.header_rows != promised.header_rows:
        told.append(
            (
                "header_rows",
                f"a header of {_rows(form.header_rows)}",
                f"a header of {_rows(promised.header_rows)}",
            )
        )
    return told


def _rows(count: int) -> str:
    return f"{count} rows" if count > 1 else "one row"


def _headers(form: Form, rows: list[list[str]], wanted: set[str], promised: Form) -> Iterator[Form]:
    """The form with each place at which a header may stand."""
    parts = {part for name in wanted for part in (name, *name.split(" / "))}
    folded = [{fold_name(cell) for cell in row} for row in rows]
    heights = dict.fromkeys((promised.header_rows, 1, 2, 3))
    for place in range(len(rows)):
        for height in heights if folded[place] & parts else ():
            head = rows[place : place + height]
            width = max(map(len, head))
            padded = [row + [""] * (width - len(row)) for row in head]
            filled = [fill_right(row, row is padded[-1]) for row in padded]
            columns = len(wanted & {fold_name(name) for name in join_cells(filled)})
            yield replace(form, title_rows=place, header_rows=height, columns=columns)


def _forms_of_text(
    head: bytes, delivery: Delivery, marked: bool
) -> Iterator[tuple[Form, list[list[str]]]]:
    encodings = ENCODINGS if marked else UNICODE
    for encoding in dict.fromkeys((delivery.encoding, *encodings)):
        text = _decoded(head, len(head) == HEAD, [encoding])
        if text is None or "\0" in text:
            continue
        for delimiter in dict.fromkeys((delivery.delimiter, *DELIMITERS)):
            for quotes in QUOTES:
                read = Form(encoding, delimiter, quotes, None, 0, 0)
                yield read, _rows_of_text(text, delimiter, quotes)


def _rows_of_text(text: str, delimiter: str, quotes: str) -> list[list[str]]:
    lines: Iterator[str] = iter(io.StringIO(text, newline=""))
    if not quotes:  # each line is one quoted cell that holds all of them
        lines = (line.strip()[1:-1].replace('""', '"') for line in lines if _is_quoted(line))
    try:
        rows = csv.reader(lines, delimiter=delimiter, quotechar=quotes or '"')
        return [[*islice(row, CELLS)] for row in islice(rows, ROWS)]
    except csv.Error:
        return []


def _is_quoted(line: str) -> bool:
    return len(line.strip()) > 1 and line.strip()[0] == line.strip()[-1] == '"'


def _forms_of_sheets(path: Path, delivery: Delivery) -> Iterator[tuple[Form, list[list[str]]]]:
    with open_workbook(path) as book:
        try:
            promised = choose_sheet(book.tabs, delivery.sheet).name
        except Unreadable:
            promised = None
        for tab in book.tabs[:SHEETS] if promised else ():
            told = delivery.sheet if tab.name == promised else tab.name
            yield replace(_promised(delivery), sheet=told), _rows_of_sheet(book, tab, delivery)


def _rows_of_sheet(book: Book, tab: Tab, delivery: Delivery) -> list[list[str]]:
    rows: list[list[str]] = [[] for _ in range(ROWS)]
    try:
        for row, cells in islice(book.read(tab, delivery.decimal).rows if tab.cells else (), ROWS):
            if row < ROWS:
                width = min(max(cells, default=-1) + 1, CELLS)
                rows[row] = [show_cell(cells.get(place)) or "" for place in range(width)]
    except Unreadable:
        return []
    return rows
