"""Opening an extract: what a file as a whole must be before its rows are looked at.

Here: mandate, reading, the period of a form, the columns that the contract names. Personal
columns are dropped before anything else is looked at. Not here: cells and rows
(``row_examination``), formats (``readers``), what a problem leads to (``door``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from kinhbac.ingest.extracts import Extract
from kinhbac.ingest.mandate import find_breaches_of_mandate, name_owner
from kinhbac.ingest.readers import RawTable, Unreadable, as_delivered, read_raw
from kinhbac.problems import Problem
from kinhbac.registry import Registry
from kinhbac.registry.declared.contract import Source


@dataclass
class Opened:
    """A file as it was read, or why its rows are not looked at.

    ``columns`` hold the text of what the contract reads, and nothing else.
    """

    extract: Extract
    columns: dict[str, pl.Series] = field(default_factory=dict)
    lines: pl.Series = field(default_factory=lambda: pl.Series("line", [], pl.Int64))
    sheet: str | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Rows that were read."""
        return len(self.lines)

    def without(self, lines: set[int | None]) -> Opened:
        """The same file without the rows on these lines."""
        keep = ~self.lines.is_in([line for line in lines if line is not None])
        columns = {name: column.filter(keep) for name, column in self.columns.items()}
        return _with_rows(replace(self, columns=columns, lines=self.lines.filter(keep)))


def open_extract(extract: Extract, source: Source, registry: Registry, today: date) -> Opened:
    """Read one extract, as far as its file alone decides."""
    breaches = list(find_breaches_of_mandate(extract, source, registry, today))
    if breaches:
        return Opened(extract, problems=breaches)
    delivery = as_delivered(source.delivery, extract.path.suffix)
    try:
        raw = read_raw(extract.path.read_bytes(), delivery)
    except Unreadable as error:
        problem = replace(error.problem, file=extract.place, check="form")
        return Opened(extract, problems=[problem])
    for name in _personal(source):
        raw.columns.pop(name, None)
    wanted = _wanted(source)
    if delivery.format in ("json", "jsonl") and raw.columns:
        # A JSON record may leave a field out; a field that no record has is blank.
        blank = pl.Series([None] * len(raw.lines), dtype=pl.String)
        raw.columns |= {name: blank.alias(name) for name in wanted - raw.columns.keys()}
    told = [
        replace(problem, file=extract.place, sheet=raw.sheet)
        for problem in (*_form(extract, raw), *_columns(extract, raw, source, registry))
    ]
    columns = {name: column for name, column in raw.columns.items() if name in wanted}
    return _with_rows(Opened(extract, columns, raw.lines, raw.sheet, told))


def _personal(source: Source) -> Sequence[str]:
    if source.table:
        return source.table.personal
    assert source.records
    return [name for name, column in source.records.columns.items() if column.personal]


def _wanted(source: Source) -> set[str]:
    """The columns that the contract reads."""
    wanted: set[str] = set()
    if table := source.table:
        wanted = {e.column for e in source.delivered.values() if e.column}
        wanted |= {part.column for part in (table.period, table.vintage, table.scope) if part}
        wanted |= {table.statement} if table.statement else set()
    if records := source.records:
        wanted = {n for n, c in records.columns.items() if not c.personal and not c.ignored}
    return wanted | ({source.area.column} if source.area.column else set())


def _ignored(source: Source) -> set[str]:
    """The columns that the contract knows and does not read."""
    ignored: set[str] = set()
    if source.table:
        ignored = set(source.table.ignored)
    if source.records:
        ignored = {name for name, column in source.records.columns.items() if column.ignored}
    return ignored | ({source.area.name} if source.area.name else set())


def _form(extract: Extract, raw: RawTable) -> Iterator[Problem]:
    for problem in raw.problems:
        yield replace(problem, check="form")
    if raw.said_period not in (None, extract.period_label):
        yield Problem(
            f"the form was made for {raw.said_period}, and lies in the folder "
            f"{extract.period_label}",
            "a form is delivered for the period that its guidance names",
            "deliver it for its own period, or fill in the form of this one",
            check="form",
        )


def _columns(
    extract: Extract, raw: RawTable, source: Source, registry: Registry
) -> Iterator[Problem]:
    header, wanted = source.delivery.title_rows + 1, _wanted(source)
    for name in sorted(wanted - raw.columns.keys()):
        yield Problem(
            "the column is not there",
            "the contract names it",
            "deliver it, or correct the contract",
            line=header,
            column=name,
            check="columns",
        )
    for name in sorted(raw.columns.keys() - wanted - _ignored(source)):
        if belongs := name_owner(registry, name, source, extract.received):
            problem = Problem(
                f"the column is {belongs}",
                "a data element comes from exactly one source",
                "leave the column out; its owner delivers it",
                check="source",
            )
        else:
            problem = Problem(
                "the contract does not know this column",
                "only declared columns pass the door",
                "leave it out, or declare it (an element, «ignored», or «personal»)",
                check="columns",
            )
        yield replace(problem, line=header, column=name or "(no name)")


def _with_rows(opened: Opened) -> Opened:
    """What was opened, with a problem where nothing else is wrong and there are no rows."""
    if not opened.problems and not opened.rows:
        problem = Problem(
            "there are no rows below the header",
            "an extract holds rows",
            "deliver the whole file",
            opened.extract.place,
            sheet=opened.sheet,
            check="form",
        )
        opened.problems.append(problem)
    return opened
