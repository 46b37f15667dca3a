"""What a cell means: typed values stay what they are, text is read in one way or not at all.

Past 200 lines: a table of cases for figures, for days and times, for codes and forms, each in every
format that can hold them.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from kinhbac.ingest.faults import Parsed
from kinhbac.ingest.limits import FIGURE
from kinhbac.ingest.numbers import Meaning, read_numbers
from kinhbac.ingest.values import parse
from kinhbac.registry.declared.contract import Delivery
from tests.conftest import Province

Edit = Callable[[str, str, str], None]
COMMA = ', decimal: ",", thousands: "."'
POINT = ', decimal: "."'
VISITS = """\
source: visits
name: {vi: Lượt khám, en: Visits}
sector: health
owner: [{agency: SYT, from: 2025-07-01}]
synthetic: true
delivery: {format: FORMAT, frequency: monthTOLD}
records:
  area: {column: Ma}
  columns:
    So: {as: visit_id, key: true}
    Luc: {as: seen_at, type: timestamp}
    Ngay: {as: seen_on, type: date}
    Lan: {as: times, type: integer}
    Tien: {as: fee, type: number}
data_elements:
  visits: {name: {vi: Lượt khám, en: Visits}, unit: point, over_time: sum, over_areas: sum}
"""
COUNTED = "select area, period_start, count(*) as visits from records group by 1, 2\n"


def csv(rows: Sequence[dict[str, Any]]) -> bytes:
    lines = [";".join(map(str, row.values())) for row in rows]
    return "\n".join([";".join(rows[0]), *lines]).encode()


def jsonl(rows: Sequence[dict[str, Any]]) -> bytes:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def document(rows: Sequence[dict[str, Any]]) -> bytes:
    return json.dumps(rows).encode()


def parquet(rows: Sequence[dict[str, Any]], **types: pa.DataType) -> bytes:
    columns = {name: pa.array([row[name] for row in rows], types.get(name)) for name in rows[0]}
    written = io.BytesIO()
    pq.write_table(pa.table(columns), written)
    return written.getvalue()


def workbook(rows: Sequence[dict[str, Any]]) -> bytes:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        time = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, list(rows[0]))
        for line, row in enumerate(rows, 1):
            for place, cell in enumerate(row.values()):
                if isinstance(cell, date):
                    sheet.write(line, place, cell, time if isinstance(cell, datetime) else day)
                else:
                    sheet.write(line, place, cell)
    return written.getvalue()


WRITTEN = {"csv": csv, "jsonl": jsonl, "json": document, "parquet": parquet, "xlsx": workbook}


@pytest.fixture
def clinic(province: Province, edit: Edit) -> Callable[..., Any]:
    """What the door makes of one commune's figure (in points, or of another ``unit``): its value,
    or what is said of it."""

    def ask(form: str, cell: Any, told: str = "", unit: str = "point", **more: Any) -> Any:
        edit("clinic/source.yml", "format: csv", f"format: {form}, delimiter: ';'{told}")
        edit("clinic/source.yml", "unit: person, column: Tram", f"unit: {unit}, column: Tram")
        return _asked(province, "clinic", form, [{"Ma": "00001", "Sinh": 1, "Tram": cell}], more)

    return ask


def _asked(
    province: Province, source: str, form: str, rows: list[dict[str, Any]], more: dict[str, Any]
) -> Any:
    column = list(rows[0])[-1]
    province.land(f"{source}/2026-01/2026-02-03_a.{form}", WRITTEN[form](rows, **more))
    reception = province.receive(source)
    if reception.problems:
        return str(reception.problems[0])
    frame = pl.read_parquet(next((province.data.raw / source).rglob("*.parquet")))
    if source == "clinic":
        return frame.filter(pl.col("data_element") == "births_at_clinic")["value"][0]
    named = {"Luc": "seen_at", "Ngay": "seen_on", "Lan": "times", "Tien": "fee", "So": "visit_id"}
    return frame[named[column]][0]


@pytest.fixture
def visit(province: Province) -> Callable[..., Any]:
    """What the door makes of one cell of a record."""

    def ask(form: str, column: str, cell: Any, told: str = "", **more: Any) -> Any:
        text = VISITS.replace("FORMAT", f"{form}, delimiter: ';'").replace("TOLD", told)
        province.write("visits/source.yml", text)
        province.write("visits/observations.sql", COUNTED)
        row = {"Ma": "00001", "So": "1", "Luc": None, "Ngay": None, "Lan": 1, "Tien": 1}
        if form == "csv":
            row = {name: "" if value is None else value for name, value in row.items()}
        row.pop(column)
        return _asked(province, "visits", form, [row | {column: cell}], more)

    return ask


@pytest.mark.parametrize(
    ("form", "cell", "told", "value"),
    [
        ("csv", "12,5", COMMA, 12.5),
        ("csv", "1.234", COMMA, 1234),
        ("csv", "1,234", COMMA, 1.234),
        ("csv", "1.234", POINT, 1.234),
        ("csv", "0.234", "", 0.234),
        ("csv", "1234.567", "", 1234.567),
        ("csv", "-0", "", 0),
        ("csv", "-0.0", "", 0),
        ("csv", "1\u202f234", "", 1234),
        ("csv", "1\u2009234\u2009567", "", 1234567),
        ("csv", "1\u00a0234,5", COMMA, 1234.5),
        ("csv", '="00012"', "", 12),
        ("jsonl", 1.234, COMMA, 1.234),
        ("jsonl", 1.234, "", 1.234),
        ("jsonl", "1.234", COMMA, 1234),
        ("json", 1.234, COMMA, 1.234),
        ("json", -0.0, "", 0),
        ("json", "1\u202f234", "", 1234),
        ("parquet", Decimal("1.234"), COMMA, 1.234),
        ("parquet", 1.234, "", 1.234),
        ("parquet", Decimal("9007199254740991"), "", 9007199254740991),
        ("xlsx", 1.234, COMMA, 1.234),
        ("xlsx", 1.234, "", 1.234),
        ("xlsx", "1.234,5", COMMA, 1234.5),
    ],
)
def test_a_figure_is_what_its_cell_shows(
    clinic: Callable[..., Any], form: str, cell: Any, told: str, value: float
) -> None:
    found = clinic(form, cell, told)
    assert (found, str(found)) == (value, str(float(value)))


def test_a_short_float_is_what_is_written(clinic: Callable[..., Any]) -> None:
    assert clinic("parquet", 12.3, Tram=pa.float32()) == 12.3


@pytest.mark.parametrize(
    ("form", "cell", "told", "unit", "found"),
    [
        ("csv", "1.234", "", "point", "it can be read as 1234 and as 1.234"),
        ("csv", "-1,234", "", "point", "it can be read as -1234 and as -1.234"),
        ("json", "1.234", "", "point", "it can be read as 1234 and as 1.234"),
        ("xlsx", "1.234", "", "point", "it can be read as 1234 and as 1.234"),
        ("parquet", "1.234", "", "person", "it can be read as 1234 and as 1.234"),
        ("csv", "1" * 30, "", "point", "it is larger than a figure can be"),
        ("csv", "1e30", "", "point", "it is larger than a figure can be"),
        ("csv", "-1e308", "", "point", "it is larger than a figure can be"),
        ("csv", "1e400", "", "point", "it is larger than a figure can be"),
        ("csv", "9007199254740993", "", "point", "it is larger than a figure can be"),
        ("csv", "inf", "", "point", "it is larger than a figure can be"),
        ("csv", "nan", "", "point", "it is not a number"),
        ("jsonl", 1e30, "", "point", "it is larger than a figure can be"),
        ("jsonl", int("9" * 30), "", "point", "it is larger than a figure can be"),
        ("json", float("inf"), "", "point", "it is larger than a figure can be"),
        ("json", float("nan"), "", "point", "it is not a number"),
        ("parquet", 1e30, "", "point", "it is larger than a figure can be"),
        ("parquet", float("-inf"), "", "point", "it is larger than a figure can be"),
        ("parquet", float("nan"), "", "point", "it is not a number"),
        ("parquet", 2**53 + 1, "", "point", "it is larger than a figure can be"),
        ("parquet", Decimal("1" * 30), "", "point", "it is larger than a figure can be"),
        ("xlsx", 1e30, "", "point", "it is larger than a figure can be"),
        ("csv", "1\u200b2", "", "point", "it holds the invisible character U+200B"),
        ("csv", "\u202a12\u202c", "", "point", "it holds the invisible character U+202A"),
        ("jsonl", "1\ufeff2", "", "point", "it holds the invisible character U+FEFF"),
        ("csv", "12 34", "", "point", "it is not a number"),
        ("csv", "12,5%", COMMA, "point", "it is a percentage"),
        ("json", "12%", "", "person", "it is a percentage"),
    ],
)  # fmt: skip
def test_what_is_no_figure_or_could_be_two_is_refused_with_its_line(
    clinic: Callable[..., Any], form: str, cell: Any, told: str, unit: str, found: str
) -> None:
    said = clinic(form, cell, told, unit)
    assert found in said and ", Tram: " in said and "Rule: " in said and "Remedy: " in said
    assert f".{form}:{1 if form in ('jsonl', 'json', 'parquet') else 2}," in said


def test_a_percentage_is_what_its_cell_shows_where_percent_are_meant(
    clinic: Callable[..., Any],
) -> None:
    assert clinic("csv", "12,5 %", COMMA, "percent") == 12.5


@pytest.mark.parametrize(
    ("second", "told"), [("0.9", "others do not"), ("0", ""), ("7%", ""), ("-", "")]
)
def test_a_column_that_mixes_percent_signs_is_told(
    province: Province, edit: Edit, second: str, told: str
) -> None:
    edit("clinic/source.yml", "unit: person, column: Tram", "unit: percent, column: Tram")
    edit(
        "clinic/source.yml",
        "over_time: sum, over_areas: sum, min: 0}",
        "over_time: last, over_areas: none}",
    )
    province.land(
        "clinic/2026-01/2026-02-03_a.csv", f"Ma,Ten,Sinh,Tram\n00001,M,1,12%\n00002,H,1,{second}\n"
    )
    said = "\n".join(map(str, province.receive().problems))
    assert told in said and bool(told) == bool(said)


@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "parquet", "xlsx"])
def test_what_is_counted_is_whole_unless_the_contract_says_otherwise(
    province: Province, edit: Edit, clinic: Callable[..., Any], form: str
) -> None:
    edit("vocabulary.yml", "en: persons", "en: persons, counted: true")
    assert "a count has no fraction" in clinic(form, 12.5, unit="person")
    edit(
        "clinic/source.yml",
        "unit: person, column: Tram",
        "whole: false, unit: person, column: Tram",
    )
    assert province.receive().accepted == 1


HANOI = timezone(timedelta(hours=7))
FIVE = datetime(2026, 1, 5, 0, 0)
ISO = ', timestamp_format: "%Y-%m-%dT%H:%M:%S%z"'
LOCAL = ', timestamp_format: "%d/%m/%Y %H:%M", date_format: "%d/%m/%Y"'


@pytest.mark.parametrize(
    ("form", "column", "cell", "told", "value"),
    [
        ("parquet", "Luc", FIVE, LOCAL, FIVE),
        ("parquet", "Luc", datetime(2026, 1, 4, 17, tzinfo=UTC), LOCAL, FIVE),
        ("parquet", "Luc", datetime(2026, 1, 5, tzinfo=HANOI), LOCAL, FIVE),
        ("parquet", "Ngay", date(2026, 1, 5), LOCAL, FIVE.date()),
        ("parquet", "Ngay", datetime(2026, 1, 4, 17, tzinfo=UTC), LOCAL, FIVE.date()),
        ("parquet", "Ngay", FIVE, "", FIVE.date()),
        ("parquet", "Lan", 2**53 + 1, "", 2**53 + 1),
        ("parquet", "Lan", Decimal("7.00"), "", 7),
        ("parquet", "Tien", Decimal("0.1"), LOCAL, 0.1),
        ("jsonl", "Luc", "2026-01-04T17:00:00Z", ISO, FIVE),
        ("json", "Luc", "2026-01-05T01:00:00+08:00", ISO, FIVE),
        ("csv", "Luc", "2026-01-04T17:00:00+0000", ISO, FIVE),
        ("csv", "Luc", "05/01/2026 00:00", LOCAL, FIVE),
        ("csv", "Ngay", "05/01/26", ', date_format: "%d/%m/%y"', FIVE.date()),
        ("jsonl", "Lan", 2**53 + 1, "", 2**53 + 1),
        ("json", "Lan", 2**53 + 1, "", 2**53 + 1),
        ("jsonl", "So", "H\u2028 1", "", "H\u2028 1"),
        ("csv", "So", '="00012"', "", "00012"),
        ("csv", "So", "00\u200b12\u200e", "", "0012"),
        ("jsonl", "So", 12, "", "12"),
        ("xlsx", "Ngay", date(2026, 1, 5), LOCAL, FIVE.date()),
        ("xlsx", "Luc", datetime(2026, 1, 5, 8, 30), "", datetime(2026, 1, 5, 8, 30)),
    ],
)
def test_a_cell_of_a_record_stays_what_it_is(
    visit: Callable[..., Any], form: str, column: str, cell: Any, told: str, value: Any
) -> None:
    assert visit(form, column, cell, told) == value


@pytest.mark.parametrize(
    ("form", "column", "cell", "told", "found"),
    [
        ("csv", "Ngay", "05/01/26", LOCAL, "its year has not four digits"),
        ("csv", "Luc", "05/01/26 08:30", LOCAL, "its year has not four digits"),
        ("json", "Luc", "05/01/26 08:30", LOCAL, "its year has not four digits"),
        ("parquet", "Ngay", date(26, 1, 5), "", "its year has not four digits"),
        ("parquet", "Ngay", datetime(2026, 1, 5, 8), "", "it is not a date"),
        ("parquet", "Luc", date(2026, 1, 5), "", "it is not a time"),
        ("xlsx", "Luc", date(2026, 1, 5), "", "it is not a time"),
        ("csv", "Luc", "05/01/2026 08:30\u200e", LOCAL, "the invisible character U+200E"),
        ("csv", "Lan", "2.5", POINT, "it is not a whole number"),
        ("parquet", "Lan", Decimal("7.50"), "", "it is not a whole number"),
        ("parquet", "Lan", 2.0**60, "", "it is larger than a figure can be"),
        ("csv", "Lan", "1" * 30, "", "it is larger than a figure can be"),
        ("csv", "Lan", "1,234", "", "it can be read as 1234 and as 1.234"),
    ],
)
def test_a_cell_that_could_become_another_is_refused(
    visit: Callable[..., Any], form: str, column: str, cell: Any, told: str, found: str
) -> None:
    assert found in visit(form, column, cell, told)


@pytest.mark.parametrize(
    ("cell", "type_", "value"),
    [
        (date(2026, 1, 31), pa.date32(), date(2026, 1, 1)),
        (datetime(2026, 1, 4, 17, tzinfo=UTC), pa.timestamp("us", "UTC"), date(2026, 1, 1)),
        ("01/2026", pa.string(), date(2026, 1, 1)),
    ],
)
def test_a_day_typed_by_the_format_names_its_period_whatever_the_contract_writes(
    province: Province, edit: Edit, cell: Any, type_: pa.DataType, value: date
) -> None:
    edit("clinic/source.yml", "format: csv", 'format: parquet, date_format: "%m/%d/%Y"')
    edit(
        "clinic/source.yml",
        "table: {area:",
        'table: {period: {column: Ky, format: "%d/%m/%Y"}, area:',
    )
    if isinstance(cell, str):
        cell = f"03/{cell}"
    row = {"Ma": "00001", "Ky": cell, "Sinh": 1, "Tram": 1}
    province.land("clinic/2026-01/2026-02-03_a.parquet", parquet([row], Ky=type_))
    assert province.receive().problems == ()
    frame = pl.read_parquet(next(province.data.raw.rglob("*.parquet")))
    assert set(frame["period_start"]) == {value}


def test_a_period_of_two_digits_is_none(province: Province, edit: Edit) -> None:
    edit(
        "clinic/source.yml",
        "table: {area:",
        'table: {period: {column: Ky, format: "%m/%Y"}, area:',
    )
    province.land("clinic/2026-01/2026-02-03_a.csv", "Ma,Ky,Sinh,Tram\n00001,01/26,1,1\n")
    [problem] = province.receive().problems
    assert problem.found == "it names no month"


@pytest.mark.parametrize(
    ("first", "named"),
    [
        (b"PK\x03\x04rest", "this is a zip archive"),
        (b"\x1f\x8b\x08\x00", "this is packed by gzip"),
        (b"%PDF-1.7\n", "this is a PDF document"),
        (workbook([{"Ma": "00001"}]), "this is a workbook (.xlsx)"),
        (parquet([{"Ma": "00001"}]), "this is a Parquet file"),
    ],
)
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_file_of_another_kind_is_named(
    province: Province, edit: Edit, form: str, first: bytes, named: str
) -> None:
    edit("clinic/source.yml", "format: csv", f"format: {form}")
    province.land(f"clinic/2026-01/2026-02-03_a.{form}", first)
    [problem] = province.receive().problems
    assert problem.found == named


def asked(kind: str, column: pl.Series, **told: Any) -> Parsed:
    delivery = Delivery(format="csv", frequency="month", **told)
    return parse(column, kind, delivery)  # type: ignore[arg-type]  # words of the table above


@given(st.lists(st.floats() | st.none(), min_size=1))
def test_floats_come_through_as_they_are_or_not_at_all(cells: list[float | None]) -> None:
    parsed = asked("number", pl.Series(cells, dtype=pl.Float64), decimal=",")
    for cell, value, wrong in zip(cells, parsed.values, parsed.wrong, strict=True):
        fits = cell is not None and abs(cell) < FIGURE
        assert value == cell if fits else value is None
        assert wrong is (cell is not None and not fits)


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1), st.booleans())
def test_whole_numbers_are_never_another_one(cells: list[int], typed: bool) -> None:
    column = pl.Series(cells, dtype=pl.Int64)
    column = column if typed else column.cast(pl.String)
    delivery = Delivery(format="csv", frequency="month")
    assert read_numbers(column, delivery, Meaning(whole=True)).values.to_list() == cells
    as_figures = read_numbers(column, delivery, Meaning()).values.to_list()
    assert as_figures == [cell if abs(cell) < FIGURE else None for cell in cells]


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4), st.sampled_from(",."))
def test_a_decimal_is_the_float_that_is_written_so(cell: Decimal, decimal: str) -> None:
    if abs(cell) < 10**20:
        column = pl.Series([cell], dtype=pl.Decimal(38, 4))
        [value] = asked("number", column, decimal=decimal).values
        assert value == (float(cell) if abs(cell) < FIGURE else None)
