"""Columns that look like personal data and are not declared so.

Here: how many cells of which kind make a column of people. Not here: the kinds
(``personal_kinds``), reading (``readers``), columns declared ``personal``, which are not looked at,
what becomes of the file (``reception``: nothing of it is kept), files that cannot be read
(``unread_people``).

No figure looks like a cell that is recognised by its pattern, so one cell in twenty is enough.
Numbers without such a mark (nine digits, accounts) are believed where the header calls them so and
half of the cells could be such numbers: a column that counts telephones holds no telephones. What
the contract reads as figures is what it says, whatever its header; a tax number is looked for where
the contract reads nothing, because it names a business (a person's is the identity number). Past 200
lines because what makes a column one of people is weighed in one place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from kinhbac.ingest.headings import match_names
from kinhbac.ingest.personal_kinds import (
    ANY,
    KINDS,
    Kind,
    count_tax_numbers,
    find_shortened,
    kinds_called,
    recognise,
)
from kinhbac.ingest.raw import Batch
from kinhbac.problems import SHOWN, Problem
from kinhbac.registry.declared.contract import Source

SHARE = 0.05
"""Filled cells of a column from which on it is one of a kind that no figure can be taken for."""
SHARE_NAMED = 0.5
"""The same where its header calls it so and a cell is recognised by its length alone."""
SHARE_CHECKED, FEWEST_CHECKED = 0.8, 5
"""Share and number of cells with the right check digit: one figure in eleven has it by chance."""
SHARE_SHORTENED, FEWEST_SHORTENED, FEWEST_YEARS = 0.9, 8, 3
"""The same of numbers that may have lost their zeros, which one figure in five is like; and years of
birth among them: codes that were given one after the other have one."""
LONG = 10**9
"""What the least identity number without its zeros is."""
SHORTEST = 8
"""Bytes of the shortest text that is looked at: a passport's number."""

FEW = 2_000
"""Rows of which it does not pay to find the columns without such texts first."""


@dataclass(frozen=True)
class Declared:
    """The columns that a contract declares personal, that it reads, and reads as figures."""

    personal: frozenset[str]
    read: frozenset[str]
    figures: frozenset[str]

    @classmethod
    def by(cls, source: Source) -> Declared:
        """What the contract of a source declares."""
        if table := source.table:
            figures = {figure.column for figure in source.delivered.values() if figure.column}
            references = (table.period, table.vintage, table.scope)
            texts = {part.column for part in references if part}
            texts |= {name for name in (table.statement, source.area.column) if name}
            return cls(frozenset(table.personal), frozenset(texts | figures), frozenset(figures))
        assert source.records
        columns = source.records.columns
        read = {name for name, column in columns.items() if column.as_}
        return cls(
            frozenset(name for name, column in columns.items() if column.personal),
            frozenset(read),
            frozenset(name for name in read if columns[name].type != "text"),
        )


@dataclass
class _Column:
    """Cells of a column as far as they were seen."""

    filled: int = 0
    checked: int = 0
    shortened: int = 0
    years: set[str] = field(default_factory=set)
    lines: list[int] = field(default_factory=list)
    found: Counter[Kind] = field(default_factory=Counter)
    named: Counter[Kind] = field(default_factory=Counter)


class PersonalSearch:
    """A look at the columns of one file, batch by batch, before the contract takes its own."""

    def __init__(self, declared: Declared) -> None:
        self._declared = declared
        self._known = declared.personal | declared.read | declared.figures
        self._meant: dict[str, str] = {}
        self._columns: dict[str, _Column] = {}

    def look(self, batch: Batch) -> None:
        """See what the cells of a batch are."""
        self._meant |= match_names(tuple(batch.columns), self._known)
        texts: dict[str, pl.Series] = {}
        for name, cells in batch.columns.items():
            if self._name(name) in self._declared.personal:
                continue
            self._columns.setdefault(self._name(name), _Column()).filled += (
                len(cells) - cells.null_count()
            )
            if cells.dtype == pl.String:
                texts[name] = cells
            elif cells.dtype == pl.Categorical or self._called(name):
                texts[name] = cells.cast(pl.String, strict=False)
            elif self._name(name) not in self._declared.read and _are_long(cells):
                texts[name] = cells.cast(pl.Int64, strict=False).cast(pl.String)
        # Asked of all columns at once, and of few rows but once: of many small files the asking is
        # what costs.
        long = texts
        if batch.rows > FEW:
            long = _choose(texts, pl.all().str.len_bytes().max() >= SHORTEST)
        sure = _choose(long, pl.all().str.contains(ANY).any())
        for name, cells in long.items():
            self._count(name, cells, batch.lines if name in sure else None)

    def _count(self, name: str, cells: pl.Series, lines: pl.Series | None) -> None:
        """Count the cells of each kind; ``lines`` are given where some may surely be of one."""
        seen = self._columns[self._name(name)]
        for kind in KINDS if lines is not None else ():
            if kind.cells and lines is not None:
                found = cells.str.contains("|".join(kind.cells)).fill_null(False)
                seen.found[kind] += int(found.sum())
                seen.lines += lines.filter(found).head(SHOWN - len(seen.lines)).to_list()
        if lines is not None and self._name(name) not in self._declared.read:
            seen.checked += count_tax_numbers(cells)
            born = find_shortened(cells)
            seen.shortened += len(born)
            seen.years.update(born.unique().head(FEWEST_YEARS))
        for kind in self._called(name):
            seen.named[kind] += int(cells.str.strip_chars().str.contains(kind.named).sum())

    def _called(self, name: str) -> list[Kind]:
        return [] if self._name(name) in self._declared.figures else kinds_called(name)

    def _name(self, name: str) -> str:
        """The contract's name of a column that it knows, in whatever spelling."""
        return self._meant.get(name, name)

    def tell(self) -> Iterator[Problem]:
        """What the file holds and may not; a header that is itself such a number, too."""
        for name, seen in self._columns.items():
            kind, cells = _kind_of(seen)
            if kind is None and (kind := recognise(name)):
                cells = 0
            if kind is None:
                continue
            how = f" ({cells:,} of {seen.filled:,} cells)" if cells else " by its header"
            is_read = name in self._declared.read
            lines = tuple(sorted(set(seen.lines))) if seen.found[kind] else ()
            yield Problem(
                f"the column looks like {kind.name}{how}, and is not declared personal",
                "personal data is declared, and never passes the door",
                f"{TAKE_OUT if is_read else LEAVE_OUT}; nothing of the file was kept",
                line=lines[0] if lines else None,
                column=name,
                check=PERSONAL,
                count=max(cells, 1),
                lines=lines if cells > 1 else (),
            )


TAKE_OUT = "take out of the cells what names a person, and deliver the file again"
LEAVE_OUT = "leave the column out, or declare it «personal» in the contract"
PERSONAL = "personal"
"""Short name of the rule: of a file that breaks it nothing is kept."""


def _choose(columns: dict[str, pl.Series], asked: pl.Expr) -> dict[str, pl.Series]:
    """The columns of which the answer is yes."""
    if not columns:
        return {}
    frame = pl.DataFrame([cells.alias(f"c{n}") for n, cells in enumerate(columns.values())])
    answers = frame.select(asked).row(0)
    return {name: columns[name] for name, yes in zip(columns, answers, strict=True) if yes}


def _are_long(cells: pl.Series) -> bool:
    """Whether figures have as many digits as an identity number has without its zeros."""
    most = cells.max() if cells.dtype.is_numeric() else None
    return isinstance(most, int | float) and most >= LONG


def _kind_of(seen: _Column) -> tuple[Kind | None, int]:
    if not (seen.found or seen.named or seen.checked or seen.shortened):
        return None, 0
    for kind in KINDS:
        if seen.found[kind] and seen.found[kind] >= SHARE * seen.filled:
            return kind, seen.found[kind]
        if seen.named[kind] and seen.named[kind] >= SHARE_NAMED * seen.filled:
            return kind, seen.named[kind]
    if seen.checked >= max(FEWEST_CHECKED, SHARE_CHECKED * seen.filled):
        return next(kind for kind in KINDS if kind.name == "tax numbers"), seen.checked
    few = max(FEWEST_SHORTENED, SHARE_SHORTENED * seen.filled)
    if seen.shortened >= few and len(seen.years) >= FEWEST_YEARS:
        return KINDS[0], seen.shortened
    return None, 0
