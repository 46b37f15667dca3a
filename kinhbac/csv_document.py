"""CSV with line numbers, read strictly: the tables that people write into the registry.

Here: text to rows of typed cells, and what is wrong with header, rows and cells, all of it at
once. A row with a mistake is left out; what it names is still known (``names``), so that a
mistake in one table is not told again as a mistake of all that refer to it. One file past 200
lines, because header, rows and cells are one reading.
Not here: what a cell may hold (whoever declares the column), deliveries (``ingest``).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kinhbac.problems import Problem, ProblemFound
from kinhbac.spelling import find_strange_blank, fold_header, fold_name
from kinhbac.text_file import read_text

_OTHERS = {";": "semicolons", "\t": "tabs", "|": "upright strokes"}
"""What separates columns in tables that are no CSV."""
_TABLE = "a table of the registry is CSV: columns separated by commas, decimal points"


@dataclass(frozen=True)
class CsvColumn:
    """What a column promises.

    ``read`` makes a value of the text of a cell, or raises ProblemFound. A cell of a column that
    may be ``empty`` is None where nothing is written; a column that may be ``absent`` too.
    """

    read: Callable[[str], Any]
    empty: bool = False
    absent: bool = False


@dataclass(frozen=True)
class CsvRow:
    """A row: the line on which it begins, and a value a column."""

    line: int
    values: dict[str, Any]


@dataclass
class CsvDocument:
    """One table: its sound rows, and what is wrong with the others.

    ``written`` holds every row as it was typed, sound or not; None where nobody can tell what
    the whole table says.
    """

    file: str
    columns: Mapping[str, CsvColumn]
    rows: list[CsvRow] = field(default_factory=list)
    written: list[dict[str, str]] | None = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _names: dict[str, frozenset[str] | None] = field(default_factory=dict, repr=False)

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong with it, so that what it does not say is not said."""
        return not self.problems

    def names(self, column: str) -> frozenset[str] | None:
        """What is written in a column, folded, in sound rows or not.

        None where nobody can tell: the table cannot be read, or a row does not say what it is
        about.
        """
        if column not in self._names:
            self._names[column] = self._read_names(column)
        return self._names[column]

    def _read_names(self, column: str) -> frozenset[str] | None:
        if self.written is None:
            return None
        try:
            folded = {fold_header(row.get(column, "")) for row in self.written}
            return frozenset(str(self.columns[column].read(name)) for name in folded)
        except ProblemFound:
            return None

    def tell(
        self, line: int | None, column: str | None, found: str, rule: str, remedy: str
    ) -> None:
        """Add a problem of this table."""
        self.problems.append(Problem(found, rule, remedy, self.file, line, column))

    def tell_twice(self, *columns: str) -> None:
        """Tell of rows that share a key, in whatever spelling, and leave the later ones out."""
        first: dict[tuple[str, ...], int] = {}
        kept = []
        for row in self.rows:
            key = tuple(fold_header(str(row.values[name] or "")) for name in columns)
            if key in first:
                named = ", ".join(f"«{row.values[name] or ''}»" for name in columns)
                found = f"{named} stands twice, first on line {first[key]}"
                rule = f"{' and '.join(columns)} tell{'s' if len(columns) == 1 else ''} rows apart"
                self.tell(row.line, columns[0], found, rule, "remove or correct one of the two")
                self._names[columns[0]] = None  # one of the two may be meant for another one
            else:
                first[key] = row.line
                kept.append(row)
        self.rows = kept


def read_csv(path: Path, name: str, columns: Mapping[str, CsvColumn]) -> CsvDocument:
    """Read one table; ``name`` is how messages call it."""
    text, problems = read_text(path, name)
    if problems:
        return CsvDocument(name, columns, written=None, problems=problems)
    return parse_csv(text, name, columns)


def parse_csv(text: str, name: str, columns: Mapping[str, CsvColumn]) -> CsvDocument:
    """The table that ``text`` is; what is wrong with it stands in its ``problems``."""
    document = CsvDocument(name, columns)
    if not text.strip():
        document.tell(1, None, "the file is empty", _first_line(columns), "write its header")
        document.written = None
        return document
    records = _records(text, document)
    line, header = next(records, (1, [])) if _is_separated(text, document) else (1, [])
    if not header or not _is_header(line, header, document):
        document.written = None
        return document
    seen: dict[tuple[str, ...], int] = {}
    for line, cells in records:
        typed = dict(zip(header, cells, strict=False))
        if document.written is not None:
            # Of a row with a cell too many nobody can tell which is which.
            document.written.append(typed if len(cells) == len(header) else {})
        if _is_row(line, cells, header, seen, document):
            values = _read_cells(line, typed, document)
            document.rows += [CsvRow(line, values)] if values is not None else []
    return document


def _records(text: str, document: CsvDocument) -> Iterator[tuple[int, list[str]]]:
    """The records that hold anything, each with its first line; lines without a text are none."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        what = "a quotation mark does not close" if "unexpected end" in str(error) else str(error)
        document.tell(
            line,
            None,
            f"{what}; nothing from here on is read",
            "a cell in quotation marks ends with one, and a comma follows",
            "close or remove the mark",
        )
        document.written = None


def _first_line(columns: Mapping[str, CsvColumn]) -> str:
    return f"the first line names the columns: {','.join(columns)}"


def _is_separated(text: str, document: CsvDocument) -> bool:
    """Whether commas separate the columns; another separator is told."""
    meant = _meant(document.columns)
    typed = next(line for line in io.StringIO(text, newline="") if line.strip())

    def known(separator: str) -> int:
        cells = (cell.strip().strip('"') for cell in typed.split(separator))
        return sum(fold_name(cell) in meant for cell in cells)

    other = max(_OTHERS, key=known)
    if known(other) <= known(","):
        return True
    found = f"its columns are separated by {_OTHERS[other]} («{other}»)"
    remedy = "save it as CSV (UTF-8) with commas; the list separator of the system decides"
    document.tell(1, None, found.replace("\t", "↹"), _TABLE, remedy)
    return False


def _meant(columns: Iterable[str]) -> dict[str, str]:
    """Every spelling of a column's name that is recognised → the name."""
    return {fold_name(name): name for name in columns}


def _is_header(line: int, header: list[str], document: CsvDocument) -> bool:
    """Whether rows can be read below it; what is wrong with it is told."""
    columns, meant = document.columns, _meant(document.columns)
    if not any(fold_name(cell) in meant for cell in header):
        found = f"«{','.join(header)[:80]}» names no column"
        document.tell(line, None, found, _first_line(columns), "write the header")
        return False
    before, named, strange = len(document.problems), set[str](), list[str]()
    for cell in header:
        name = meant.get(fold_name(cell))
        if name is None:
            strange.append(cell)
        elif name in named:
            document.tell(line, name, "the column stands twice", "it stands once", "remove one")
        elif cell != name:
            blank = find_strange_blank(cell)
            found = f"it is written «{cell}»" + (f", with {blank}" if blank else "")
            document.tell(line, name, found, _first_line(columns), f"write «{name}»")
        named |= {name} if name else set()
    lacking = [name for name in columns if name not in named and not columns[name].absent]
    _tell_of_columns(line, strange, lacking, document)
    return len(document.problems) == before


def _tell_of_columns(
    line: int, strange: list[str], lacking: list[str], document: CsvDocument
) -> None:
    """Tell of columns that nobody promised and of promised ones that are not there.

    As many of the one as of the other are columns under a wrong name; else both are one problem.
    """
    rule = _first_line(document.columns)
    if strange and lacking and len(strange) != len(lacking):
        named = ", ".join(f"«{cell[:40]}»" for cell in strange)
        found = f"it names {named}, and not {', '.join(lacking)}"
        document.tell(line, None, found, rule, "write the header as it is promised")
        return
    if len(strange) == len(lacking):
        for cell, name in zip(strange, lacking, strict=True):
            found = f"the column is not there; «{cell}» is none of this table"
            document.tell(line, name, found, rule, f"write «{name}», if that is what it holds")
        return
    for cell in strange:
        found = f"«{cell}» is no column of this table" if cell.strip() else "a column has no name"
        document.tell(line, cell.strip() or None, found, rule, "remove it, or correct its name")
    if len(lacking) == 1:
        document.tell(line, lacking[0], "the column is not there", rule, "write it")
    elif lacking:
        found = f"the columns {', '.join(lacking)} are not there"
        document.tell(line, None, found, rule, "write them")


def _is_row(
    line: int,
    cells: list[str],
    header: list[str],
    seen: dict[tuple[str, ...], int],
    document: CsvDocument,
) -> bool:
    """Whether it has a cell a column and is no other row again."""
    if not "".join(cells).strip():
        found, rule = "every cell of the row is empty", "a row says something"
        document.tell(line, None, found, rule, "remove the row")
    elif len(cells) != len(header):
        found = f"the row has {len(cells)} cells, the header {len(header)}"
        rule = "a row has a cell a column; one that holds a comma stands in quotation marks"
        document.tell(line, None, found, rule, "add what is missing, or remove what is too much")
    elif (first := seen.setdefault(tuple(cells), line)) != line:
        found = f"the row stands on line {first} already"
        document.tell(line, None, found, "a row stands once", "remove one of the two")
    else:
        return True
    return False


def _read_cells(line: int, cells: dict[str, str], document: CsvDocument) -> dict[str, Any] | None:
    """The values of a row; None where a cell holds none, which is told."""
    values: dict[str, Any] = {}
    before = len(document.problems)
    for name, column in document.columns.items():
        cell = cells.get(name, "")
        values[name] = None
        if blank := find_strange_blank(cell):
            rule = "a cell holds text as it is read: single blanks inside, nothing that is unseen"
            shown = "".join(sign if sign.isprintable() else "·" for sign in cell)
            document.tell(line, name, f"«{shown}» holds {blank}", rule, "type the cell anew")
        elif cell:
            try:
                values[name] = column.read(cell)
            except ProblemFound as error:
                problem = replace(error.problem, file=document.file, line=line, column=name)
                document.problems.append(problem)
        elif not column.empty:
            document.tell(line, name, "the cell is empty", "a row fills this column", "fill it")
    return values if len(document.problems) == before else None
