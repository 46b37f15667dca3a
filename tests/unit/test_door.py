"""What passes the door, what does not, and what is said about it.

Past 200 lines: a rule of the door a question.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from kinhbac.ingest import json_records
from kinhbac.ingest.numbers import parse_numbers
from kinhbac.ingest.raw import RawFile
from kinhbac.ingest.readers import READERS
from kinhbac.ingest.text import decode_tcvn3, normalise
from kinhbac.spelling import fold_name
from tests.conftest import JANUARY, Province

Edit = Callable[[str, str, str], None]
PERSONAL = "Ma,Ten,Sinh,Tram,SoDinhDanh\n00001,Một,10,9,024099012345\n00002,Hai,30,3,024099054321\n"


@pytest.fixture
def door(province: Province, edit: Edit) -> Province:
    edit("clinic/source.yml", ", personal: [SoDinhDanh]", "")
    return province


def said(province: Province) -> str:
    return "\n".join(str(problem) for problem in province.receive().problems)


def test_personal_columns_do_not_pass_the_door(province: Province) -> None:
    province.land("clinic/2026-01/2026-02-03_a.csv", PERSONAL)
    assert province.receive().accepted == 1
    province.ledger()
    before_the_door = province.data.landing
    written = [
        path
        for path in province.data.root.rglob("*")
        if path.is_file() and before_the_door not in path.parents
    ]
    assert written
    for path in written:
        assert b"0240990" not in path.read_bytes(), path
        if path.suffix == ".parquet" and "raw" in path.parts:
            assert "SoDinhDanh" not in pl.read_parquet(path).columns


def test_personal_data_is_in_no_refusal_either(province: Province) -> None:
    province.land("clinic/2026-01/2026-02-03_a.csv", PERSONAL.replace("10,9", "10,x9"))
    assert province.receive().refused == 1
    assert all(b"0240990" not in p.read_bytes() for p in province.data.raw.rglob("*.json"))


def test_every_failing_cell_is_named(door: Province) -> None:
    door.land(
        "clinic/2026-01/2026-02-03_a.csv",
        "Ma,Ten,Sinh,Tram\n00001,Một,nhiều,9\n99999,Lạ,5,2\n00002,Hai,7,abc\n",
    )
    text = said(door)
    assert "2026-02-03_a.csv:2, Sinh: «text, 5 characters» it is not a number" in text
    assert "2026-02-03_a.csv:3, Ma: «99999» no area has this code" in text
    assert "2026-02-03_a.csv:4, Tram: «text, 3 characters»" in text


def test_bounds_counts_and_repeated_rows_are_named(door: Province) -> None:
    door.land(
        "clinic/2026-01/2026-02-03_a.csv",
        "Ma,Ten,Sinh,Tram\n00001,Một,2000,9\n00001,Một,2.5,-1\n",
    )
    text = said(door)
    assert "at most 1000" in text and "a count has no fraction" in text
    assert "at least 0" in text and "this key stands here again" in text


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("Ma,Ten,Sinh\n00001,Một,1\n", "the column is not there"),
        (
            JANUARY.replace("Tram", "Tram,La").replace("9\n", "9,1\n").replace("3\n", "3,1\n"),
            "the contract does not know this column",
        ),
        ("Ma,Ten,Sinh,Tram\n00001,Một,1\n00002,Hai,1,1,1\n", "missing columns"),
        ("Ma,Ten,Sinh,Tram\n", "there are no rows"),
        ("", "the file is empty"),
        ("Ma,Ten,Sinh,Sinh\n", "«Sinh» the header names this twice"),
        (JANUARY.encode("latin-1", "replace").replace(b"M?t", b"M\xf4t"), "is not utf-8"),
    ],
)
def test_a_file_that_breaks_its_form_is_refused(
    door: Province, content: str | bytes, found: str
) -> None:
    door.land("clinic/2026-01/2026-02-03_a.csv", content)
    assert door.receive().refused == 1
    assert found in said(door)


def test_a_folder_that_is_no_period_is_refused(door: Province) -> None:
    door.land("clinic/thang-1/a.csv", JANUARY)
    assert "is not a period" in said(door)


def test_an_unchanged_extract_is_not_read_again(door: Province) -> None:
    door.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    assert door.receive().accepted == 1
    again = door.receive()
    assert (again.accepted, again.unchanged) == (0, 1)


def test_a_changed_contract_has_the_extract_read_again(door: Province, edit: Edit) -> None:
    door.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    door.receive()
    edit("clinic/source.yml", "max: 1000", "max: 20")
    assert door.receive().refused == 1


def test_a_correction_supersedes_and_a_refusal_does_not(door: Province) -> None:
    door.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    door.land("clinic/2026-01/2026-02-05_b.csv", JANUARY.replace("10,9", "10,8"))
    bad = door.land("clinic/2026-01/2026-02-07_c.csv", JANUARY.replace("10,9", "10,?"))
    door.receive()
    standing = {row["file"]: (row["standing"], row["held"]) for row in door.ledger()}
    assert standing == {
        "clinic/2026-01/2026-02-03_a.csv": ("superseded", True),
        "clinic/2026-01/2026-02-05_b.csv": ("in_force", True),
        "clinic/2026-01/2026-02-07_c.csv": ("refused", True),
    }
    assert bad.exists()


def test_vietnamese_csv_with_titles_and_decimal_comma(door: Province, edit: Edit) -> None:
    edit(
        "clinic/source.yml",
        'missing: ["-"]',
        'title_rows: 2, delimiter: ";", decimal: ",", thousands: ".", missing: ["…"]',
    )
    edit("clinic/source.yml", ", max: 1000", "")
    door.land(
        "clinic/2026-01/2026-02-03_a.csv",
        "\ufeffBIỂU 01\nĐơn vị: người\nMa;Ten;Sinh;Tram\n00001;Một;1.234;1.234,5\n00002;Hai;…;0,5\n",
    )
    assert door.receive().accepted == 1
    frame = pl.read_parquet(next(door.data.raw.rglob("*.parquet")))
    values = {(r["data_element"], r["area"]): r["value"] for r in frame.to_dicts()}
    assert values[("births", "00001")] == 1234
    assert values[("births_at_clinic", "00001")] == 1234.5
    assert values[("births", "00002")] is None


def test_a_workbook_with_a_merged_two_row_header(
    door: Province, edit: Edit, tmp_path: Path
) -> None:
    edit(
        "clinic/source.yml",
        "format: csv",
        'format: xlsx, title_rows: 1, header_rows: 2, total_rows: [Cộng], decimal: ","',
    )
    edit("clinic/source.yml", "column: Sinh", "column: Trẻ / Sinh")
    edit("clinic/source.yml", "column: Tram", "column: Trẻ / Trạm")
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path.as_posix())
    sheet = book.add_worksheet("Bieu")
    sheet.write(0, 0, "BIỂU 02")
    sheet.write_row(1, 0, ["Ma", "Ten"])
    sheet.merge_range(1, 2, 1, 3, "Trẻ")
    sheet.write_row(2, 2, ["Sinh", "Trạm"])
    sheet.write_row(3, 0, ["00001", "Một", 10, 9.5])
    sheet.write_row(4, 0, ["00002", "Hai", 30, 3])
    sheet.write_row(5, 0, ["Cộng", "", 40, 12.5])
    book.close()
    door.land("clinic/2026-01/2026-02-03_a.xlsx", path.read_bytes())
    assert said(door) == ""
    frame = pl.read_parquet(next(door.data.raw.rglob("*.parquet")))
    assert frame.filter(pl.col("data_element") == "births_at_clinic")["value"].sum() == 12.5


def test_json_with_a_byte_order_mark_and_nested_fields(door: Province, edit: Edit) -> None:
    edit("clinic/source.yml", "format: csv", "format: json, records_at: du_lieu")
    edit("clinic/source.yml", "column: Tram", "column: tram.so")
    record = '{"Ma": "00001", "Ten": "Một", "Sinh": 4, "tram": {"so": 3}}'
    door.land("clinic/2026-01/2026-02-03_a.json", "\ufeff" + f'{{"du_lieu": [{record}]}}')
    assert said(door) == ""
    door.land("clinic/2026-02/2026-03-03_a.json", f'{{"du_lieu": [{record}')
    assert "not JSON" in said(door)


def test_thousands_are_never_read_as_decimals() -> None:
    text = pl.Series(["1.234.567,89", "1.234", "12.34", "1,5", "-7", "abc", None])
    assert parse_numbers(text, ",", ".").to_list() == [1234567.89, 1234, None, 1.5, -7, None, None]


def test_text_is_as_it_should_have_been_typed() -> None:
    assert normalise("\u00d0a\u0300  Na\u0306\u0303ng\u00a0") == "\u0110à Nẵng"
    assert decode_tcvn3("Hµ Néi, B¾c Giang, §¾k L¾k") == "Hà Nội, Bắc Giang, Đắk Lắk"


@pytest.mark.usefixtures("read_here")
def test_a_file_that_defeats_the_reader_is_refused_and_stops_nobody(
    door: Province, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit("clinic/source.yml", "format: csv", "format: json")
    read = json_records.read_json

    def defeated(path: Path, *others: Any) -> RawFile:
        if "strange" in path.name:
            raise RecursionError("it goes on and on")
        return read(path, *others)

    monkeypatch.setitem(READERS, "json", defeated)
    record = '{"Ma": "00001", "Ten": "Một", "Sinh": 4, "Tram": 3}'
    door.land("clinic/2026-01/2026-02-03_strange.json", f"[{record}]")
    door.land("clinic/2026-02/2026-03-03_a.json", f"[{record}]")
    reception = door.receive()
    assert (reception.accepted, reception.refused) == (1, 1)
    assert "the door failed on it (RecursionError in test_door.py" in said(door)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Phường Hoà Long", "phường Hòa Long", True),
        ("Xã Đa Mai", "X\u0061\u0303 \u00d0a Mai", True),
        ("Thuỵ Hương", "Thụy  Hương", True),
        ("Xã Lương Tài", "Xã Lượng Tài", False),
        ("Hòa", "Hóa", False),
        ("Đông", "Dong", False),
    ],
)
def test_names_are_one_however_they_are_written(one: str, other: str, same: bool) -> None:
    assert (fold_name(one) == fold_name(other)) is same


def test_cells_out_of_bounds_are_told_beside_cells_that_cannot_be_read(
    province: Province, edit: Callable[[str, str, str], None]
) -> None:
    edit("clinic/source.yml", ", personal: [SoDinhDanh]", "")
    province.land(
        "clinic/2026-01/2026-02-03_a.csv",
        "Ma,Ten,Sinh,Tram\n99999,Lạ,10,9\n00002,Hai,-5,3\n00001,Một,mười,1\n",
    )
    told = {(p.line, p.column, p.value) for p in province.receive().problems}
    assert told == {(2, "Ma", "99999"), (3, "Sinh", "-5"), (4, "Sinh", "text, 4 characters")}
