"""What a cell means: typed values stay what they are, text is read in one way or not at all.

Past 200 lines: a table of cases for figures, for days and times, for codes and forms, each in every
format that can hold them.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from numpy import float16

from kinhbac.data_folder import hash_file
from kinhbac.ingest.door import examine
from kinhbac.ingest.extracts import Extract
from kinhbac.ingest.faults import Parsed
from kinhbac.ingest.limits import FIGURE
from kinhbac.ingest.numbers import Meaning, read_numbers
from kinhbac.ingest.reading_room import open_room
from kinhbac.ingest.values import parse
from kinhbac.registry import Registry
from kinhbac.registry.declared.contract import Delivery, PeriodReference
from tests.conftest import AS_OF, CLINIC, Province, make_tiny

Told = Mapping[str, Any]
"""What the contract says of a delivery."""
NONE: Told = {}
COMMA: Told = {"decimal": ",", "thousands": "."}
POINT: Told = {"decimal": "."}
FIVE = datetime(2026, 1, 5, 0, 0)
FIGURES = """\
source: figures
name: {vi: Số liệu, en: Figures}
sector: health
owner: [{agency: SYT, from: 2025-07-01}]
synthetic: true
delivery: {format: csv, frequency: month}
table: {area: {column: Ma}}
data_elements:
  in_point: {name: {vi: Điểm, en: Points}, unit: point, column: point, over_time: last,
             over_areas: sum}
  in_percent: {name: {vi: Tỷ lệ, en: Rate}, unit: percent, column: percent, over_time: last,
               over_areas: none}
  in_person: {name: {vi: Người, en: Persons}, unit: person, column: person, over_time: last,
              over_areas: sum}
"""
VISITS = """\
source: visits
name: {vi: Lượt khám, en: Visits}
sector: health
owner: [{agency: SYT, from: 2025-07-01}]
synthetic: true
delivery: {format: csv, frequency: month}
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
    return "".join(f"{line}\n" for line in [";".join(rows[0]), *lines]).encode()


def jsonl(rows: Sequence[dict[str, Any]]) -> bytes:
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows).encode()


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


NAMED = {"Luc": "seen_at", "Ngay": "seen_on", "Lan": "times", "So": "visit_id", "Tien": "fee"}
WRITTEN: dict[str, Callable[..., bytes]] = {
    "csv": csv,
    "jsonl": jsonl,
    "json": document,
    "parquet": parquet,
    "xlsx": workbook,
}


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    province = make_tiny(tmp_path_factory.mktemp("typed"))
    text = (province.sources / "vocabulary.yml").read_text(encoding="utf-8")
    province.write("vocabulary.yml", text.replace("en: persons", "en: persons, counted: true"))
    province.write("figures/source.yml", FIGURES)
    province.write("visits/source.yml", VISITS)
    province.write("visits/observations.sql", COUNTED)
    return province.registry


Ask = Callable[..., Any]


@pytest.fixture
def door(registry: Registry, tmp_path: Path) -> Ask:
    """What the door makes of rows: the typed frame, or what is said of them."""

    def ask(source: str, form: str, content: bytes, told: Told, **parts: Any) -> Any:
        path = tmp_path / f"2026-02-03_a.{form}"
        path.write_bytes(content)
        said = {"format": form, "frequency": "month", "delimiter": ";"}
        delivery = Delivery.model_validate(said | dict(told))
        contract = registry.sources[source].model_copy(update={"delivery": delivery, **parts})
        extract = Extract(source, "2026-01", path, date(2026, 2, 3), hash_file(path))
        with open_room(tmp_path / "room") as room:
            [(_, found)] = examine([extract], contract, registry, AS_OF, room)
            if found.problems:
                return "\n".join(map(str, found.problems))
            assert found.typed
            found.typed.keep(tmp_path / "typed.parquet")
            return pl.read_parquet(tmp_path / "typed.parquet")

    return ask


@pytest.fixture
def figure(door: Ask) -> Ask:
    """One commune's figure, in points or another unit."""

    def ask(form: str, cell: Any, told: Told = NONE, unit: str = "point", **more: Any) -> Any:
        row = {"Ma": "00001", "point": 1, "percent": 1, "person": 1} | {unit: cell}
        found = door("figures", form, WRITTEN[form]([row], **more), told)
        if isinstance(found, str):
            return found
        return found.filter(pl.col("data_element") == f"in_{unit}")["value"][0]

    return ask


@pytest.fixture
def visit(door: Ask) -> Ask:
    """One cell of a record."""

    def ask(
        form: str, column: str, cell: Any, told: Told = NONE, records: Any = None, **more: Any
    ) -> Any:
        blank = "" if form == "csv" else None
        row = {"Ma": "00001", "So": "1", "Luc": blank, "Ngay": blank, "Lan": 1, "Tien": 1}
        content = WRITTEN[form]([row | {column: cell}], **more)
        parts = {"records": records} if records else {}
        found = door("visits", form, content, told, **parts)
        return found if isinstance(found, str) else found[NAMED[column]][0]

    return ask


@pytest.mark.parametrize(
    ("form", "cell", "told", "value"),
    [
        ("csv", "12,5", COMMA, 12.5),
        ("csv", "1.234", COMMA, 1234),
        ("csv", "1,234", COMMA, 1.234),
        ("csv", "1.234", POINT, 1.234),
        ("csv", "0.234", NONE, 0.234),
        ("csv", "1234.567", NONE, 1234.567),
        ("csv", "-0", NONE, 0),
        ("csv", "-0.0", NONE, 0),
        ("csv", "1\u202f234", NONE, 1234),
        ("csv", "1\u2009234\u2009567", NONE, 1234567),
        ("csv", "1\u00a0234,5", COMMA, 1234.5),
        ("csv", '="00012"', NONE, 12),
        ("jsonl", 1.234, COMMA, 1.234),
        ("jsonl", 1.234, NONE, 1.234),
        ("jsonl", "1.234", COMMA, 1234),
        ("json", 1.234, COMMA, 1.234),
        ("json", -0.0, NONE, 0),
        ("json", "1\u202f234", NONE, 1234),
        ("parquet", Decimal("1.234"), COMMA, 1.234),
        ("parquet", 1.234, NONE, 1.234),
        ("parquet", Decimal("9007199254740991"), NONE, 9007199254740991),
        ("xlsx", 1.234, COMMA, 1.234),
        ("xlsx", 1.234, NONE, 1.234),
        ("xlsx", "1.234,5", COMMA, 1234.5),
    ],
)
def test_a_figure_is_what_its_cell_shows(
    figure: Ask, form: str, cell: Any, told: Told, value: float
) -> None:
    found = figure(form, cell, told)
    assert (found, str(found)) == (value, str(float(value)))


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        (12.3, pa.float32()),
        (float16(12.3), pa.float16()),
        (Decimal("12.3"), pa.decimal256(50, 10)),
        (Decimal("12.3"), pa.decimal256(76, 60)),
    ],
)
def test_a_number_is_what_is_written_however_many_bits_it_has(
    figure: Ask, cell: Any, kind: pa.DataType
) -> None:
    assert figure("parquet", cell, point=kind) == 12.3


@pytest.mark.parametrize(
    ("cell", "kind", "found"),
    [
        ([1, 2], pa.list_(pa.int64()), "its cells hold lists or structures"),
        ({"a": 1}, pa.struct({"a": pa.decimal256(50, 1)}), "its cells hold lists or structures"),
        (FIVE, pa.timestamp("us", "Mars/Olympus"), "its times are of a zone that no reader knows"),
    ],
)
@pytest.mark.parametrize("column", ["Luc", "So"])
def test_a_column_that_holds_no_single_values_is_named_once(
    visit: Ask, column: str, cell: Any, kind: pa.DataType, found: str
) -> None:
    [told] = visit("parquet", column, cell, **{column: kind}).split("\n")
    assert f", {column}: {found}" in told


def test_a_column_that_is_not_read_may_hold_anything(province: Province) -> None:
    province.write("clinic/source.yml", CLINIC.replace("csv", "parquet"))
    rows = [{"Ma": "00001", "Ten": Decimal(1), "SoDinhDanh": [1], "Sinh": 1, "Tram": 1}]
    content = parquet(rows, Ten=pa.decimal256(50, 1))
    province.land("clinic/2026-01/2026-02-03_a.parquet", content)
    assert province.receive().accepted == 1


@pytest.mark.parametrize(
    ("form", "cell", "told", "unit", "found"),
    [
        ("csv", "1.234", NONE, "point", "it can be read as 1234 and as 1.234"),
        ("csv", "-1,234", NONE, "point", "it can be read as -1234 and as -1.234"),
        ("json", "1.234", NONE, "point", "it can be read as 1234 and as 1.234"),
        ("xlsx", "1.234", NONE, "point", "it can be read as 1234 and as 1.234"),
        ("parquet", "1.234", NONE, "person", "it can be read as 1234 and as 1.234"),
        ("csv", "1" * 30, NONE, "point", "it is larger than a figure can be"),
        ("csv", "1e30", NONE, "point", "it is larger than a figure can be"),
        ("csv", "-1e308", NONE, "point", "it is larger than a figure can be"),
        ("csv", "1e400", NONE, "point", "it is larger than a figure can be"),
        ("csv", "9007199254740993", NONE, "point", "it is larger than a figure can be"),
        ("csv", "inf", NONE, "point", "it is larger than a figure can be"),
        ("csv", "nan", NONE, "point", "it is not a number"),
        ("jsonl", 1e30, NONE, "point", "it is larger than a figure can be"),
        ("jsonl", int("9" * 30), NONE, "point", "it is larger than a figure can be"),
        ("json", float("inf"), NONE, "point", "it is larger than a figure can be"),
        ("json", float("nan"), NONE, "point", "it is not a number"),
        ("parquet", 1e30, NONE, "point", "it is larger than a figure can be"),
        ("parquet", float("-inf"), NONE, "point", "it is larger than a figure can be"),
        ("parquet", float("nan"), NONE, "point", "it is not a number"),
        ("parquet", 2**53 + 1, NONE, "point", "it is larger than a figure can be"),
        ("parquet", Decimal("1" * 30), NONE, "point", "it is larger than a figure can be"),
        ("xlsx", 1e30, NONE, "point", "it is larger than a figure can be"),
        ("csv", "1\u200b2", NONE, "point", "it holds the invisible character U+200B"),
        ("csv", "\u202a12\u202c", NONE, "point", "it holds the invisible character U+202A"),
        ("jsonl", "1\ufeff2", NONE, "point", "it holds the invisible character U+FEFF"),
        ("csv", "12 34", NONE, "point", "it is not a number"),
        ("csv", "\u22125", NONE, "point", "it holds the dash U+2212, which is no minus"),
        ("json", "\u20131.234,5", COMMA, "point", "it holds the dash U+2013, which is no minus"),
        ("xlsx", "\u2212", NONE, "point", "it holds the dash U+2212, which is no minus"),
        ("csv", "12,5%", COMMA, "point", "it is a percentage"),
        ("json", "12%", NONE, "person", "it is a percentage"),
    ],
)  # fmt: skip
def test_what_is_no_figure_or_could_be_two_is_refused_with_its_line(
    figure: Ask, form: str, cell: Any, told: Told, unit: str, found: str
) -> None:
    said = figure(form, cell, told, unit)
    assert found in said and f", {unit}: " in said and "Rule: " in said and "Remedy: " in said
    assert f":{1 if form in ('jsonl', 'json', 'parquet') else 2}," in said


def test_a_percentage_is_what_its_cell_shows_where_percent_are_meant(figure: Ask) -> None:
    assert figure("csv", "12,5 %", COMMA, "percent") == 12.5


@pytest.mark.parametrize(
    ("second", "told"), [("0.9", "others do not"), ("0", ""), ("7%", ""), ("-", "")]
)
def test_a_column_that_mixes_percent_signs_is_told(door: Ask, second: str, told: str) -> None:
    rows = [
        {"Ma": "00001", "point": 1, "percent": "12%", "person": 1},
        {"Ma": "00002", "point": 1, "percent": second, "person": 1},
    ]
    found = door("figures", "csv", csv(rows), {"missing": ("-",)})
    assert told in found if told else found.height == 6


@pytest.mark.parametrize("form", WRITTEN)
def test_what_is_counted_is_whole_unless_the_contract_says_otherwise(
    figure: Ask, registry: Registry, form: str
) -> None:
    assert "a count has no fraction" in figure(form, 12.5, unit="person")
    assert figure(form, 12.0, unit="person") == 12
    counted = registry.data_elements["in_person"]
    assert registry.is_whole("in_person", counted)
    assert not registry.is_whole("in_person", counted.model_copy(update={"whole": False}))


ISO: Told = {"timestamp_format": "%Y-%m-%dT%H:%M:%S%z"}
LOCAL: Told = {"timestamp_format": "%d/%m/%Y %H:%M", "date_format": "%d/%m/%Y"}


@pytest.mark.parametrize(
    ("form", "column", "cell", "told", "value"),
    [
        ("parquet", "Luc", FIVE, LOCAL, FIVE),
        ("parquet", "Luc", datetime(2026, 1, 4, 17, tzinfo=UTC), LOCAL, FIVE),
        ("parquet", "Ngay", date(2026, 1, 5), LOCAL, FIVE.date()),
        ("parquet", "Ngay", datetime(2026, 1, 4, 17, tzinfo=UTC), LOCAL, FIVE.date()),
        ("parquet", "Ngay", FIVE, NONE, FIVE.date()),
        ("parquet", "Lan", 2**53 + 1, NONE, 2**53 + 1),
        ("parquet", "Lan", Decimal("7.00"), NONE, 7),
        ("parquet", "Tien", Decimal("0.1"), LOCAL, 0.1),
        ("jsonl", "Luc", "2026-01-04T17:00:00Z", ISO, FIVE),
        ("json", "Luc", "2026-01-05T01:00:00+08:00", ISO, FIVE),
        ("csv", "Luc", "2026-01-04T17:00:00+0000", ISO, FIVE),
        ("csv", "Luc", "05/01/2026 00:00", LOCAL, FIVE),
        ("csv", "Ngay", "05/01/26", {"date_format": "%d/%m/%y"}, FIVE.date()),
        ("jsonl", "Lan", 2**53 + 1, NONE, 2**53 + 1),
        ("json", "Lan", 2**53 + 1, NONE, 2**53 + 1),
        ("jsonl", "So", "H\u2028 1", NONE, "H\u2028 1"),
        ("csv", "So", '="00012"', NONE, "00012"),
        ("csv", "So", "00\u200b12\u200e", NONE, "0012"),
        ("jsonl", "So", 12, NONE, "12"),
        ("xlsx", "Ngay", date(2026, 1, 5), LOCAL, FIVE.date()),
        ("xlsx", "Luc", datetime(2026, 1, 5, 8, 30), NONE, datetime(2026, 1, 5, 8, 30)),
    ],
)
def test_a_cell_of_a_record_stays_what_it_is(
    visit: Ask, form: str, column: str, cell: Any, told: Told, value: Any
) -> None:
    assert visit(form, column, cell, told) == value


@pytest.mark.parametrize(("form", "form_of_time"), [("csv", "%Y-%m-%d %H:%M:%S"), ("parquet", "")])
@pytest.mark.parametrize(("day", "late"), [(3, False), (4, True)])
def test_what_has_happened_lies_no_later_than_its_file(
    visit: Ask, registry: Registry, form: str, form_of_time: str, day: int, late: bool
) -> None:
    records = registry.sources["visits"].records
    assert records
    past = records.columns["Luc"].model_copy(update={"not_after_receipt": True})
    columns = records.columns | {"Luc": past}
    told = datetime(2026, 2, day, 23, 59)
    found = visit(
        form,
        "Luc",
        told.strftime(form_of_time) if form_of_time else told,
        records=records.model_copy(update={"columns": columns}),
    )
    assert ("it lies after 03/02/2026" in found) if late else found == told


@pytest.mark.parametrize("zone", ["UTC", "+07:00", "Asia/Tokyo", "America/New_York"])
def test_a_time_of_any_zone_is_told_as_in_hanoi(visit: Ask, zone: str) -> None:
    told = datetime(2026, 1, 4, 17, tzinfo=UTC)
    assert visit("parquet", "Luc", told, Luc=pa.timestamp("us", zone)) == FIVE


@pytest.mark.parametrize(
    ("form", "column", "cell", "told", "found"),
    [
        ("csv", "Ngay", "05/01/26", LOCAL, "its year has not four digits"),
        ("csv", "Luc", "05/01/26 08:30", LOCAL, "its year has not four digits"),
        ("json", "Luc", "05/01/26 08:30", LOCAL, "its year has not four digits"),
        ("parquet", "Ngay", date(26, 1, 5), NONE, "its year has not four digits"),
        ("parquet", "Ngay", datetime(2026, 1, 5, 8), NONE, "it is not a date"),
        ("parquet", "Luc", date(2026, 1, 5), NONE, "it is not a time"),
        ("xlsx", "Luc", date(2026, 1, 5), NONE, "it is not a time"),
        ("csv", "Luc", "05/01/2026 08:30\u200e", LOCAL, "the invisible character U+200E"),
        ("csv", "Lan", "2.5", POINT, "it is not a whole number"),
        ("parquet", "Lan", Decimal("7.50"), NONE, "it is not a whole number"),
        ("parquet", "Lan", 2.0**60, NONE, "it is larger than a figure can be"),
        ("csv", "Lan", "1" * 30, NONE, "it is larger than a figure can be"),
        ("csv", "Lan", "1,234", NONE, "it can be read as 1234 and as 1.234"),
        ("csv", "So", "1.23457E+17", NONE, "a program made a number of it"),
        ("xlsx", "So", 123456789012345678, NONE, "a program made a number of it"),
        ("json", "So", 1.23e20, NONE, "a program made a number of it"),
        ("parquet", "So", 2.0**60, NONE, "a program made a number of it"),
    ],
)
def test_a_cell_that_could_become_another_is_refused(
    visit: Ask, form: str, column: str, cell: Any, told: Told, found: str
) -> None:
    assert found in visit(form, column, cell, told)


PERIOD = {"period": PeriodReference(column="Ky", format="%d/%m/%Y")}


@pytest.mark.parametrize(
    ("cell", "form"),
    [
        (date(2026, 1, 31), "parquet"),
        (datetime(2025, 12, 31, 17, tzinfo=UTC), "parquet"),
        (date(2026, 1, 31), "xlsx"),
        ("03/01/2026", "csv"),
    ],
)
def test_a_day_names_its_period_whatever_the_contract_writes(
    door: Ask, registry: Registry, cell: Any, form: str
) -> None:
    table = registry.sources["figures"].table
    assert table
    row = {"Ma": "00001", "Ky": cell, "point": 1, "percent": 1, "person": 1}
    dates = {"date_format": "%m/%d/%Y"}
    found = door(
        "figures", form, WRITTEN[form]([row]), dates, table=table.model_copy(update=PERIOD)
    )
    assert set(found["period_start"]) == {date(2026, 1, 1)}


def test_a_period_of_a_year_of_two_digits_is_none(door: Ask, registry: Registry) -> None:
    table = registry.sources["figures"].table
    assert table
    row = {"Ma": "00001", "Ky": "03/01/26", "point": 1, "percent": 1, "person": 1}
    parts = {"table": table.model_copy(update=PERIOD)}
    assert "it names no month" in door("figures", "csv", csv([row]), NONE, **parts)


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
def test_a_file_of_another_kind_is_named(door: Ask, form: str, first: bytes, named: str) -> None:
    assert named in door("figures", form, first, NONE)


def asked(column: pl.Series, decimal: str) -> Parsed:
    told = Delivery.model_validate({"format": "csv", "frequency": "month", "decimal": decimal})
    return parse(column, "number", told)


@given(st.lists(st.floats() | st.none(), min_size=1))
def test_floats_come_through_as_they_are_or_not_at_all(cells: list[float | None]) -> None:
    parsed = asked(pl.Series(cells, dtype=pl.Float64), ",")
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
        [value] = asked(column, decimal).values
        assert value == (float(cell) if abs(cell) < FIGURE else None)
