"""The header of the sheet that is filled in, of one to three rows.

Here: names over rows and columns, and the note on each. Not here: what stands below.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from kinhbac.documents.books import Book, height_of
from kinhbac.forms.guidance import explain
from kinhbac.forms.layout import Form


def write_header(
    book: Book, sheet: Any, form: Form, top: int, first: int, widths: list[float]
) -> None:
    """Names over one to three rows; a part that spans columns or rows is one merged cell."""
    rows = first - top
    names = [column.header.split(" / ", rows - 1) for column in form.columns]
    height = 15.0
    for place, (column, parts) in enumerate(zip(form.columns, names, strict=True)):
        leaf = top + len(parts) - 1
        _write_over(book, sheet, (leaf, place, first - 1, place), parts[-1])
        height = max(height, height_of(parts[-1], widths[place]) / (first - leaf))
        if not column.fixed:
            note = {"author": "kinhbac", "x_scale": 2.2, "y_scale": 1.6}
            sheet.write_comment(leaf, place, explain(form, column), note)
    for level in range(rows - 1):
        for left, right in _spans(names, level):
            _write_over(book, sheet, (top + level, left, top + level, right), names[left][level])
            height = max(height, height_of(names[left][level], sum(widths[left : right + 1])))
    for row in range(top, first):
        sheet.set_row(row, height + 3)


def _spans(names: list[list[str]], level: int) -> Iterator[tuple[int, int]]:
    """Runs of columns under one heading of this level."""

    def heading(place: int) -> tuple[str, ...] | None:
        parts = names[place]
        return tuple(parts[: level + 1]) if len(parts) > level + 1 else None

    for found, run in groupby(range(len(names)), heading):
        places = list(run)
        if found:
            yield places[0], places[-1]


def _write_over(book: Book, sheet: Any, place: tuple[int, int, int, int], text: str) -> None:
    head = book.style("head")
    if place[:2] != place[2:]:
        sheet.merge_range(*place, "", head)
    sheet.write_string(*place[:2], text, head)
