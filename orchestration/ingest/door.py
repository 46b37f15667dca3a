"""The door: does an extract keep its contract?

Here: columns, types, areas, periods, keys and bounds of one extract, checked lazily
with pandera, so that every failing cell is named at once. Personal columns are dropped
before anything else is looked at. Not here: reading files (``readers``), keeping the
verdict (``ledger``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from orchestration.ingest.extracts import Extract
from orchestration.ingest.readers import RawTable, Unreadable, read_raw
from orchestration.ingest.values import ValueType, parse, parse_periods
from orchestration.periods import PeriodKind
from orchestration.problems import Problem
from orchestration.registry import Registry
from orchestration.registry.areas import Area
from orchestration.registry.schema import AreaReference, DataElement, RecordColumn, Source

REMEDY = "correct the cell and deliver the file again"


@dataclass
class Verdict:
    """What the door says of one extract: the typed frame, or the problems."""

    frame: pl.DataFrame | None = None
    rows: int = 0
    problems: list[Problem] = field(default_factory=list)


def examine(extract: Extract, source: Source, registry: Registry) -> Verdict:
    """Check one extract against its contract.

    The frame of a tabular source holds observations: data_element, area, period_kind,
    period_start, value (null: reported blank), line. That of a record-level source
    holds its named columns, area and line.
    """
    return _Examination(extract, source, registry).run()


class _Examination:
    def __init__(self, extract: Extract, source: Source, registry: Registry) -> None:
        self.extract, self.source, self.registry = extract, source, registry
        self.problems: list[Problem] = []
        self.sheet: str | None = None
        self.lines = pl.Series("line", [], pl.Int64)

    def run(self) -> Verdict:
        try:
            if self.extract.period.kind is not self.source.delivery.frequency:
                raise ValueError(f"«{self.extract.period_label}» is no {self._frequency()}")
        except ValueError as error:
            self._say(
                None,
                None,
                None,
                str(error),
                f"the folder names the {self._frequency()} that the extract covers",
                "move the file to the folder of its period",
            )
            return self._verdict(None)
        try:
            raw = read_raw(self.extract.path.read_bytes(), self.source.delivery)
        except Unreadable as error:
            self._say(error.line, None, None, error.found, error.rule, error.remedy)
            return self._verdict(None)
        self.sheet, self.lines = raw.sheet, raw.lines
        for line, found, rule, remedy in raw.faults:
            self._say(line, None, None, found, rule, remedy)
        for name in self._personal():
            raw.columns.pop(name, None)
        self._columns(raw)
        if self.problems:
            return self._verdict(None)
        if not len(raw.lines):
            self._say(
                None,
                None,
                None,
                "there are no rows below the header",
                "an extract holds rows",
                "deliver the whole file",
            )
            return self._verdict(None)
        frame = self._records(raw) if self.source.records else self._table(raw)
        return self._verdict(frame, len(raw.lines))

    def _verdict(self, frame: pl.DataFrame | None, rows: int = 0) -> Verdict:
        return Verdict(None if self.problems else frame, rows, sorted(self.problems, key=_place))

    def _frequency(self) -> str:
        return self.source.delivery.frequency.value

    def _say(
        self,
        line: int | None,
        column: str | None,
        value: str | None,
        found: str,
        rule: str,
        remedy: str,
    ) -> None:
        place = self.extract.place
        self.problems.append(Problem(place, line, column, value, found, rule, remedy, self.sheet))

    def _personal(self) -> Sequence[str]:
        if self.source.table:
            return self.source.table.personal
        assert self.source.records
        return [name for name, column in self.source.records.columns.items() if column.personal]

    def _columns(self, raw: RawTable) -> None:
        wanted: set[str] = set()
        known: set[str] = set()
        if table := self.source.table:
            wanted = {e.column for e in self.source.data_elements.values() if e.column}
            wanted |= {table.period.column} if table.period else set()
            known = set(table.ignored)
        if records := self.source.records:
            wanted = {n for n, c in records.columns.items() if not c.personal and not c.ignored}
            known = {name for name, column in records.columns.items() if column.ignored}
        if self._area.column:
            wanted.add(self._area.column)
        header = self.source.delivery.title_rows + 1
        for name in sorted(wanted - raw.columns.keys()):
            if self.source.delivery.format in ("json", "jsonl") and raw.columns:
                # A JSON record may leave a field out; a field that no record has is blank.
                raw.columns[name] = pl.Series(name, [None] * len(raw.lines), pl.String)
                continue
            self._say(
                header,
                name,
                None,
                "the column is not there",
                "the contract names it",
                "deliver it, or correct the contract",
            )
        for name in sorted(raw.columns.keys() - wanted - known):
            self._say(
                header,
                name or "(no name)",
                None,
                "the contract does not know this column",
                "only declared columns pass the door",
                "leave it out, or declare it (an element, «ignored», or «personal»)",
            )

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
        self._cells(wrong, name, raw, f"it is not {form}", f"the column holds {form}")
        return values

    def _cells(self, wrong: pl.Series, column: str, raw: pl.Series, found: str, rule: str) -> None:
        for row in wrong.arg_true():
            self._say(self.lines[row], column, raw[row], found, rule, REMEDY)

    def _areas(self, raw: RawTable) -> tuple[pl.Series, dict[str, Area]]:
        reference = self._area
        rows = len(raw.lines)
        if reference.always:
            area = self.registry.areas.areas[reference.always]
            return pl.Series("area", [area.area] * rows), {area.area: area}
        assert reference.column
        day = reference.codes_as_of or self.extract.received
        codes = self.registry.areas.code_list(reference.code_system, day)
        column = raw.columns[reference.column]
        areas = column.replace_strict(
            {code: area.area for code, area in codes.items()},
            default=None,
            return_dtype=pl.String,
        ).alias("area")
        self._cells(
            areas.is_null(),
            reference.column,
            column,
            f"no area has this code on {day:%d/%m/%Y}",
            f"areas are named by codes of «{reference.code_system}»",
        )
        return areas, {area.area: area for area in codes.values()}

    def _validate(
        self, frame: pl.DataFrame, schema: pa.DataFrameSchema, raw: dict[str, pl.Series]
    ) -> None:
        try:
            schema.validate(frame, lazy=True)
        except SchemaErrors as errors:
            for case in errors.failure_cases.iter_rows(named=True):
                row, column = case["index"], case["column"]
                if case["check"] == "multiple_fields_uniqueness":
                    keys = ", ".join(str(frame[name][row]) for name in schema.unique or ())
                    self._say(
                        self.lines[row],
                        None,
                        keys,
                        "this key stands here again",
                        "a row is delivered once",
                        "leave one of the rows",
                    )
                    continue
                rule = "the cell is filled" if case["check"] == "not_nullable" else case["check"]
                cell = raw[column][row] if column in raw else None
                self._say(self.lines[row], column, cell, "it breaks the rule", rule, REMEDY)

    def _table(self, raw: RawTable) -> pl.DataFrame | None:
        table = self.source.table
        assert table
        areas, by_key = self._areas(raw)
        elements = self.source.data_elements
        values = {
            element.column: self._parsed(raw.columns[element.column], element.column, "number")
            for element in elements.values()
            if element.column
        }
        if table.period:
            column = raw.columns[table.period.column]
            starts, wrong = parse_periods(column, table.period, self._kind())
            self._cells(
                wrong,
                table.period.column,
                column,
                f"it names no {self._kind()}",
                f"the column names the {self._kind()} of the row",
            )
        else:
            first = self.extract.period.start
            starts = pl.Series("period_start", [first] * len(areas), pl.Date)
        if self.problems:
            return None
        frame = pl.DataFrame([areas, starts, *values.values()])
        columns = {e.column: _element_column(e) for e in elements.values() if e.column}
        schema = pa.DataFrameSchema(columns, unique=["area", "period_start"])
        self._validate(frame, schema, raw.columns)
        self._kinds(areas, by_key, raw)
        keys = {e.column: key for key, e in elements.items() if e.column}
        frame = frame.rename(keys).with_columns(self.lines)
        observations = frame.unpivot(
            list(keys.values()),
            index=["area", "period_start", "line"],
            variable_name="data_element",
            value_name="value",
        )
        kinds = {
            key: (e.frequency or self.source.delivery.frequency).value
            for key, e in elements.items()
        }
        return observations.with_columns(
            pl.col("data_element")
            .replace_strict(kinds, return_dtype=pl.String)
            .alias("period_kind"),
        ).select("data_element", "area", "period_kind", "period_start", "value", "line")

    def _kind(self) -> PeriodKind:
        kinds = {e.frequency for e in self.source.data_elements.values() if e.frequency}
        return kinds.pop() if kinds else self.source.delivery.frequency

    def _kinds(self, areas: pl.Series, by_key: dict[str, Area], raw: RawTable) -> None:
        allowed = {kind for e in self.source.data_elements.values() for kind in e.areas}
        wrong = areas.replace_strict(
            {key: area.kind not in allowed for key, area in by_key.items()},
            return_dtype=pl.Boolean,
        )
        name = self._area.column or "area"
        for row in wrong.arg_true():
            kind = by_key[areas[row]].kind
            self._say(
                self.lines[row],
                name,
                raw.columns[name][row] if name in raw.columns else None,
                f"the row is about a {kind}",
                f"the source delivers {', '.join(sorted(allowed))}",
                "leave the row out, or declare the area kind in the contract",
            )

    def _records(self, raw: RawTable) -> pl.DataFrame | None:
        records = self.source.records
        assert records
        areas, _ = self._areas(raw)
        named: dict[str, tuple[str, RecordColumn]] = {
            column.as_: (header, column) for header, column in records.columns.items() if column.as_
        }
        values = [
            self._parsed(raw.columns[header], header, column.type).alias(name)
            for name, (header, column) in named.items()
        ]
        if self.problems:
            return None
        frame = pl.DataFrame(values)
        schema = pa.DataFrameSchema(
            {name: _record_column(column) for name, (_, column) in named.items()},
            unique=[name for name, (_, column) in named.items() if column.key],
        )
        self._validate(
            frame, schema, {name: raw.columns[header] for name, (header, _) in named.items()}
        )
        return frame.with_columns(areas, self.lines)


def _place(problem: Problem) -> tuple[int, str]:
    return problem.line or 0, problem.column or ""


def _bounds(least: float | None, most: float | None) -> Iterator[pa.Check]:
    if least is not None:
        yield pa.Check.ge(least, error=f"at least {least:g}")
    if most is not None:
        yield pa.Check.le(most, error=f"at most {most:g}")


def _element_column(element: DataElement) -> pa.Column:
    checks = list(_bounds(element.min, element.max))
    if element.whole:
        checks.append(
            pa.Check(
                lambda data: data.lazyframe.select(pl.col(data.key) % 1 == 0),
                error="a count has no fraction",
            )
        )
    return pa.Column(pl.Float64, checks, nullable=not element.required)


def _record_column(column: RecordColumn) -> pa.Column:
    kinds = {
        "text": pl.String,
        "integer": pl.Int64,
        "number": pl.Float64,
        "boolean": pl.Boolean,
        "date": pl.Date,
        "timestamp": pl.Datetime("us"),
    }
    checks = list(_bounds(column.min, column.max))
    if column.one_of:
        checks.append(
            pa.Check.isin(list(column.one_of), error=f"one of {', '.join(column.one_of)}")
        )
    if column.pattern:
        pattern = rf"^(?:{column.pattern})$"
        checks.append(pa.Check.str_matches(pattern, error=f"it has the form {column.pattern}"))
    return pa.Column(kinds[column.type], checks, nullable=not (column.required or column.key))
