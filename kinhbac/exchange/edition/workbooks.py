"""A workbook an indicator, for people: figures, and what they are, in two languages.

Here: two sheets. Not here: tables for programs (``tables``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from kinhbac.documents.books import Book, written_book
from kinhbac.documents.spreadsheets import number_format
from kinhbac.exchange.edition.facts import Facts, Indicator
from kinhbac.exchange.sdmx.components import WHOLE
from kinhbac.registry.declared.entries import Name
from kinhbac.words.catalogue import CODES, Code, words_of

COLUMNS = {
    "area": 12,
    "name_vi": 28,
    "name_en": 28,
    "period": 12,
    "category": 24,
    "category_name": 28,
    "value": 18,
    "state": 34,
}
"""Column of the sheet: width in characters."""


def write_workbook(facts: Facts, one: Indicator, path: Path) -> None:
    """Write the workbook of one indicator; the same figures give the same bytes."""
    with written_book(path) as book:
        _write_figures(book, facts, one)
        _write_meaning(book, facts, one)


def _write_figures(book: Book, facts: Facts, one: Indicator) -> None:
    sheet = book.sheet(" – ".join(words_of(code).edition.figures for code in CODES))
    for column, (name, width) in enumerate(COLUMNS.items()):
        heads = [words_of(code).edition_column[name] for code in CODES]
        sheet.write_string(0, column, " / ".join(heads), book.style("head"))
        sheet.set_column(column, column, width)
    areas = {row["area"]: row for row in facts.areas.iter_rows(named=True)}
    categories = {
        (row["breakdown"], row["category"]): " / ".join(
            dict.fromkeys(filter(None, (row["name_vi"], row["name_en"])))
        )
        for row in facts.categories.iter_rows(named=True)
    }
    rows = one.cells.iter_rows(named=True)
    for place, cell in enumerate(rows, 1):
        area = areas[cell["area"]]
        broken = cell["category"] != WHOLE
        texts = {
            "area": cell["area"],
            "name_vi": area["name_vi"],
            "name_en": area["name_en"] or "",
            "period": cell["period"],
            "category": f"{cell['breakdown']}: {cell['category']}" if broken else "",
            "category_name": categories.get((cell["breakdown"], cell["category"]), ""),
            "state": " / ".join(words_of(code).state[cell["state"]] for code in CODES),
        }
        for column, name in enumerate(COLUMNS):
            if name != "value":
                sheet.write_string(place, column, texts[name], book.style("unwrapped"))
            elif cell["value"] is not None:
                shown = number_format(cell["value"], one.row["decimals"])
                sheet.write_number(place, column, cell["value"], book.style("unwrapped", shown))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, one.cells.height, len(COLUMNS) - 1)
    sheet.repeat_rows(0)


def _write_meaning(book: Book, facts: Facts, one: Indicator) -> None:
    sheet = book.sheet(" – ".join(words_of(code).edition.meaning for code in CODES))
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 100)
    for place, (head, text) in enumerate(_meaning(facts, one)):
        sheet.write_string(place, 0, head, book.style("head"))
        sheet.write_string(place, 1, text, book.style("line"))


def _meaning(facts: Facts, one: Indicator) -> Iterator[tuple[str, str]]:
    for code in CODES:
        words = words_of(code)
        told: dict[str, Any] = meaning_of(facts, one, code)
        for name, text in told.items():
            if text:
                yield words.edition_column[name], text
        if one.row["synthetic"]:
            yield words.edition.note, words.dataset.simulated


def meaning_of(facts: Facts, one: Indicator, code: Code) -> dict[str, str]:
    """What is said of an indicator in one language, by the name of a column; empty if nothing is."""
    words = words_of(code)

    def told(name: Name) -> str:
        return str(getattr(name, code))

    licence = facts.selection.publication.licences.get(one.licence or "")
    terms = [told(licence.name), licence.document or ""] if licence else []
    return {
        "indicator": told(one.name),
        "formula": one.row["formula"],
        "unit": told(one.unit),
        "frequency": words.frequency[one.row["frequency"]],
        "purpose": getattr(one.purpose, code) or "",
        "owner": told(one.owner),
        "sources": "; ".join(
            ": ".join(filter(None, (told(source.name), source.published_by)))
            for source in one.sources
        ),
        "decision": one.row["decision"] or "",
        "valid": _span(one.row["valid_from"], one.row["valid_to"]),
        "licence": " ".join(filter(None, terms)),
    }


def _span(first: date | None, last: date | None) -> str:
    return f"{first or '…'} – {last or '…'}" if first or last else ""
