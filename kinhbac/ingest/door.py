"""The door: does an extract keep its contract?

Here: columns, types, areas, periods, keys and bounds of one extract, checked lazily
with pandera, so that every failing cell is named at once. Personal columns are dropped
before anything else is looked at. Not here: who may deliver what (``mandate``), reading
files (``readers``), keeping the verdict (``ledger``). One file past 200 lines because
one examination is read from top to bottom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from kinhbac.ingest.column_checks import figure_column, record_column
from kinhbac.ingest.extracts import Extract
from kinhbac.ingest.mandate import find_breaches_of_mandate, may_cover, name_owner
from kinhbac.ingest.readers import RawTable, Unreadable, as_delivered, read_raw
from kinhbac.ingest.row_areas import REMEDY, name_areas
from kinhbac.ingest.values import ValueType, name_absences, parse, parse_periods
from kinhbac.periods import PeriodKind
from kinhbac.problems import Problem
from kinhbac.registry import Registry
from kinhbac.registry.declared.contract import AreaReference, Labels, RecordColumn, Source
from kinhbac.registry.declared.entries import AreaKind


@dataclass
class Examined:
    """What the door says of one extract: the typed frame, or the problems.

    Both where the contract sets bad rows aside: ``set_aside`` counts them, ``problems``
    says what was wrong with each.
    """

    frame: pl.DataFrame | None = None
    rows: int = 0
    problems: list[Problem] = field(default_factory=list)
    set_aside: int = 0


def examine(extract: Extract, source: Source, registry: Registry, today: date) -> Examined:
    """Check one extract against its contract.

    The frame of a tabular source holds observations: data_element, area, period_kind,
    period_start, value (null: reported blank), absence (why, where the cell says it), line,
    vintage, scope, statement. That of a
    record-level source holds its named columns, area and line.
    """
    breaches = list(find_breaches_of_mandate(extract, source, registry, today))
    if breaches:
        return Examined(problems=breaches)
    delivery = as_delivered(source.delivery, extract.path.suffix)
    source = source.model_copy(update={"delivery": delivery})
    try:
        raw = read_raw(extract.path.read_bytes(), delivery)
    except Unreadable as error:
        return Examined(problems=[replace(error.problem, file=extract.place, check="form")])
    for name in _personal(source):
        raw.columns.pop(name, None)
    examined = _Examination(extract, source, registry, raw).run()
    bad_lines = {problem.line for problem in examined.problems}
    share = len(bad_lines) / max(examined.rows, 1)
    of_rows = all(problem.check in ROW_CHECKS for problem in examined.problems)
    if not examined.problems or not of_rows or share > source.delivery.set_aside:
        return examined
    kept = _Examination(extract, source, registry, _without(raw, bad_lines)).run()
    told = [replace(p, check=f"{p.check} (row set aside)") for p in examined.problems]
    return Examined(kept.frame, examined.rows, told + kept.problems, len(bad_lines))


ROW_CHECKS = {"type", "bounds", "key", "area", "row_period", "mandate"}
"""Checks that speak of one row and leave the others alone."""


def _personal(source: Source) -> Sequence[str]:
    if source.table:
        return source.table.personal
    assert source.records
    return [name for name, column in source.records.columns.items() if column.personal]


def _without(raw: RawTable, lines: set[int | None]) -> RawTable:
    keep = ~raw.lines.is_in([line for line in lines if line is not None])
    columns = {name: column.filter(keep) for name, column in raw.columns.items()}
    return RawTable(columns, raw.lines.filter(keep), raw.sheet, [])


class _Examination:
    def __init__(self, extract: Extract, source: Source, registry: Registry, raw: RawTable) -> None:
        self.extract, self.source, self.registry, self.raw = extract, source, registry, raw
        self.lines = raw.lines
        self.problems: list[Problem] = []

    def run(self) -> Examined:
        raw = self.raw
        for problem in raw.problems:
            self._say(replace(problem, check="form"))
        if raw.said_period not in (None, self.extract.period_label):
            problem = Problem(
                f"the form was made for {raw.said_period}, and lies in the folder "
                f"{self.extract.period_label}",
                "a form is delivered for the period that its guidance names",
                "deliver it for its own period, or fill in the form of this one",
                check="form",
            )
            self._say(problem)
        self._columns(raw)
        if not self.problems and not len(raw.lines):
            problem = Problem(
                "there are no rows below the header",
                "an extract holds rows",
                "deliver the whole file",
                check="form",
            )
            self._say(problem)
        frame = None
        if not self.problems:
            frame = self._records(raw) if self.source.records else self._table(raw)
        problems = sorted(self.problems, key=_place)
        return Examined(None if problems else frame, len(raw.lines), problems)

    def _say(self, problem: Problem) -> None:
        self.problems.append(replace(problem, file=self.extract.place, sheet=self.raw.sheet))

    def _columns(self, raw: RawTable) -> None:
        wanted: set[str] = set()
        known: set[str] = set()
        if table := self.source.table:
            wanted = {e.column for e in self.source.delivered.values() if e.column}
            wanted |= {part.column for part in (table.period, table.vintage, table.scope) if part}
            wanted |= {table.statement} if table.statement else set()
            known = set(table.ignored)
        if records := self.source.records:
            wanted = {n for n, c in records.columns.items() if not c.personal and not c.ignored}
            known = {name for name, column in records.columns.items() if column.ignored}
        if self._area.column:
            wanted.add(self._area.column)
        if self._area.name:
            known.add(self._area.name)
        header = self.source.delivery.title_rows + 1
        for name in sorted(wanted - raw.columns.keys()):
            if self.source.delivery.format in ("json", "jsonl") and raw.columns:
                # A JSON record may leave a field out; a field that no record has is blank.
                raw.columns[name] = pl.Series(name, [None] * len(raw.lines), pl.String)
                continue
            problem = Problem(
                "the column is not there",
                "the contract names it",
                "deliver it, or correct the contract",
                check="columns",
            )
            self._say(replace(problem, line=header, column=name))
        for name in sorted(raw.columns.keys() - wanted - known):
            if belongs := name_owner(self.registry, name, self.source, self.extract.received):
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
            self._say(replace(problem, line=header, column=name or "(no name)"))

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
            self._say(replace(problem, line=self.lines[row], value=raw[row]))

    def _areas(
        self, raw: RawTable, starts: pl.Series, kinds: pl.Series, allowed: set[AreaKind] | None
    ) -> pl.Series:
        """The area of each row; every row whose area is wrong is told."""
        name = self._area.column
        column = raw.columns[name] if name else pl.Series([None] * len(raw.lines), dtype=pl.String)
        named = name_areas(
            self.registry, self.source, self.extract.received, column, starts, kinds, allowed
        )
        for row, problem in named.problems:
            self._say(
                replace(problem, line=self.lines[row], column=name or "area", value=column[row])
            )
        return named.areas

    def _validate(
        self,
        frame: pl.DataFrame,
        schema: pa.DataFrameSchema,
        raw: dict[str, pl.Series],
        absences: dict[str, pl.Series] | None = None,
    ) -> None:
        # A cell that could not be read is empty here and has been told of already.
        told = {(problem.line, problem.column) for problem in self.problems}
        try:
            schema.validate(frame, lazy=True)
        except SchemaErrors as errors:
            for case in errors.failure_cases.iter_rows(named=True):
                row, column = case["index"], case["column"]
                if case["check"] == "multiple_fields_uniqueness":
                    keys = ", ".join(str(frame[name][row]) for name in schema.unique or ())
                    problem = Problem(
                        "this key stands here again",
                        "a row is delivered once",
                        "leave one of the rows",
                        check="key",
                    )
                    self._say(replace(problem, line=self.lines[row], value=keys))
                    continue
                header = raw[column].name if column in raw else column
                if (self.lines[row], header) in told:
                    continue
                if absences and case["check"] == "not_nullable" and absences[column][row]:
                    continue  # the cell is filled: it says why there is no figure
                rule = "the cell is filled" if case["check"] == "not_nullable" else case["check"]
                cell = raw[column][row] if column in raw else None
                problem = Problem("it breaks the rule", rule, REMEDY, column=column, check="bounds")
                self._say(replace(problem, line=self.lines[row], value=cell))

    def _table(self, raw: RawTable) -> pl.DataFrame | None:
        table = self.source.table
        assert table
        figures = self.source.delivered
        values = {
            figure.column: self._parsed(raw.columns[figure.column], figure.column, "number")
            for figure in figures.values()
            if figure.column
        }
        starts, kinds = self._periods(raw)
        allowed = {kind for figure in figures.values() for kind in figure.areas}
        areas = self._areas(raw, starts, kinds, allowed)
        told = [
            self._labels(raw, "vintage", table.vintage),
            self._labels(raw, "scope", table.scope),
            raw.columns[table.statement].alias("statement")
            if table.statement
            else pl.Series("statement", [None] * len(areas), pl.String),
        ]
        frame = pl.DataFrame([areas, starts, kinds, *told, *values.values()])
        absences = {
            name: name_absences(raw.columns[name], self.source.delivery) for name in values if name
        }
        columns = {e.column: figure_column(e) for e in figures.values() if e.column}
        key = ["area", "period_start", "period_kind"]
        key += ["vintage", "scope", "statement"] if self.source.comparisons else []
        schema = pa.DataFrameSchema(columns, unique=None if self.problems else key)
        readable = not self.problems
        self._validate(frame, schema, raw.columns, absences)
        if not readable:
            return None
        keys = {e.column: name for name, e in figures.items() if e.column}
        index = ["area", "period_start", "period_kind", "line", "vintage", "scope", "statement"]
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
            self._say(replace(problem, line=row["line"], column=column, value=f"{row['value']:g}"))
        observations = observations.filter(right)
        if self.source.comparisons:
            # A statement that does not speak of a fact says nothing; it is no blank delivery.
            observations = observations.filter(pl.col("value").is_not_null())
        return observations.select(
            "data_element", "area", "period_kind", "period_start", "value", "absence", "line",
            "vintage", "scope", "statement",
        )  # fmt: skip

    def _kind_of(self, key: str) -> PeriodKind:
        return self.source.delivered[key].frequency or self.source.delivery.frequency

    def _periods(self, raw: RawTable) -> tuple[pl.Series, pl.Series]:
        table = self.source.table
        assert table
        kinds = sorted({self._kind_of(key) for key in self.source.delivered})
        if not table.period:
            rows = len(raw.lines)
            return (
                pl.Series("period_start", [self.extract.period.start] * rows, pl.Date),
                pl.Series("period_kind", [kinds[0].value] * rows, pl.String),
            )
        name = table.period.column
        column = raw.columns[name]
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
        named = set(zip(starts, found, strict=True))
        outside = {
            (start, kind)
            for start, kind in named
            if start and not may_cover(start, PeriodKind(kind), self.extract, self.source)
        }
        strange = pl.Series(
            [place in outside for place in zip(starts, found, strict=True)], dtype=pl.Boolean
        )
        problem = Problem(
            f"the period lies outside the extract of {self.extract.period_label}",
            "a row is about a period inside its extract's, or since «mandate: from»",
            REMEDY,
            column=name,
            check="mandate",
        )
        self._cells(problem, strange, column)
        return starts, found

    def _labels(self, raw: RawTable, name: str, labels: Labels | None) -> pl.Series:
        if labels is None:
            return pl.Series(name, [None] * len(raw.lines), pl.String)
        column = raw.columns[labels.column]
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

    def _records(self, raw: RawTable) -> pl.DataFrame | None:
        records = self.source.records
        assert records
        rows, period = len(raw.lines), self.extract.period
        starts = pl.Series("period_start", [period.start] * rows, pl.Date)
        kinds = pl.Series("period_kind", [period.kind.value] * rows, pl.String)
        areas = self._areas(raw, starts, kinds, None)
        named: dict[str, tuple[str, RecordColumn]] = {
            column.as_: (header, column) for header, column in records.columns.items() if column.as_
        }
        values = [
            self._parsed(raw.columns[header], header, column.type).alias(name)
            for name, (header, column) in named.items()
        ]
        frame = pl.DataFrame(values)
        schema = pa.DataFrameSchema(
            {name: record_column(column) for name, (_, column) in named.items()},
            unique=None
            if self.problems
            else [name for name, (_, column) in named.items() if column.key],
        )
        self._validate(
            frame, schema, {name: raw.columns[header] for name, (header, _) in named.items()}
        )
        return frame.with_columns(areas, self.lines)


def _place(problem: Problem) -> tuple[int, str]:
    return problem.line or 0, problem.column or ""
