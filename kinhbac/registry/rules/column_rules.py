"""Rules of columns: what a contract names in the header of a table, it names once.

Here: columns of figures, areas, periods, words, and those that are not read. Two spellings of a
name (NFC and NFD, Hoà and Hòa, in capitals) are one column. Not here: columns of records, whose names are keys
(``yaml_document``), other rules of sources (``source_rules``).
"""

from __future__ import annotations

from collections.abc import Iterator

from kinhbac.problems import Problem
from kinhbac.registry.declared.contract import Source, Table
from kinhbac.spelling import fold_name
from kinhbac.yaml_document import Loc, YamlDocument


def find_breaches_of_columns(document: YamlDocument, source: Source) -> Iterator[Problem]:
    """Every column that a contract of a table names twice."""
    first: dict[str, tuple[str, str]] = {}
    for what, loc, column in _columns(source):
        reader, name = first.setdefault(fold_name(column), (what, column))
        if reader == what:
            continue
        spelt = "" if name == column else f", written «{name}»"
        yield document.problem(
            loc,
            f"{reader} reads the column «{column}» too{spelt}",
            "a column holds one thing, and has one name in every spelling",
            "correct one of the two",
        )


def _columns(source: Source) -> Iterator[tuple[str, Loc, str]]:
    """What each column is read as, where that is written, and its name."""
    if source.table is None:
        return
    yield from _columns_of_rows(source.table)
    part = "data_elements" if source.data_elements else "comparisons"
    for key, measured in (source.data_elements or source.comparisons).items():
        if measured.column:
            yield key, (part, key, "column"), measured.column
    for key, element in source.data_elements.items():
        for category, told in element.broken_down(key).items():
            if told.column:
                yield category, ("data_elements", key, "breakdowns"), told.column


def _columns_of_rows(table: Table) -> Iterator[tuple[str, Loc, str]]:
    for word in ("column", "name"):
        if named := getattr(table.area, word):
            yield f"area.{word}", ("table", "area", word), named
    for word in ("period", "vintage", "scope"):
        if part := getattr(table, word):
            yield word, ("table", word, "column"), part.column
    if table.statement:
        yield "statement", ("table", "statement"), table.statement
    for word in ("ignored", "personal"):
        for place, column in enumerate(getattr(table, word)):
            yield f"{word} {place + 1}", ("table", word, place), column
