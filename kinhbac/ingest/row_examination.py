"""Examining rows: do the cells keep the contract?

Here: types, areas, periods and bounds of a batch of rows, column by column; pandera says which
values break what the contract promises of them. Not here: a file as a whole (``opening``), keys,
which hold across batches (``row_keys``), which files are examined together and what comes of
their problems (``door``). Past 200 lines because one examination is read from top to bottom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from kinhbac.ingest.cells import as_text
from kinhbac.ingest.column_checks import figure_column, record_column
from kinhbac.ingest.extracts import Extract
from kinhbac.ingest.faults import REMEDY
from kinhbac.ingest.mandate import may_cover
from kinhbac.ingest.numbers import Meaning
from kinhbac.ingest.raw import Batch
from kinhbac.ingest.row_areas import name_areas
from kinhbac.ingest.tally import Tally
from kinhbac.ingest.text import without_unseen
from kinhbac.ingest.values import NUMBER, ValueType, name_absences, parse, parse_periods
from kinhbac.periods import PeriodKind
from kinhbac.problems import SHOWN, Problem
from kinhbac.registry import Registry
from kinhbac.registry.declared.contract import Labels, Measured, RecordColumn, Source
from kinhbac.registry.declared.entries import AreaKind
from kinhbac.spelling import fold_name

# Pandera looks at the first check for what it checks with: here, where it is seen what that loads,
# and without checking, for whoever imports this may fork before it works.
pa.DataFrameSchema.get_backend(pl.DataFrame())
pa.Check.get_backend(pl.LazyFrame())

FILE = "(file)"
"""The column that says of which of the files examined together a row is, from 0: no slug, so
that no column of records has this name."""


@dataclass
class ExaminedRows:
    """What came of a batch of each of several files, below each other.

    ``frame`` holds the rows all of whose cells can be read, ``keys`` their keys, both with the
    file (``FILE``) and the line. ``unread`` rows are not among them; rows on the lines ``bad``
    are, and break a rule. ``told`` is what was read otherwise than it stands there.
    """

    frame: pl.DataFrame
    keys: pl.DataFrame
    tally: Tally
    unread: int
    bad: pl.Series
    told: Tally

    @property
    def are_good(self) -> bool:
        """Whether nothing is wrong or told, and no key stands twice in one file."""
        return not self.tally and not self.told and not self.keys.drop("line").is_duplicated().any()

    def by_file(self, files: int) -> list[pl.DataFrame]:
        """One frame a file, also where nothing is left of one."""
        if files == 1:
            return [self.frame.drop(FILE)]
        parts = self.frame.partition_by(FILE, as_dict=True, include_key=False)
        return [parts.get((file,), self.frame.drop(FILE).clear()) for file in range(files)]


def examine_rows(
    files: Sequence[tuple[Extract, Batch]], source: Source, registry: Registry
) -> ExaminedRows:
    """Type the rows of each file and say what is wrong with their cells.

    Of several files it is only worth knowing that nothing is wrong: a problem does not say in
    which of them.
    """
    examination = _Examination(files, source, registry)
    return examination.records() if source.records else examination.table()


def examine_totals(
    files: Sequence[tuple[Extract, Batch]], source: Source, registry: Registry
) -> ExaminedRows:
    """Type rows of a tabular source that add up others: figures of no area, without bounds."""
    return _Examination(files, source, registry, of_totals=True).table()


@dataclass
class _Examination:
    """The rows of all files below each other."""

    files: Sequence[tuple[Extract, Batch]]
    source: Source
    registry: Registry
    of_totals: bool = False
    tally: Tally = field(default_factory=Tally)
    told: Tally = field(default_factory=Tally)
    unreadable: dict[str, pl.Series] = field(default_factory=dict)

    def __post_init__(self) -> None:
        batches = [batch for _, batch in self.files]
        self.columns = {
            name: self._joined([batch.columns[name] for batch in batches])
            for name in batches[0].columns
        }
        self.lines = pl.concat([batch.lines for batch in batches], rechunk=True)
        numbers = [
            pl.repeat(n, batch.rows, dtype=pl.UInt32, eager=True) for n, batch in enumerate(batches)
        ]
        self.file = pl.concat(numbers, rechunk=True).alias(FILE)
        self.unread = self._nowhere()
        self.bad = self._nowhere()

    def _joined(self, parts: list[pl.Series]) -> pl.Series:
        """A column of all files, as text where not all have typed it alike."""
        if len({part.dtype for part in parts}) > 1:
            parts = [as_text(part, self.source.delivery) for part in parts]
        return pl.concat(parts, rechunk=len(parts) > 1)

    def _text(self, name: str) -> pl.Series:
        return without_unseen(as_text(self.columns[name], self.source.delivery))

    def _nowhere(self) -> pl.Series:
        return pl.repeat(False, len(self.lines), dtype=pl.Boolean, eager=True)

    def _of_each_file(self, name: str, said: list[Any], dtype: type[pl.DataType]) -> pl.Series:
        """A column that holds in each row what is said of the row's file."""
        if len(said) == 1:
            return pl.repeat(said[0], len(self.lines), dtype=dtype(), eager=True).alias(name)
        return pl.Series(name, said, dtype).gather(self.file)

    def _blank(self, name: str) -> pl.Series:
        return pl.repeat(None, len(self.lines), dtype=pl.String, eager=True).alias(name)

    def _unread(self, problem: Problem, wrong: pl.Series, raw: pl.Series) -> None:
        """Say the same of every row that is wrong; nothing more is made of those rows."""
        if wrong.any():
            self._tell(problem, wrong, raw)
            self.unread |= wrong

    def _tell(self, problem: Problem, wrong: pl.Series, raw: pl.Series) -> None:
        values = as_text(raw.filter(wrong), self.source.delivery)
        self.tally.add(problem, self.lines.filter(wrong), values)

    def _parsed(
        self, raw: pl.Series, name: str, kind: ValueType, meaning: Meaning = NUMBER
    ) -> pl.Series:
        parsed = parse(raw, kind, self.source.delivery, meaning)
        if parsed.faults:
            self.unreadable[name] = parsed.wrong
        for fault in parsed.faults:
            problem = Problem(fault.found, fault.rule, fault.remedy, column=name, check="type")
            self._unread(problem, fault.cells, raw)
        return parsed.values

    def _areas(
        self, starts: pl.Series, kinds: pl.Series, allowed: set[AreaKind] | None
    ) -> pl.Series:
        """The area of each row; every row whose area is wrong is told. A total has none."""
        if self.of_totals:
            return self._blank("area")
        name = self.source.area.column
        column = self._text(name) if name else self._blank("area")
        received = self._of_each_file(
            "received", [extract.received for extract, _ in self.files], pl.Date
        )
        named = name_areas(
            self.registry, self.source, received, column, starts, kinds, allowed, name or "area"
        )
        for problem, wrong in named.problems:
            self._unread(problem, wrong, column)
        for problem, rows in named.read_as_meant:
            self.told.add(problem, self.lines.filter(rows), column.filter(rows))
        return named.areas

    def _validate(
        self,
        frame: pl.DataFrame,
        columns: dict[str, pa.Column],
        raw: dict[str, pl.Series],
        absences: dict[str, pl.Series] | None = None,
    ) -> None:
        """Tell which values break what the contract promises of them; a total is no value."""
        if self.of_totals:
            return
        try:
            pa.DataFrameSchema(columns).validate(frame.select(list(columns)), lazy=True)
        except SchemaErrors as errors:
            cases = errors.failure_cases.group_by("column", "check", maintain_order=True)
            for (column, check), found in cases:
                wrong = self._nowhere().scatter(found["index"], True)
                # A cell that could not be read is empty here and has been told of already.
                if (told := self.unreadable.get(raw[column].name)) is not None:
                    wrong &= ~told
                if absences and check == "not_nullable":
                    wrong &= absences[column].is_null()  # else the cell says why it has no figure
                rule = "the cell is filled" if check == "not_nullable" else check
                header = raw[column].name
                problem = Problem("it breaks the rule", rule, REMEDY, column=header, check="bounds")
                self._tell(problem, wrong, raw[column])
                self.bad |= wrong

    def _examined(self, frame: pl.DataFrame, keys: pl.DataFrame) -> ExaminedRows:
        readable = ~self.unread
        return ExaminedRows(
            frame,
            pl.DataFrame([keys.to_struct("key"), self.lines, self.file]).filter(readable),
            self.tally,
            int(self.unread.sum()),
            self.lines.filter(self.bad & readable),
            self.told,
        )

    def table(self) -> ExaminedRows:
        """Observations of all files."""
        table = self.source.table
        assert table
        figures = self.source.delivered
        values = {
            figure.column: self._parsed(
                self.columns[figure.column], figure.column, "number", self._meaning(key, figure)
            )
            for key, figure in figures.items()
            if figure.column
        }
        starts, kinds = self._periods()
        allowed = {kind for figure in figures.values() for kind in figure.areas}
        areas = self._areas(starts, kinds, allowed)
        statement = self._text(table.statement) if table.statement else self._blank("statement")
        told = [
            self._labels("vintage", table.vintage),
            self._labels("scope", table.scope),
            statement.alias("statement"),
        ]
        frame = pl.DataFrame([areas, starts, kinds, *told, *values.values(), self.file])
        absences = {
            name: name_absences(self.columns[name], self.source.delivery) for name in values if name
        }
        columns = {
            figure.column: figure_column(figure, self.registry.is_whole(key, figure))
            for key, figure in figures.items()
            if figure.column
        }
        self._validate(frame, columns, self.columns, absences)
        observations = self._observations(frame, absences)
        self._tell_strange_kinds(observations)
        observations = observations.filter(_RIGHT)
        if self.source.comparisons:
            # A statement that does not speak of a fact says nothing; it is no blank delivery.
            observations = observations.filter(pl.col("value").is_not_null())
        key = ["area", "period_start", "period_kind"]
        key += ["vintage", "scope", "statement"] if self.source.comparisons else []
        return self._examined(
            observations.select(
                "data_element", "area", "period_kind", "period_start", "value", "absence", "line",
                "vintage", "scope", "statement", FILE,
            ),
            frame.select(key),
        )  # fmt: skip

    def _meaning(self, key: str, figure: Measured) -> Meaning:
        unit = self.registry.unit_of(key, figure)
        return Meaning(percent=unit.is_percent, unit=unit.vi)

    def _observations(self, frame: pl.DataFrame, absences: dict[str, pl.Series]) -> pl.DataFrame:
        """The figures of all rows that can be read, one below the other, with the kind of period
        of which their column holds figures (``own``)."""
        figures = self.source.delivered
        keys = {e.column: name for name, e in figures.items() if e.column}
        index = ["area", "period_start", "period_kind", "line", "vintage", "scope", "statement"]
        index += [FILE]
        wide = frame.rename(keys).with_columns(self.lines)
        reasons = pl.DataFrame(absences)
        if self.unread.any():
            wide, reasons = wide.filter(~self.unread), reasons.filter(~self.unread)
        observations = wide.unpivot(
            list(keys.values()), index=index, variable_name="data_element", value_name="value"
        )
        # The same columns in the same order: row by row the reasons belong to the figures.
        absence = reasons.unpivot(value_name="absence")["absence"]
        own = {key: self._kind_of(key).value for key in figures}
        return observations.with_columns(
            absence, own=pl.col("data_element").replace_strict(own, return_dtype=pl.String)
        )

    def _tell_strange_kinds(self, observations: pl.DataFrame) -> None:
        """Figures of another kind of period than the row's."""
        strange = observations.filter(~_RIGHT & pl.col("value").is_not_null())
        cases = strange.group_by("period_kind", "data_element", "own", maintain_order=True)
        for (kind, element, own), found in cases:
            problem = Problem(
                f"the row is about a {kind}",
                f"the column holds figures of a {own}",
                REMEDY,
                column=self.source.delivered[str(element)].column,
                check="row_period",
            )
            examples = found["value"].unique(maintain_order=True).head(SHOWN)
            written = pl.Series([f"{value:g}" for value in examples], dtype=pl.String)
            self.tally.add(problem, found["line"], written)
        if strange.height:
            places = pl.DataFrame([self.lines, self.file])
            wrong = strange.select("line", FILE).unique()
            rows = places.with_row_index("row").join(wrong, on=["line", FILE])["row"]
            self.bad = self.bad.scatter(rows, True)

    def _kind_of(self, key: str) -> PeriodKind:
        return self.source.delivered[key].frequency or self.source.delivery.frequency

    def _periods(self) -> tuple[pl.Series, pl.Series]:
        table = self.source.table
        assert table
        kinds = sorted({self._kind_of(key) for key in self.source.delivered})
        if not table.period:
            return self._own_periods()
        name = table.period.column
        column = self.columns[name]
        if column.dtype not in (pl.Date, pl.Datetime):
            column = self._text(name)
        starts, found = parse_periods(column, table.period, kinds, self.source.delivery)
        word = " or ".join(kinds)
        problem = Problem(
            f"it names no {word}",
            f"the column names the {word} of the row",
            REMEDY,
            column=name,
            check="row_period",
        )
        self._unread(problem, starts.is_null(), column)
        rows = pl.DataFrame([self.file, starts, found])
        for file, start, kind in rows.unique(maintain_order=True).drop_nulls().rows():
            extract, _ = self.files[file]
            if not may_cover(start, PeriodKind(kind), extract, self.source):
                problem = Problem(
                    f"the period lies outside the extract of {extract.period_label}",
                    "a row is about a period inside its extract's, or since «mandate: from»",
                    REMEDY,
                    column=name,
                    check="mandate",
                )
                wrong = (self.file == file) & (starts == start) & (found == kind)
                self._unread(problem, wrong.fill_null(False), column)
        return starts, found

    def _own_periods(self) -> tuple[pl.Series, pl.Series]:
        """First day and kind of the period whose folder a row's file lies in."""
        periods = [extract.period for extract, _ in self.files]
        return (
            self._of_each_file("period_start", [period.start for period in periods], pl.Date),
            self._of_each_file("period_kind", [period.kind.value for period in periods], pl.String),
        )

    def _labels(self, name: str, labels: Labels | None) -> pl.Series:
        if labels is None:
            return self._blank(name)
        column = self._text(labels.column)
        meant = {fold_name(text): word for text, word in labels.values.items()}
        texts = column.drop_nulls().unique()
        known = {text: meant.get(fold_name(text)) for text in texts}
        words = column.replace_strict(known, default=None, return_dtype=pl.String)
        problem = Problem(
            f"it names no {name}",
            f"one of {', '.join(labels.values)}",
            REMEDY,
            column=labels.column,
            check="type",
        )
        self._unread(problem, column.is_not_null() & words.is_null(), column)
        return words.alias(name)

    def records(self) -> ExaminedRows:
        """Records of all files."""
        records = self.source.records
        assert records
        areas = self._areas(*self._own_periods(), None)
        named: dict[str, tuple[str, RecordColumn]] = {
            column.as_: (header, column) for header, column in records.columns.items() if column.as_
        }
        values = [
            self._parsed(self.columns[header], header, column.type).alias(name)
            for name, (header, column) in named.items()
        ]
        frame = pl.DataFrame(values)
        columns = {name: record_column(column) for name, (_, column) in named.items()}
        key = [name for name, (_, column) in named.items() if column.key]
        self._validate(
            frame, columns, {name: self.columns[header] for name, (header, _) in named.items()}
        )
        for name, (header, column) in named.items():
            if column.not_after_receipt:
                self._tell_to_come(frame[name], header)
        typed = frame.with_columns(self.file, areas, self.lines)
        if self.unread.any():
            typed = typed.filter(~self.unread)
        return self._examined(typed, frame.select(key))

    def _tell_to_come(self, moments: pl.Series, header: str) -> None:
        """Tell of days and times that had not come when their file was received."""
        received = [extract.received for extract, _ in self.files]
        to_come = moments.cast(pl.Date) > self._of_each_file("received", received, pl.Date)
        if (to_come := to_come.fill_null(False)).any():
            problem = Problem(
                f"it lies after {received[0]:%d/%m/%Y}, the day of receipt",
                "the column tells what has happened by the day on which the file is received",
                REMEDY,
                column=header,
                check="bounds",
            )
            self._tell(problem, to_come, self.columns[header])
            self.bad |= to_come


_RIGHT = pl.col("own") == pl.col("period_kind")
"""The figure's column holds figures of the row's kind of period."""
