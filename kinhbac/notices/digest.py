"""What a notice says: items that stand open, in sections, for one recipient.

Here: the shapes, and what counts as a change. Not here: reading items from a release
(``items``), whose digest holds which (``agencies``, ``leaders``), words (``message``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Literal

import duckdb
from babel.numbers import format_decimal

from kinhbac.words.catalogue import words_of

Kind = Literal["warning", "late", "refused", "held", "task", "communes", "agency", "letter"]
WORDS = words_of("vi")
"""Notices are written in Vietnamese."""


def short_hash(*parts: object) -> str:
    """Sixteen hexadecimal digits that stand for ``parts``; the ledger keeps these, not the text."""
    return sha256("\x1f".join(map(str, parts)).encode("utf-8", "replace")).hexdigest()[:16]


@dataclass(frozen=True)
class Item:
    """One thing that stands until it is put right.

    ``what`` names it as long as it stands. ``state`` is what counts as a change of it: its
    beginning, level, life. Words, counts and figures may move every night without being one.
    """

    agency: str
    kind: Kind
    what: str
    state: str
    label: str
    words: str
    since: date | None = None
    remedy: str = ""
    page: str = ""
    synthetic: bool = False
    cells: int = 0

    @property
    def key(self) -> str:
        """Stands for what it is."""
        return short_hash(self.kind, self.what)

    @property
    def mark(self) -> str:
        """Stands for its state: another one is a change."""
        return short_hash(self.state)


@dataclass(frozen=True)
class Warned(Item):
    """An open warning, with what a leader's view is put together from."""

    level: str = ""
    indicator: str = ""
    indicator_vi: str = ""
    area_kind: str = ""
    overdue: bool = False


def count(number: int) -> str:
    """A whole number as it is written in Việt Nam."""
    return format_decimal(number, locale="vi")


def has_table(db: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether a release has a table; older ones lack the newer ones."""
    found = "select count(*) from duckdb_tables() where table_name = ?"
    return bool(db.execute(found, [name]).fetchall()[0][0])


def table(name: str) -> str:
    """Where all rows of a table are found, said to a person."""
    return str(WORDS.digest.table.format(table=name, file="data/current/warehouse.duckdb"))


@dataclass(frozen=True)
class Section:
    """Items of one kind, and where all of them stand."""

    title: str
    items: tuple[Item, ...]
    elsewhere: str


@dataclass(frozen=True)
class Digest:
    """All that stands for one recipient; ``shown`` items of a section are written out.

    One that is told ``once`` is known by that and never told again, whatever becomes of its items.
    """

    recipient: str
    name: str
    counts: str
    sections: tuple[Section, ...]
    release: int
    as_of: date
    everything: tuple[str, ...]
    shown: int
    once: str = ""

    @property
    def entry(self) -> str:
        """Under which name the ledger knows whom it tells, and of what."""
        return f"{self.recipient}.letter" if self.once else self.recipient

    @property
    def items(self) -> list[Item]:
        """The items of all sections."""
        return [item for section in self.sections for item in section.items]

    @property
    def states(self) -> dict[str, str]:
        """What the ledger keeps: each item and its state, without a word of it.

        Equal states are no change: neither the number of the release nor a count of days is
        among them.
        """
        if self.once:
            return {short_hash(self.once): ""}
        return {item.key: item.mark for item in self.items}
