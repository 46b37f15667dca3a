"""Columns that look like personal data and are not declared so.

Here: the kinds of numbers and addresses that name a person, by which cells and which headers a
column of them is recognised. Not here: reading (``readers``), columns declared ``personal``, which
are not looked at, what becomes of the file (``reception``: nothing of it is kept).

A cell is recognised by a pattern that no figure has: it begins with a zero and has the checks of
its kind (province, century and year of an identity number; prefix of a telephone), or holds
letters where they belong. So one cell in twenty is enough. Numbers without such a mark (nine
digits, accounts) are believed where the header calls them so and half of the cells could be such
numbers: a column that counts telephones holds no telephones. What the contract reads as figures is
what it says, whatever its header; a tax number is looked for where the contract reads nothing,
because it names a business (a person's is the identity number).

Sources: Circular 59/2021/TT-BCA (12 digits: province, century and sex, year); the numbering plan of
the Ministry of Information and Communications (prefixes since 2018); Decision 1351/QĐ-BHXH of 2015
(health insurance numbers); Circular 105/2020/TT-BTC (tax numbers), their check digit as python-stdnum
computes it (``vn.mst``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import polars as pl

from kinhbac.ingest.raw import Batch
from kinhbac.problems import SHOWN, Problem
from kinhbac.registry.declared.contract import Source
from kinhbac.spelling import without_marks

SHARE = 0.05
"""Filled cells of a column from which on it is one of a kind that no figure can be taken for."""
SHARE_NAMED = 0.5
"""The same where its header calls it so and a cell is recognised by its length alone."""
SHARE_CHECKED, FEWEST_CHECKED = 0.8, 5
"""Share and number of cells with the right check digit: one figure in eleven has it by chance."""
SHORTEST = 8
"""Bytes of the shortest text that is looked at: a passport's number."""

FEW = 2_000
"""Rows of which it does not pay to find the columns without such texts first."""

_BEGINS, _ENDS = r"(?:^|[^0-9.,])", r"(?:$|[^0-9])"
_PROVINCES = (
    "0[12468]|1[0124579]|2[024567]|3[01345678]|4[0245689]|5[12468]|6[024678]|7[024579]|8[0234679]|"
    "9[1-6]"
)
IDENTITY = rf"{_BEGINS}0(?:{_PROVINCES})[ .-]?(?:[01][0-9][0-9]|[23][0-3][0-9])[ .-]?[0-9]{{3}}[ .-]?[0-9]{{3}}{_ENDS}"
MOBILE = (
    r"(?:^|[^0-9.,+])(?:0|(?:\+|00)84[ .-]?)(?:3[2-9]|5[25689]|7[06-9]|8[1-9]|9[0-46-9])"
    rf"(?:[ .-]?[0-9]){{7}}{_ENDS}"
)
LANDLINE = rf"(?:^|[^0-9.,+])(?:0|(?:\+|00)84[ .-]?)2(?:[ .-]?[0-9]){{9}}{_ENDS}"
EMAIL = r"[A-Za-z0-9._+-]@[A-Za-z0-9-]+\.[A-Za-z]"
HEALTH_CARD = r"(?:^|[^A-Za-z0-9])[A-Z]{2}[ -]?[1-5][ -]?[0-9]{2}(?:[ -]?[0-9]){10}(?:$|[^0-9])"
TAX = r"^[0-9]{10}(?:-?[0-9]{3})?$"
_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


@dataclass(frozen=True)
class Kind:
    """A kind of personal data: what it is called, cells that can be nothing else, headers (small
    letters without marks), and what a cell under such a header looks like."""

    name: str
    cells: tuple[str, ...]
    headers: tuple[str, ...]
    named: str


KINDS = (
    Kind(
        "identity numbers",
        (IDENTITY,),
        (
            "cccd", "cmnd", "cmt", "can cuoc", "can cuoc cong dan", "chung minh nhan dan",
            "chung minh thu", "so dinh danh", "dinh danh ca nhan", "ma dinh danh ca nhan",
            "ho chieu", "identity number", "identity card", "id card", "citizen id", "national id",
            "personal id", "personal identification number", "passport",
        ),
        r"^(?:[A-Za-z]\d{7,8}|\d(?:[ .-]?\d){7,12})$",
    ),
    Kind(
        "telephone numbers",
        (MOBILE, LANDLINE),
        (
            "dien thoai", "so dien thoai", "sdt", "so dt", "di dong", "zalo", "phone",
            "phone number", "telephone", "mobile", "tel",
        ),
        r"^(?:\+|00)?\d(?:[ ().-]{0,2}\d){7,12}$",
    ),
    Kind(
        "e-mail addresses",
        (EMAIL,),
        ("email", "e mail", "thu dien tu", "hop thu"),
        "@",
    ),
    Kind(
        "insurance numbers",
        (HEALTH_CARD,),
        (
            "bhxh", "bhyt", "so bao hiem", "ma so bao hiem", "so the bao hiem", "ma bao hiem",
            "bao hiem xa hoi", "bao hiem y te", "insurance number", "insurance no", "insurance id",
            "insurance card", "social security number",
        ),
        r"^(?:[A-Za-z]{2})?\d(?:[ -]?\d){9,14}$",
    ),
    Kind(
        "tax numbers",
        (),
        ("mst", "ma so thue", "tax code", "tax number", "tax id", "tax identification number"),
        r"^\d{10}(?:-?\d{3})?$|^\d{12}$",
    ),
    Kind(
        "bank accounts",
        (),
        (
            "stk", "so tk", "so tai khoan", "tai khoan ngan hang", "tai khoan thanh toan",
            "bank account", "account number", "account no", "iban",
        ),
        r"^[A-Z]{0,2}\d(?:[ .-]?\d){5,33}$",
    ),
)  # fmt: skip
NAMED_SO = frozenset(header for kind in KINDS for header in kind.headers) | {
    f"{word} {header}" for kind in KINDS for header in kind.headers for word in ("so", "ma so")
}
"""Headers that are nothing but the name of a kind, small and without marks."""
_HEADERS = {
    kind: re.compile(rf"(?:^|[^a-z0-9])(?:{'|'.join(kind.headers)})(?:$|[^a-z])") for kind in KINDS
}
_ANY = "|".join((*(pattern for kind in KINDS for pattern in kind.cells), TAX))


@lru_cache(10_000)
def recognise(text: str) -> Kind | None:
    """The kind of personal data that a text holds, if it can be nothing else.

    >>> recognise("CCCD: 001099012345").name
    'identity numbers'
    >>> recognise("1.234.567.890") is None
    True
    """
    return next((k for k in KINDS if any(re.search(p, text) for p in k.cells)), None)


@dataclass
class _Column:
    """Cells of a column as far as they were seen."""

    filled: int = 0
    checked: int = 0
    lines: list[int] = field(default_factory=list)
    found: Counter[Kind] = field(default_factory=Counter)
    named: Counter[Kind] = field(default_factory=Counter)


class PersonalSearch:
    """A look at the columns of one file, batch by batch, before the contract takes its own."""

    def __init__(self, source: Source) -> None:
        self._declared, self._texts, self._figures = _columns_of(source)
        self._columns: dict[str, _Column] = {}

    def look(self, batch: Batch) -> None:
        """See what the cells of a batch are."""
        texts: dict[str, pl.Series] = {}
        for name, cells in batch.columns.items():
            if name in self._declared:
                continue
            self._columns.setdefault(name, _Column()).filled += len(cells) - cells.null_count()
            if cells.dtype == pl.String:
                texts[name] = cells
            elif cells.dtype == pl.Categorical or self._called(name):
                texts[name] = cells.cast(pl.String, strict=False)
        # Asked of all columns at once, and of few rows but once: of many small files the asking is
        # what costs.
        long = texts
        if batch.rows > FEW:
            long = _choose(texts, pl.all().str.len_bytes().max() >= SHORTEST)
        sure = _choose(long, pl.all().str.contains(_ANY).any())
        for name, cells in long.items():
            self._count(name, cells, batch.lines if name in sure else None)

    def _count(self, name: str, cells: pl.Series, lines: pl.Series | None) -> None:
        """Count the cells of each kind; ``lines`` are given where some may surely be of one."""
        seen = self._columns[name]
        for kind in KINDS if lines is not None else ():
            if kind.cells and lines is not None:
                found = cells.str.contains("|".join(kind.cells)).fill_null(False)
                seen.found[kind] += int(found.sum())
                seen.lines += lines.filter(found).head(SHOWN - len(seen.lines)).to_list()
        if lines is not None and name not in self._figures and name not in self._texts:
            seen.checked += _count_tax_numbers(cells)
        for kind in self._called(name):
            seen.named[kind] += int(cells.str.strip_chars().str.contains(kind.named).sum())

    def _called(self, name: str) -> list[Kind]:
        return [] if name in self._figures else _called(name)

    def tell(self, file: str = "") -> Iterator[Problem]:
        """What the file holds and may not; a header that is itself such a number, too."""
        for name, seen in self._columns.items():
            kind, cells = _kind_of(seen)
            if kind is None and (kind := recognise(name)):
                cells = 0
            if kind is None:
                continue
            how = f" ({cells:,} of {seen.filled:,} cells)" if cells else " by its header"
            is_read = name in self._texts or name in self._figures
            lines = tuple(sorted(set(seen.lines))) if seen.found[kind] else ()
            yield Problem(
                f"the column looks like {kind.name}{how}, and is not declared personal",
                "personal data is declared, and never passes the door",
                f"{TAKE_OUT if is_read else LEAVE_OUT}; nothing of the file was kept",
                file,
                lines[0] if lines else None,
                name,
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


def _kind_of(seen: _Column) -> tuple[Kind | None, int]:
    if not (seen.found or seen.named or seen.checked):
        return None, 0
    for kind in KINDS:
        if seen.found[kind] and seen.found[kind] >= SHARE * seen.filled:
            return kind, seen.found[kind]
        if seen.named[kind] and seen.named[kind] >= SHARE_NAMED * seen.filled:
            return kind, seen.named[kind]
    if seen.checked >= max(FEWEST_CHECKED, SHARE_CHECKED * seen.filled):
        return next(kind for kind in KINDS if kind.name == "tax numbers"), seen.checked
    return None, 0


@lru_cache(10_000)
def _called(header: str) -> list[Kind]:
    """The kinds that a header names, with or without tone marks."""
    folded = re.sub(r"[\W_]+", " ", without_marks(header))
    return [kind for kind, pattern in _HEADERS.items() if pattern.search(folded)]


def _columns_of(source: Source) -> tuple[set[str], set[str], set[str]]:
    """The columns declared personal; those that the contract reads as text, as figures."""
    if table := source.table:
        figures = {figure.column for figure in source.delivered.values() if figure.column}
        references = (table.period, table.vintage, table.scope)
        texts = {part.column for part in references if part} | {table.statement or ""}
        return set(table.personal), texts | {source.area.column or ""}, figures
    assert source.records
    columns = source.records.columns
    read = {name for name, column in columns.items() if column.as_}
    texts = {name for name in read if columns[name].type == "text"}
    return {n for n, c in columns.items() if c.personal}, texts, read - texts


def _count_tax_numbers(cells: pl.Series) -> int:
    """Cells of ten digits, or ten and three, whose tenth is the check digit of the nine before."""
    numbers = cells.filter(cells.str.contains(TAX).fill_null(False))
    if not len(numbers):
        return 0
    digits = [pl.col("n").str.slice(place, 1).cast(pl.Int64) for place in range(10)]
    weighed = pl.sum_horizontal(w * d for w, d in zip(_WEIGHTS, digits, strict=False))
    right = digits[9] == 10 - weighed % 11
    return int(pl.DataFrame({"n": numbers}).select(right.sum()).item())
