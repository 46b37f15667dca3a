"""What the columns of a file seem to hold: areas, a period, figures, times, texts, persons.

Here: guesses from headers and cells, and nothing of a cell but what no person is named by: bounds of
figures, formats, marks of absence. Not here: the form of the file (``delivered_form``), which column
names areas (``delivered_places``), what a contract makes of it (``source_draft``). Past 200 lines
because a column is recognised by asking one question after the other.

Whom a column names is asked of the door itself (``ingest.personal_data``), which looks at every
row; here, beside it, columns of names, addresses and days of birth, which the door cannot tell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import polars as pl

from kinhbac.ingest.personal_data import PERSONAL, Declared
from kinhbac.ingest.personal_kinds import kinds_called, recognise
from kinhbac.ingest.reading_apart import read_apart
from kinhbac.ingest.reading_room import ReadingRoom
from kinhbac.ingest.shapes import WORDS
from kinhbac.periods import Period, PeriodKind
from kinhbac.problems import Refused
from kinhbac.registry.declared.contract import Delivery
from kinhbac.spelling import without_marks

Kind = Literal[
    "personal", "blank", "integer", "number", "boolean", "date", "timestamp", "period", "text"
]
MOST = 0.8
"""Share of filled cells that must fit a guess."""
ROWS = 200_000
"""Rows of which cells are looked at; the door's own search for persons sees all of them."""
PERSONS = re.compile(
    r"\b(ho ten|ho va ten|ho dem|nguoi (nop|ky|lien he|dai dien|khai|nhan)|chu ho|ngay sinh|"
    r"dia chi|so nha|full name|surname|address|birth date|date of birth)\b"
)
"""Headers of columns of persons which no number tells, folded."""
FAMILIES = frozenset(
    (
        "nguyen", "tran", "le", "pham", "hoang", "huynh", "phan", "vu", "vo", "dang", "bui", "do",
        "ho", "ngo", "duong", "ly", "dinh", "luong",
    )
)  # fmt: skip
"""The commonest family names, without marks: nine of ten names begin with one."""
DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d")
TIMES = tuple(f"{day}{sign}%H:%M{rest}" for day in DAYS for sign in " T" for rest in (":%S", ""))
DATED: tuple[tuple[tuple[str, ...], Kind], ...] = ((TIMES, "timestamp"), (DAYS, "date"))
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:([ .,\u00a0\u202f])\d{3})+|\d+)(?:([.,])\d+)?")
_PERIODS = re.compile(r"\b(nam|thang|quy|ky|ngay|year|month|quarter|period|date|day)\b")
_MARKS = re.compile(r"(?<=\d)\s*([*¹²³†]+)$")


@dataclass
class Numbers:
    """How numbers of a file are written, as far as its cells tell."""

    decimal: Counter[str] = field(default_factory=Counter)
    thousands: Counter[str] = field(default_factory=Counter)

    def settle(self) -> dict[str, str]:
        """The marks that a contract should name; none where no cell needs them or none decides."""
        decimal = self.decimal.most_common(1)[0][0] if self.decimal else None
        left = {mark: n for mark, n in self.thousands.items() if mark != decimal}
        thousands = max(left, key=left.__getitem__, default=None)
        if thousands in ("\u00a0", "\u202f"):
            thousands = " "
        if decimal is None and thousands in (".", ","):
            return {}  # 1.234 may be two numbers, and nothing here tells which
        said = {"decimal": decimal} if decimal else {}
        return said | ({"thousands": thousands} if thousands else {})


@dataclass(frozen=True)
class Column:
    """What a column seems to hold. ``lowest`` and ``highest`` are of figures alone; ``form`` of
    days and times; ``percent``: cells have the sign; ``distinct``: no two cells are the same."""

    header: str
    kind: Kind
    filled: int = 0
    lowest: float | None = None
    highest: float | None = None
    form: str | None = None
    percent: bool = False
    distinct: bool = False
    whole: bool = False
    period: PeriodKind | None = None


@dataclass
class Delivered:
    """A file as far as it was understood. ``unread``: cells of columns of figures that are none."""

    delivery: Delivery
    columns: dict[str, Column]
    cells: dict[str, pl.Series]
    rows: int
    numbers: Numbers
    missing: list[str]
    footnotes: list[str]
    unread: Counter[str]
    faults: list[str] = field(default_factory=list)


def read_columns(path: Path, delivery: Delivery, room: ReadingRoom) -> Delivered:
    """The columns of the file at ``path``. Raises Unreadable for what no contract would let in,
    and Refused where a header itself names a person."""
    raw = read_apart(path, delivery, room, None, Declared(*(frozenset[str](),) * 3))
    kept: list[dict[str, pl.Series]] = []
    rows = 0
    for batch in raw.batches:
        if rows < ROWS:
            kept.append(batch.columns)
        rows += batch.rows
    problems = [*raw.problems.tell()]
    personal = {problem.column for problem in problems if problem.check == PERSONAL}
    names = [*raw.names]
    if any(recognise(name) for name in names):
        raise Refused(
            "A header of the file is itself the number or address of a person. Rule: a contract "
            "holds headers, and no person. Remedy: take it out of the header."
        )
    cells = {name: _joined(name, kept) for name in names}
    numbers, missing, footnotes = Numbers(), Counter[str](), Counter[str]()
    unread = Counter[str]()
    columns = {}
    for name, series in cells.items():
        if name in personal or _names_persons(name, series):
            columns[name] = Column(name, "personal")
            cells[name] = series.clear()
            continue
        columns[name] = _recognise(name, series, numbers, missing, footnotes, unread)
    # A name that the program gave is none that a sender keeps.
    meant = raw.sheet and not re.match(r"sheet ?\d*$|trang.tính", raw.sheet, re.IGNORECASE)
    named = delivery.model_copy(update={"sheet": raw.sheet}) if meant else delivery
    faults = [f"{problem.found}" for problem in problems if problem.check not in (PERSONAL,)]
    return Delivered(named, columns, cells, rows, numbers, [*missing], [*footnotes], unread, faults)


def _joined(name: str, batches: Sequence[dict[str, pl.Series]]) -> pl.Series:
    parts = [batch[name] for batch in batches if name in batch]
    if len({part.dtype for part in parts}) > 1:
        parts = [part.cast(pl.String) for part in parts]
    return pl.concat(parts) if parts else pl.Series(name, [], pl.String)


def fold_words(header: str) -> str:
    """The words of a header without marks, those run together parted.

    >>> fold_words("HoTenNguoiNop"), fold_words("Số  định_danh")
    ('ho ten nguoi nop', 'so dinh danh')
    """
    parted = "".join(
        f" {sign}" if before.islower() and sign.isupper() else sign
        for before, sign in zip(f" {header}", header, strict=False)
    )
    return re.sub(r"[\W_]+", " ", without_marks(parted)).strip()


def _names_persons(header: str, cells: pl.Series) -> bool:
    """Whether header or cells say that persons are named."""
    words = fold_words(header)
    if PERSONS.search(words):
        return True
    if cells.dtype != pl.String:
        return False
    if any(kind for kind in kinds_called(words)) and not _are_figures(cells):
        return True
    texts = cells.drop_nulls().head(ROWS).unique()
    named = sum(_is_a_name(text) for text in texts.to_list()[:5000])
    return len(texts) > 2 and named >= MOST * min(len(texts), 5000)


def _are_figures(cells: pl.Series) -> bool:
    """Whether cells are counts of something: numbers of up to seven digits."""
    filled = cells.drop_nulls()
    return len(filled) > 0 and bool(filled.str.contains(r"^[\d.,\s]{1,9}$").all())


def _is_a_name(text: str) -> bool:
    parts = text.split()
    return (
        2 <= len(parts) <= 6
        and without_marks(parts[0]) in FAMILIES
        and all(word[0].isupper() for word in parts)
        and not any(c.isdigit() for c in text)
    )


def _recognise(
    name: str,
    cells: pl.Series,
    numbers: Numbers,
    missing: Counter[str],
    footnotes: Counter[str],
    unread: Counter[str],
) -> Column:
    filled = cells.drop_nulls()
    column = Column(name, "text", len(filled), distinct=filled.n_unique() == len(filled) > 1)
    if filled.is_empty():
        return replace(column, kind="blank")
    if cells.dtype == pl.Boolean:
        return replace(column, kind="boolean")
    if cells.dtype == pl.Date:
        return replace(column, kind="date", form="%Y-%m-%d")
    if isinstance(cells.dtype, pl.Datetime):
        return replace(column, kind="timestamp", form="%Y-%m-%d %H:%M:%S")
    if cells.dtype.is_numeric():
        return _with_bounds(column, filled.cast(pl.Float64))
    texts = filled.cast(pl.String).str.strip_chars()
    if kind := _period_of(name, texts):
        return replace(column, kind="period", period=kind)
    if bool(texts.str.to_lowercase().is_in(["true", "false"]).all()):
        return replace(column, kind="boolean")
    for forms, what in DATED:
        if form := _form_of(texts, forms, what == "timestamp"):
            return replace(column, kind=what, form=form)
    return _read_numbers(column, texts, numbers, missing, footnotes, unread)


def _with_bounds(column: Column, values: pl.Series) -> Column:
    whole = bool((values % 1 == 0).all())
    figures: list[float] = values.to_list()
    return replace(
        column,
        kind="integer" if whole else "number",
        lowest=min(figures),
        highest=max(figures),
        whole=whole,
    )


def _period_of(name: str, texts: pl.Series) -> PeriodKind | None:
    kinds = set()
    for text in texts.unique():
        try:
            kinds.add(Period.parse(text).kind)
        except ValueError:
            return None
    kind = kinds.pop() if len(kinds) == 1 else None
    if kind in (PeriodKind.YEAR, PeriodKind.DAY) and not _PERIODS.search(fold_words(name)):
        return None
    return kind


def _form_of(texts: pl.Series, forms: Sequence[str], timed: bool) -> str | None:
    if timed != bool(texts.str.contains(":").all()):
        return None
    for form in forms:
        read = (
            texts.str.to_datetime(form, strict=False)
            if timed
            else texts.str.to_date(form, strict=False)
        )
        if not read.null_count():
            return form
    return None


def _read_numbers(
    column: Column,
    texts: pl.Series,
    numbers: Numbers,
    missing: Counter[str],
    footnotes: Counter[str],
    unread: Counter[str],
) -> Column:
    """A column of numbers, if most of its cells are some; a code keeps its zeros and is a text."""
    distinct = Counter(texts.to_list())
    bare, marked = {}, Counter[str]()
    for text in distinct:
        told = text.removesuffix("%").strip()
        if mark := _MARKS.search(told):
            marked[mark[1]] += 1
            told = told[: mark.start()]
        bare[text] = told
    found = {text: _NUMBER.fullmatch(told) for text, told in bare.items()}
    others = {text: n for text, n in distinct.items() if not found[text]}
    harmless = {
        t: n for t, n in others.items() if t.casefold() in WORDS or not any(map(str.isalnum, t))
    }
    read = sum(n for text, n in distinct.items() if found[text])
    zeros = any(re.match(r"0\d", told) for text, told in bare.items() if found[text])
    if zeros or not read or read < MOST * (texts.len() - sum(harmless.values())):
        return column
    missing.update(harmless)
    footnotes.update(marked)
    if strange := sum(others.values()) - sum(harmless.values()):
        unread[column.header] += strange
    for match in found.values():
        if match is None:
            continue
        if match[1] and match[2]:
            numbers.thousands[match[1]] += 1
        if match[2]:
            digits = match[0].rsplit(match[2], 1)[1]
            if len(digits) != 3 or match[1] or match[0].lstrip("+-").startswith("0"):
                numbers.decimal[match[2]] += 1
            else:
                numbers.thousands[match[2]] += 1
        elif match[1]:
            numbers.thousands[match[1]] += 1
    told = numbers.settle()
    values = [_value(match[0], told) for match in found.values() if match]
    return replace(
        _with_bounds(column, pl.Series(values, dtype=pl.Float64)),
        percent=any(text.endswith("%") for text in distinct),
    )


def _value(text: str, marks: dict[str, str]) -> float:
    """A number as the marks read it; where they do not settle it, as the smaller one it may be."""
    plain = re.sub(r"[ \u00a0\u202f]", "", text)
    decimal = marks.get("decimal") or ("," if plain.count(",") == 1 and "." not in plain else ".")
    other = "," if decimal == "." else "."
    plain = plain.replace(other, "").replace(decimal, ".")
    return float(plain) if plain.count(".") <= 1 else float(plain.replace(".", ""))
