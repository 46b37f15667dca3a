"""Columns by the names that a contract gives them, however a file spells these.

Here: which columns a contract names, which of a file's they are, which two of a file are one. Not
here: when two spellings are one (``spelling``), what is said of columns that are missing or
strange (``opening``).

The header of a file is folded once, however many files of a night have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kinhbac.ingest.text import normalise
from kinhbac.registry.declared.contract import Source
from kinhbac.spelling import fold_name

HEADERS = 256
"""Headers whose names are kept folded: some for each source of a province."""


@dataclass(frozen=True)
class NamedColumns:
    """The columns of a contract: those that are read, those that are known and not read, and
    those that never pass the door."""

    read: frozenset[str]
    ignored: frozenset[str]
    personal: frozenset[str]

    @property
    def known(self) -> frozenset[str]:
        """All of them."""
        return self.read | self.ignored | self.personal


def name_columns(source: Source) -> NamedColumns:
    """The columns that the contract of ``source`` names."""
    read: set[str] = set()
    ignored: set[str] = set()
    personal: set[str] = set()
    if table := source.table:
        read = {e.column for e in source.delivered.values() if e.column}
        read |= {part.column for part in (table.period, table.vintage, table.scope) if part}
        read |= {table.statement} if table.statement else set()
        ignored, personal = set(table.ignored), set(table.personal)
    if records := source.records:
        personal = {name for name, column in records.columns.items() if column.personal}
        ignored = {name for name, column in records.columns.items() if column.ignored}
        read = records.columns.keys() - personal - ignored
    read |= {source.area.column} if source.area.column else set()
    ignored |= {source.area.name} if source.area.name else set()
    return NamedColumns(frozenset(read), frozenset(ignored), frozenset(personal))


@lru_cache(HEADERS)
def match_names(names: tuple[str, ...], meant: frozenset[str]) -> Mapping[str, str]:
    """Which of ``names`` are those that are ``meant``, in whatever spelling.

    >>> match_names(("MÃ ĐƠN VỊ", "Ghi chú"), frozenset(["Mã đơn vị"]))
    {'MÃ ĐƠN VỊ': 'Mã đơn vị'}
    """
    folded = {fold_name(name): name for name in meant}
    asked = ((name, folded.get(fold_name(name))) for name in names)
    return {name: found for name, found in asked if found is not None}


def find_twice(names: Iterable[str]) -> list[tuple[str, ...]]:
    """Names that stand more than once in one spelling or in several, each with all of them.

    >>> find_twice(["Sinh", "Ma", "SINH"])
    [('Sinh', 'SINH')]
    """
    spellings: dict[str, list[str]] = {}
    for name in names:
        spellings.setdefault(fold_name(name), []).append(name)
    return [tuple(found) for found in spellings.values() if len(found) > 1]


def tell_spellings(twice: Iterable[Sequence[str]]) -> list[str]:
    """All of their spellings, as people see them: two Unicode forms of one look the same.

    >>> tell_spellings([("Sinh", "SINH"), ("Ma", "Ma")])
    ['Sinh', 'SINH', 'Ma']
    """
    return [*dict.fromkeys(normalise(name) or "(no name)" for names in twice for name in names)]
