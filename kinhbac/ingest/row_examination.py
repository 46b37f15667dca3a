"""Examining rows: do the cells keep the contract?

Here: types, areas, periods, bounds and keys, checked lazily with pandera, so that every
failing cell is named at once. Not here: a file as a whole (``opening``), which files are
examined together and what comes of their problems (``door``). Past 200 lines because one
examination is read from top to bottom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from kinhbac.ingest.column_checks import figure_column, record_column
from kinhbac.ingest.mandate import may_cover
from kinhbac.ingest.opening import Opened
from kinhbac.ingest.row_areas import REMEDY, name_areas
from kinhbac.ingest.values import ValueType, name_absences, parse, parse_periods
from kinhbac.periods import PeriodKind
from kinhbac.problems import Problem
from kinhbac.registry import Registry
from kinhbac.registry.declared.contract import AreaReference, Labels, RecordColumn, Source
from kinhbac.registry.declared.entries import AreaKind

FILE = "(file)"
"""The column that says of which of the files examined together a row is, from 0: no slug, so
that no column of records has this name."""


def examine_rows(
    files: Sequence[Opened], source: Source, registry: Registry
) -> tuple[list[pl.DataFrame] | None, list[Problem]]:
    """The typed frame of each file, and what is wrong with their cells.

    A key is a row's own inside its file. Without frames there are problems; with problems the
    frames are worth nothing.
    """
    examination = _Examination(files, source, registry)
    frame = examination.records() if source.records else examination.table()
    if frame is None:
        return None, examination.problems
    return _by_file(frame, len(files)), examination.problems


def _by_file(frame: pl.DataFrame, files: int) -> list[pl.DataFrame]:
    """One frame a file, also where nothing is left of one."""
    if files == 1:
        return [frame.drop(FILE)]
    parts = frame.partition_by(FILE, as_dict=True, include_key=False)
    return [parts.get((file,), frame.drop(FILE).clear()) for file in range(files)]


class _Examination:
    """The rows of all files below each other."""

    def __init__(self, files: Sequence[Opened], source: Source, registry: Registry) -> None:
        self.files, self.source, self.registry = files, source, registry
        self.problems: list[Problem] = []
        self.columns = {
            name: pl.concat([opened.columns[name] for opened in files], rechunk=True)
            for name in files[0].columns
        }
        self.lines = pl.concat([opened.lines for opened in files], rechunk=True)
        self.file = pl.concat(
            [
                pl.repeat(n, opened.rows, dtype=pl.UInt32, eager=True)
                for n, opened in enumerate(files)
            ],
            rechunk=True,
        ).alias(FILE)

    def _of_each_file(self, name: str, said: list[Any], dtype: type[pl.DataType]) -> pl.Series:
        """A column that holds in each row what is said of the row's file."""
        return pl.Series(name, said, dtype).gather(self.file)

    def _blank(self, name: str) -> pl.Series:
        return pl.Series(name, [None] * len(self.lines), pl.String)

    def _say(self, problem: Problem, row: int) -> None:
        self._say_of(self.file[row], replace(problem, line=self.lines[row]))

    def _say_of(self, file: int, problem: Problem) -> None:
        opened = self.files[file]
        self.problems.append(replace(problem, file=opened.extract.place, sheet=opened.sheet))

    @property
    def _area(self) -> AreaReference:
        return self.source.area

    def _parsed(self, raw: pl.Series, name: str, kind: ValueType) -> pl.Series:
        values, wrong = parse(raw, kind, self.source.delivery)
        delivery = self.source.delivery
        form = {
            "integer": "a whole number",
            "number": f"a number with decimal «{delivery.decimal}» and thousands "
            f"«{delivery.thousands or 'not separated'}»",
            "boolean": "true or false",
            "date": f"a date such as {delivery.date_format}",
            "timestamp": f"a time such as {delivery.timestamp_format}",
        }.get(kind, kind)
        problem = Problem(
            f"it is not {form}", f"the column holds {form}", REMEDY, column=name, check="type"
        )
        self._cells(problem, wrong, raw)
        return values

    def _cells(self, problem: Problem, wrong: pl.Series, raw: pl.Series) -> None:
        """Say the same of every cell that is wrong."""
        for row in wrong.arg_true():
            self._say(replace(problem, value=raw[row]), row)

    def _areas(
        self, starts: pl.Series, kinds: pl.Series, allowed: set[AreaKind] | None
    ) -> pl.Series:
        """The area of each row; every row whose area is wrong is told."""
        name = self._area.column
        column = self.columns[name] if name else self._blank("area")
        received = self._of_each_file(
            "received", [opened.extract.received for opened in self.files], pl.Date
        )
        named = name_areas(self.registry, self.source, received, column, starts, kinds, allowed)
        for row, problem in named.problems:
            self._say(replace(problem, column=name or "area", value=column[row]), row)
        return named.areas

    def _validate(
        self,
        frame: pl.DataFrame,
        columns: dict[str, pa.Column],
        key: list[str],
        raw: dict[str, pl.Series],
        absences: dict[str, pl.Series] | None = None,
    ) -> None:
        # Keys of which a part cannot be read are not compared.
        unique = [*key, FILE] if key and not self.problems else None
        schema = pa.DataFrameSchema(columns, unique=unique)
        # A cell that could not be read is empty here and has been told of already.
        told = {(problem.line, problem.column) for problem in self.problems}
        try:
            schema.validate(frame, lazy=True)
        except SchemaErrors as errors:
            for case in errors.failure_cases.iter_rows(named=True):
                row, column = case["index"], case["column"]
                if case["check"] == "multiple_fields_uniqueness":
                    keys = ", ".join(str(frame[name][row]) for name in key)
                    problem = Problem(
                        "this key stands here again",
                        "a row is delivered once",
                        "leave one of the rows",
                        check="key",
                    )
                    self._say(replace(problem, value=keys), row)
                    continue
                header = raw[column].name if column in raw else column
                if (self.lines[row], header) in told:
                    continue
                if absences and case["check"] == "not_nullable" and absences[column][row]:
                    continue  # the cell is filled: it says why there is no figure
                rule = "the cell is filled" if case["check"] == "not_nullable" else case["check"]
                cell = raw[column][row] if column in raw else None
                problem = Problem("it breaks the rule", rule, REMEDY, column=column, check="bounds")
                self._say(replace(problem, value=cell), row)

    def table(self) -> pl.DataFrame | None:
        """Observations of all files, or None where a cell cannot be read."""
        table = self.source.table
        assert table
        figures = self.source.delivered
        values = {
            figure.column: self._parsed(self.columns[figure.column], figure.column, "number")
            for figure in figures.values()
            if figure.column
        }
        starts, kinds = self._periods()
        allowed = {kind for figure in figures.values() for kind in figure.areas}
        areas = self._areas(starts, kinds, allowed)
        told = [
            self._labels("vintage", table.vintage),
            self._labels("scope", table.scope),
            self.columns[table.statement].alias("statement")
            if table.statement
            else self._blank("statement"),
        ]
        frame = pl.DataFrame([areas, starts, kinds, *told, *values.values(), self.file])
        absences = {
            name: name_absences(self.columns[name], self.source.delivery) for name in values if name
        }
        columns = {e.column: figure_column(e) for e in figures.values() if e.column}
        key = ["area", "period_start", "period_kind"]
        key += ["vintage", "scope", "statement"] if self.source.comparisons else []
        readable = not self.problems
        self._validate(frame, columns, key, self.columns, absences)
        if not readable:
            return None
        keys = {e.column: name for name, e in figures.items() if e.column}
        index = ["area", "period_start", "period_kind", "line", "vintage", "scope", "statement"]
        index += [FILE]
        observations = (
            frame.rename(keys)
            .with_columns(self.lines)
            .unpivot(
                list(keys.values()),
                index=index,
                variable_name="data_element",
                value_name="value",
            )
        )
        # The same columns in the same order: row by row the reasons belong to the figures.
        reasons = pl.DataFrame(absences).unpivot(value_name="absence")["absence"]
        observations = observations.with_columns(reasons)
        own = {key: self._kind_of(key).value for key in figures}
        right = pl.col("data_element").replace_strict(own, return_dtype=pl.String) == pl.col(
            "period_kind"
        )
        for row in observations.filter(~right & pl.col("value").is_not_null()).iter_rows(
            named=True
        ):
            column = figures[row["data_element"]].column
            problem = Problem(
                f"the row is about a {row['period_kind']}",
                f"the column holds figures of a {own[row['data_element']]}",
                REMEDY,
                check="row_period",
            )
            told_of = replace(problem, line=row["line"], column=column, value=f"{row['value']:g}")
            self._say_of(row[FILE], told_of)
        observations = observations.filter(right)
        if self.source.comparisons:
            # A statement that does not speak of a fact says nothing; it is no blank delivery.
            observations = observations.filter(pl.col("value").is_not_null())
        return observations.select(
            "data_element", "area", "period_kind", "period_start", "value", "absence", "line",
            "vintage", "scope", "statement", FILE,
        )  # fmt: skip

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
        starts, found = parse_periods(column, table.period, kinds)
        word = " or ".join(kinds)
        problem = Problem(
            f"it names no {word}",
            f"the column names the {word} of the row",
            REMEDY,
            column=name,
            check="row_period",
        )
        self._cells(problem, starts.is_null(), column)
        places = list(zip(self.file, starts, found, strict=True))
        outside = {
            (file, start, kind)
            for file, start, kind in set(places)
            if start
            and not may_cover(start, PeriodKind(kind), self.files[file].extract, self.source)
        }
        if outside:
            for row, place in enumerate(places):
                if place in outside:
                    label = self.files[place[0]].extract.period_label
                    problem = Problem(
                        f"the period lies outside the extract of {label}",
                        "a row is about a period inside its extract's, or since «mandate: from»",
                        REMEDY,
                        column=name,
                        value=column[row],
                        check="mandate",
                    )
                    self._say(problem, row)
        return starts, found

    def _own_periods(self) -> tuple[pl.Series, pl.Series]:
        """First day and kind of the period whose folder a row's file lies in."""
        periods = [opened.extract.period for opened in self.files]
        return (
            self._of_each_file("period_start", [period.start for period in periods], pl.Date),
            self._of_each_file("period_kind", [period.kind.value for period in periods], pl.String),
        )

    def _labels(self, name: str, labels: Labels | None) -> pl.Series:
        if labels is None:
            return self._blank(name)
        column = self.columns[labels.column]
        words = column.replace_strict(labels.values, default=None, return_dtype=pl.String)
        problem = Problem(
            f"it names no {name}",
            f"one of {', '.join(labels.values)}",
            REMEDY,
            column=labels.column,
            check="type",
        )
        self._cells(problem, column.is_not_null() & words.is_null(), column)
        return words.alias(name)

    def records(self) -> pl.DataFrame:
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
        frame = pl.DataFrame([*values, self.file])
        columns = {name: record_column(column) for name, (_, column) in named.items()}
        key = [name for name, (_, column) in named.items() if column.key]
        raw = {name: self.columns[header] for name, (header, _) in named.items()}
        self._validate(frame, columns, key, raw)
        return frame.with_columns(areas, self.lines)
