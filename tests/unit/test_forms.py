"""A form, filled in as a person would, is an extract like any other.

Past 200 lines: a question a shape of contract.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

import polars as pl
import pytest
import python_calamine
from click.testing import CliRunner
from xlsxwriter.utility import xl_cell_to_rowcol, xl_rowcol_to_cell

from kinhbac.cli import main
from kinhbac.data_folder import SOURCES, DataFolder, hash_file
from kinhbac.forms.layout import Form, NoForm, lay_out
from kinhbac.forms.workbook import write_form
from kinhbac.ingest.ledger import Entry, entry_path
from kinhbac.ingest.reception import receive
from kinhbac.registry import Registry, load_registry
from kinhbac.registry.declared.contract import Source
from tests.conftest import JANUARY, Province

Cell = float | str | datetime
Edit = Callable[[str, str, str], None]
TODAY = date(2026, 11, 20)
SHIPPED = load_registry(SOURCES)
FIXED_ROWS = sorted(k for k, s in SHIPPED.sources.items() if s.table and not s.comparisons)
SHEET, STYLES = "xl/worksheets/sheet1.xml", "xl/styles.xml"


def part(content: bytes, name: str) -> str:
    return zipfile.ZipFile(io.BytesIO(content)).read(name).decode()


def open_cells(content: bytes) -> list[str]:
    """The cells of the first sheet that protection leaves open, by place."""
    formats = re.search(r"<cellXfs.*?</cellXfs>", part(content, STYLES), re.DOTALL)
    assert formats
    styles = re.findall(r"<xf [^>]*?/>|<xf .*?</xf>", formats[0])
    unlocked = {str(n) for n, style in enumerate(styles) if 'locked="0"' in style}
    cells = re.findall(r'<c r="([A-Z]+\d+)" s="(\d+)"', part(content, SHEET))
    return [place for place, style in cells if style in unlocked]


def typed(content: bytes, values: dict[str, Cell]) -> bytes:
    """The workbook as a spreadsheet program leaves it when ``values`` have been typed in."""

    def cell(match: re.Match[str]) -> str:
        place, style = match[1], match[2]
        value = values.get(place)
        if value is None:
            return match[0]
        if isinstance(value, str):
            text = f'<is><t xml:space="preserve">{escape(value)}</t></is>'
            return f'<c r="{place}" s="{style}" t="inlineStr">{text}</c>'
        if isinstance(value, datetime):
            value = (value - datetime(1899, 12, 30)) / timedelta(days=1)
        return f'<c r="{place}" s="{style}"><v>{value!r}</v></c>'

    made = io.BytesIO()
    before = zipfile.ZipFile(io.BytesIO(content))
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            text = before.read(name)
            if name == SHEET:
                text = re.sub(r'<c r="([A-Z]+\d+)" s="(\d+)"/>', cell, text.decode()).encode()
            after.writestr(name, text)
    return made.getvalue()


def cells(content: bytes, sheet: int = 0) -> list[list[object]]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_index(sheet).to_python(skip_empty_area=False)


def deliver(registry: Registry, data: DataFolder, form: Form, content: bytes) -> Entry:
    """What the door says of the form, landed under its own name."""
    source, period = form.source.source, form.period.label
    path = data.landing / source / period / f"{TODAY}_{form.file_name}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    entries = receive(registry, data, source, TODAY).entries
    return next(entry for entry in entries if entry.sha256 == hash_file(path))


def frame_of(data: DataFolder, entry: Entry) -> pl.DataFrame:
    path = entry_path(data, entry.source, entry.period, entry.sha256)
    return pl.read_parquet(path.with_suffix(".parquet"))


def made(
    registry: Registry, folder: Path, source: str, period: str | None = None, rows: int = 500
) -> tuple[Form, bytes]:
    path = write_form(registry, source, period, TODAY, folder / "form.xlsx", rows)
    content = path.read_bytes()
    path.unlink()
    return lay_out(registry, source, period, TODAY, rows), content


def first_row(source: Source) -> int:
    return source.delivery.title_rows + source.delivery.header_rows


def figure(source: Source, key: str, number: int) -> float:
    """A figure within the bounds of the contract, another one in every row."""
    measured = source.delivered[key]
    value = (measured.min or 0) + number % 997 * (1 if SHIPPED.is_whole(key, measured) else 0.25)
    return value if measured.max is None else min(value, measured.max)


@pytest.mark.parametrize("source", FIXED_ROWS)
def test_the_form_of_every_source_is_accepted_with_the_figures_typed_in(
    source: str, tmp_path: Path
) -> None:
    form, content = made(SHIPPED, tmp_path, source)
    contract, first = form.source, first_row(form.source)
    keys = {measured.column: key for key, measured in contract.delivered.items()}
    values: dict[str, Cell] = {}
    expected = {}
    for number, place in enumerate(open_cells(content)):
        row, column = xl_cell_to_rowcol(place)
        key, area = keys[form.columns[column].header], form.rows[row - first].area
        values[place] = figure(contract, key, number)
        expected[key, area.area if area else contract.area.always] = values[place]
    data = DataFolder(tmp_path / "data")
    entry = deliver(SHIPPED, data, form, typed(content, values))
    assert entry.problems == () and entry.accepted
    rows = frame_of(data, entry).to_dicts()
    assert {(row["data_element"], row["area"]): row["value"] for row in rows} == expected
    assert len(expected) == len(form.rows) * len(contract.delivered)


def typed_records(form: Form, content: bytes, moment: datetime) -> bytes:
    """Three records, the same but for their keys."""
    records = form.source.records
    assert records
    answers: dict[str, Callable[[int], Cell]] = {
        "text": lambda row: f"H{row}",
        "integer": lambda row: 1,
        "number": lambda row: 1000.5,
        "boolean": lambda row: ("có", "không")[row % 2],
        "timestamp": lambda row: moment,
    }
    values: dict[str, Cell] = {}
    for place in open_cells(content):
        row, column = xl_cell_to_rowcol(place)
        declared = records.columns.get(form.columns[column].header)
        if row < 4:
            values[place] = answers[declared.type](row) if declared else next(iter(form.areas))
    return typed(content, values)


RECORDS = next(key for key, s in SHIPPED.sources.items() if s.records and s.synthetic)


def test_records_typed_into_a_form_are_accepted(tmp_path: Path) -> None:
    form, content = made(SHIPPED, tmp_path, RECORDS, rows=40)
    moment = datetime(2026, 10, 5, 8, 30, 1)
    data = DataFolder(tmp_path / "data")
    entry = deliver(SHIPPED, data, form, typed_records(form, content, moment))
    assert (entry.problems, entry.rows) == ((), 3)
    frame = frame_of(data, entry)
    assert set(frame["area"]) == {next(iter(form.areas.values())).area}
    times, truths = (frame.select(pl.col(kind)) for kind in (pl.Datetime("us"), pl.Boolean))
    assert times.width and truths.width
    assert all(column.to_list() == [moment] * 3 for column in times)
    assert all(column.to_list() == [False, True, False] for column in truths)


def test_a_day_alone_is_no_time_of_a_record(tmp_path: Path) -> None:
    form, content = made(SHIPPED, tmp_path, RECORDS, rows=40)
    filled = typed_records(form, content, datetime(2026, 10, 5))
    entry = deliver(SHIPPED, DataFolder(tmp_path / "data"), form, filled)
    times = [c.header for c in form.columns if c.rule.kind == "timestamp"]
    assert times and {p.column for p in entry.problems} == set(times)
    rules = re.findall(r'type="custom".*?</dataValidation>', part(content, SHEET))
    assert sum("&gt;INT(" in rule for rule in rules) == len(times)


def test_statements_typed_into_a_form_are_compared(tmp_path: Path) -> None:
    source = next(key for key, s in SHIPPED.sources.items() if s.comparisons)
    form, content = made(SHIPPED, tmp_path, source, "2025")
    headers = [column.header for column in form.columns]
    contract, table = form.source, form.source.table
    assert table and table.period and table.vintage and table.statement
    key = next(k for k, c in contract.comparisons.items() if not c.frequency)
    told: dict[str, Cell] = {
        table.period.column: "2025",
        table.vintage.column: next(iter(table.vintage.values)),
        table.statement: "=HYPERLINK(1)",
        contract.comparisons[key].column or "": 12,
    }
    values = {xl_rowcol_to_cell(1, headers.index(name)): cell for name, cell in told.items()}
    data = DataFolder(tmp_path / "data")
    rows = frame_of(data, deliver(SHIPPED, data, form, typed(content, values))).to_dicts()
    assert [(r["data_element"], r["value"], r["statement"]) for r in rows] == [
        (key, 12, "=HYPERLINK(1)")
    ]


def test_a_form_holds_no_personal_column(province: Province, tmp_path: Path) -> None:
    _, content = made(province.registry, tmp_path, "clinic", "2026-01")
    assert cells(content)[0] == ["Ma", "Sinh", "Tram"]
    for name in zipfile.ZipFile(io.BytesIO(content)).namelist():
        assert "SoDinhDanh" not in part(content, name), name


def test_names_stand_beside_codes_where_the_contract_has_a_column_for_them(
    province: Province, edit: Edit, tmp_path: Path
) -> None:
    edit("clinic/source.yml", "column: Ma,", "column: Ma, name: Ten,")
    edit("clinic/source.yml", ", ignored: [Ten]", "")
    form, content = made(province.registry, tmp_path, "clinic", "2026-01")
    assert [row[:2] for row in cells(content)] == [
        ["Ma", "Ten"], ["00001", "Xã Một"], ["00002", "Xã Hai"],
    ]  # fmt: skip
    values: dict[str, Cell] = {"C2": 10, "D2": 9, "C3": "-", "D3": 0.5}
    entry = deliver(province.registry, province.data, form, typed(content, values))
    assert entry.problems == ()
    frame = frame_of(province.data, entry).filter(pl.col("data_element") == "births")
    assert dict(zip(frame["area"], frame["value"], strict=True)) == {"00001": 10, "00002": None}
    province.land("clinic/2026-02/2026-03-03_a.csv", JANUARY)
    assert province.receive().accepted == 1


def test_nobodys_name_becomes_a_formula(province: Province, edit: Edit, tmp_path: Path) -> None:
    edit("clinic/source.yml", "column: Ma,", "column: Ma, name: '{=Ten}',")
    edit("clinic/source.yml", 'missing: ["-"]', 'missing: ["-", "@SUM(A1)"], title_rows: 1')
    edit("clinic/source.yml", "vi: Trạm y tế", "vi: '=1+1'")
    edit("areas.csv", "Xã Một", "=cmd|' /C calc'!A0")
    edit("areas.csv", "Xã Hai", "+HYPERLINK(1)")
    _, content = made(province.registry, tmp_path, "clinic", "2026-01")
    shown = [cell for sheet in range(3) for row in cells(content, sheet) for cell in row]
    for text in ("=1+1", "{=Ten}", "=cmd|' /C calc'!A0", "+HYPERLINK(1)", "@SUM(A1)"):
        assert text in shown, text
    for sheet in (1, 2, 3):
        assert "<f>" not in part(content, f"xl/worksheets/sheet{sheet}.xml")


def test_cells_are_validated_as_the_contract_bounds_them(
    province: Province, edit: Edit, tmp_path: Path
) -> None:
    edit("clinic/source.yml", 'missing: ["-"]', "missing: []")
    _, content = made(province.registry, tmp_path, "clinic", "2026-01")
    rules = re.findall(r"<dataValidation .*?</dataValidation>", part(content, SHEET))
    births, at_clinic = (rule for rule in rules if "formula1" in rule)
    assert 'type="whole"' in births and 'sqref="B2:B3"' in births
    assert "<formula1>0</formula1><formula2>1000</formula2>" in births
    assert "số nguyên, từ 0 đến 1.000, để trống nếu chưa có số liệu" in births
    assert 'type="decimal"' in at_clinic and 'operator="greaterThanOrEqual"' in at_clinic
    assert "không nhỏ hơn 0" in at_clinic
    assert "<sheetProtection" in part(content, SHEET)
    assert open_cells(content) == ["B2", "C2", "B3", "C3"]


def test_marks_of_absence_are_let_in_and_keep_their_meaning(
    province: Province, edit: Edit, tmp_path: Path
) -> None:
    edit("clinic/source.yml", 'missing: ["-"]', 'missing: ["-", "-1.0"], not_applicable: ["x"]')
    form, content = made(province.registry, tmp_path, "clinic", "2026-01")
    rule = re.search(r'<dataValidation type="custom".*?</dataValidation>', part(content, SHEET))
    assert rule and "SUMPRODUCT(--EXACT(B2,danh_muc_1))" in rule[0]
    assert "danh_muc_1\">'Danh mục'!$A$2:$A$3" in part(content, "xl/workbook.xml")
    assert [row[0] for row in cells(content, 2)] == ["Giá trị", "-", "x"]
    values: dict[str, Cell] = {"B2": "x", "C2": "-", "B3": 0, "C3": 0}
    entry = deliver(province.registry, province.data, form, typed(content, values))
    rows = frame_of(province.data, entry).filter(pl.col("area") == "00001").to_dicts()
    assert {row["data_element"]: (row["value"], row["absence"]) for row in rows} == {
        "births": (None, "not_applicable"),
        "births_at_clinic": (None, None),
    }


def test_a_required_figure_may_only_say_why_there_is_none(
    province: Province, edit: Edit, tmp_path: Path
) -> None:
    edit("clinic/source.yml", 'missing: ["-"]', 'missing: ["-"], suppressed: ["s"]')
    edit("clinic/source.yml", "column: Sinh,", "column: Sinh, required: true,")
    form, content = made(province.registry, tmp_path, "clinic", "2026-01")
    words = [cell for row in cells(content, 2) for cell in row]
    assert (words.count("-"), words.count("s")) == (1, 2)  # births may be told as «s» alone
    values: dict[str, Cell] = {"B2": "s", "B3": "-", "C2": "-"}
    entry = deliver(province.registry, province.data, form, typed(content, values))
    assert [(p.line, p.column) for p in entry.problems] == [(3, "Sinh")]


def test_a_wrong_cell_is_refused_and_named(province: Province, tmp_path: Path) -> None:
    form, content = made(province.registry, tmp_path, "clinic", "2026-01")
    values: dict[str, Cell] = {"B2": 2000, "C2": 1, "B3": 2.5, "C3": "nhiều"}
    entry = deliver(province.registry, province.data, form, typed(content, values))
    assert not entry.accepted
    assert {(p.sheet, p.line, p.column, p.value) for p in entry.problems} == {
        ("Số liệu", 2, "Sinh", "2000"),
        ("Số liệu", 3, "Sinh", "2.5"),
        ("Số liệu", 3, "Tram", "text, 5 characters"),
    }


@pytest.mark.parametrize(
    "delivery",
    [
        "format: json, records_at: du_lieu",
        "format: parquet",
        "format: csv, encoding: utf-16, delimiter: ';', decimal: ',', thousands: '.'",
        "format: csv, encoding: tcvn3",
        "format: xls, encoding: tcvn3, sheet: Bieu, title_rows: 3",
    ],
)
def test_a_form_stands_in_for_any_format(
    province: Province, edit: Edit, tmp_path: Path, delivery: str
) -> None:
    edit("clinic/source.yml", "format: csv", delivery)
    edit("clinic/source.yml", "column: Sinh", "column: Số trẻ mới đẻ")
    form, content = made(province.registry, tmp_path, "clinic", "2026-01")
    row = first_row(form.source)
    values: dict[str, Cell] = {
        xl_rowcol_to_cell(row + place, column): 750.0 + place + column / 4 * (column - 1)
        for place in range(2)
        for column in (1, 2)
    }
    entry = deliver(province.registry, province.data, form, typed(content, values))
    assert entry.problems == ()
    assert sorted(frame_of(province.data, entry)["value"]) == [750, 750.5, 751, 751.5]


def test_a_workbook_is_read_whole_also_where_json_may_leave_fields_out(
    province: Province, edit: Edit, tmp_path: Path
) -> None:
    form, content = made(province.registry, tmp_path, "clinic", "2026-01")
    edit("clinic/source.yml", "format: csv", "format: json")
    edit("clinic/source.yml", "column: Tram", "column: Khac")
    entry = deliver(province.registry, province.data, form, typed(content, {"B2": 1, "B3": 2}))
    [problem] = entry.problems
    assert (problem.column, problem.value) == ("Khac", "column 3 (text, 4 characters)")
    assert problem.found.startswith("the column is not there")


def test_rows_of_several_kinds_of_period_open_the_cells_of_their_own(
    province: Province, edit: Edit, tmp_path: Path
) -> None:
    province.write("clinic/indicators.yml", "{}\n")
    edit("clinic/source.yml", "frequency: month, expected_from: 2025-01", "frequency: quarter")
    edit("clinic/source.yml", "table: {", "table: {period: {column: Kỳ}, ")
    edit("clinic/source.yml", "column: Sinh,", "column: Sinh, frequency: month,")
    form, content = made(province.registry, tmp_path, "clinic", "2026-Q1")
    labels = [row[1] for row in cells(content)[1:]]
    assert labels == [
        p for p in ("2026-01", "2026-02", "2026-03", "2026-Q1") for _ in range(2)
    ]  # fmt: skip
    assert open_cells(content) == [f"C{row}" for row in range(2, 8)] + ["D8", "D9"]
    filled = typed(content, dict.fromkeys(open_cells(content), 3.0))
    entry = deliver(province.registry, province.data, form, filled)
    assert (entry.problems, frame_of(province.data, entry).height) == ((), 8)


def test_areas_are_those_that_the_contract_may_speak_of_in_the_period(
    province: Province, edit: Edit
) -> None:
    edit("areas.csv", "00002,commune,00002,Xã Hai,Two,24,2025-07-01,", CLOSED)
    edit("areas.csv", "former-24,", "00003,commune,00003,Xã Ba,Three,24,2025-07-01,\nformer-24,")
    assert [*lay_out(province.registry, "clinic", "2025-12", TODAY).areas] == [
        "00001", "00002", "00003",
    ]  # fmt: skip
    assert [*lay_out(province.registry, "clinic", "2026-01", TODAY).areas] == ["00001", "00003"]
    edit("clinic/source.yml", "table: {", 'mandate: {areas: ["00003"]}\ntable: {')
    assert [*lay_out(province.registry, "clinic", "2026-01", TODAY).areas] == ["00003"]


CLOSED = "00002,commune,00002,Xã Hai,Two,24,2025-07-01,2025-12-31"


def test_the_same_contract_and_period_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = (made(SHIPPED, tmp_path, FIXED_ROWS[0], "2025")[1] for _ in range(2))
    assert one == other


@pytest.mark.parametrize(
    ("delivery", "mandate", "today", "period"),
    [
        ("frequency: month", "", "2026-11-01", "2026-10"),
        ("frequency: month", "", "2026-10-31", "2026-09"),
        ("frequency: year, due_after: start", "", "2026-03-01", "2026"),
        ("frequency: quarter", "mandate: {to: 2026-Q1}", "2026-11-20", "2026-Q1"),
    ],
)
def test_a_form_is_for_the_last_period_that_may_be_delivered(
    province: Province, edit: Edit, delivery: str, mandate: str, today: str, period: str
) -> None:
    province.write("clinic/indicators.yml", "{}\n")
    edit("clinic/source.yml", "frequency: month, expected_from: 2025-01", delivery)
    edit("clinic/source.yml", "table: {", f"{mandate}\ntable: {{")
    form = lay_out(province.registry, "clinic", None, date.fromisoformat(today))
    assert form.period.label == period


@pytest.mark.parametrize(
    ("source", "period", "said"),
    [
        ("hospital", None, "There is no source «hospital»; there are clinic."),
        ("clinic", "2026-13", "covers a month, such as 2026-10"),
        ("clinic", "2026-Q1", "«2026-Q1» is a quarter; an extract of «clinic» covers a month"),
        ("clinic", "2024-12", "outside the mandate of «clinic» (from 2025-01 to the last)"),
    ],
)
def test_what_cannot_be_is_said_plainly(
    province: Province, edit: Edit, source: str, period: str | None, said: str
) -> None:
    edit("clinic/source.yml", "table: {", "mandate: {from: 2025-01}\ntable: {")
    with pytest.raises(NoForm) as told:
        lay_out(province.registry, source, period, TODAY)
    assert said in str(told.value)


def test_a_sheet_that_no_workbook_can_have_is_said_plainly(
    province: Province, edit: Edit, tmp_path: Path
) -> None:
    edit("clinic/source.yml", "format: csv", f"format: xlsx, sheet: {'x' * 40}")
    with pytest.raises(NoForm, match="must be <= 31 chars"):
        write_form(province.registry, "clinic", None, TODAY, tmp_path / "form.xlsx")
    assert not [*tmp_path.glob("*form*")]


def test_the_command_writes_once_and_never_over_a_form_that_may_be_filled_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run, source = CliRunner().invoke, FIXED_ROWS[0]
    assert run(main, ["template", source, "--period", "2025"]).exit_code == 0
    path = tmp_path / f"{source}-2025.xlsx"
    path.write_bytes(b"filled in")
    again = run(main, ["template", source, "--period", "2025"])
    assert again.exit_code == 1 and "may be filled in" in again.output
    unknown = run(main, ["template", "nobody", "other.xlsx"])
    assert unknown.exit_code == 1 and source in unknown.output
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == b"filled in"


def test_guidance_tells_owner_period_deadline_and_where_to(tmp_path: Path) -> None:
    source = next(k for k, s in SHIPPED.sources.items() if s.delivery.due_in == "working_days")
    form, content = made(SHIPPED, tmp_path, source, "2026-Q3")
    text = "\n".join(str(row[0]) for row in cells(content, 1))
    assert "Kỳ báo cáo: Quý III/2026 (2026-Q3)" in text
    # 15 working days after 30 September 2026: three weeks, no holiday.
    assert "Hạn nộp: ngày 21/10/2026" in text and "Due on 21/10/2026" in text
    assert f"{form.agency_name.vi} ({form.agency})" in text
    assert f"2026-10-21_{source}-2026-Q3.xlsx" in text and f"{source}/2026-Q3/" in text
    told = {row[0]: row[1:] for row in cells(content, 1)}
    for column in form.columns:
        assert told[column.header][0] == column.meaning.vi


def test_a_form_of_another_period_is_not_taken_for_this_one(tmp_path: Path) -> None:
    form, content = made(SHIPPED, tmp_path, "health", "2026-09")
    data = DataFolder(tmp_path / "data")
    landed = data.landing / "health" / "2026-10" / f"{TODAY}_{form.file_name}"
    landed.parent.mkdir(parents=True)
    landed.write_bytes(content)
    entry = next(
        e for e in receive(SHIPPED, data, "health", TODAY).entries if e.sha256 == hash_file(landed)
    )
    assert not entry.accepted
    assert "«2026-09» the form was made for this period, and lies in the folder 2026-10" in str(
        entry.problems[0]
    )
