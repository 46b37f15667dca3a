"""Headers, keys and words however they are spelt."""

from __future__ import annotations

import io
import json
import unicodedata
from collections.abc import Callable
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from tests.conftest import Province

Edit = Callable[[str, str, str], None]
CONTRACT = ["Mã xã", "Tên xã", "Trẻ sinh ở Hoà Bình", "Tại trạm", "Số định danh"]
ROWS: list[list[Any]] = [
    ["00001", "Một", "10", "9", "024099012345"],
    ["00002", "Hai", "30", "3", "024099054321"],
]


def as_csv(header: list[str], rows: list[list[Any]]) -> bytes:
    written = io.StringIO()
    pl.DataFrame(rows, [str(n) for n in range(len(header))], orient="row").write_csv(
        written, include_header=False
    )
    quoted = ",".join('"' + name.replace('"', '""') + '"' for name in header)
    return f"{quoted}\n{written.getvalue()}".encode()


def as_xlsx(header: list[str], rows: list[list[Any]]) -> bytes:
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written)
    sheet = book.add_worksheet()
    for place, row in enumerate([header, *rows]):
        sheet.write_row(place, 0, row)
    book.close()
    return written.getvalue()


def as_json(header: list[str], rows: list[list[Any]]) -> bytes:
    records = [
        ", ".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in zip(header, row, strict=True))
        for row in rows
    ]
    return f"[{', '.join(f'{{{record}}}' for record in records)}]".encode()


def as_jsonl(header: list[str], rows: list[list[Any]]) -> bytes:
    return as_json(header, rows)[1:-1].replace(b"}, {", b"}\n{")


def as_parquet(header: list[str], rows: list[list[Any]]) -> bytes:
    written = io.BytesIO()
    pq.write_table(
        pa.Table.from_arrays([pa.array(column) for column in zip(*rows, strict=True)], header),
        written,
    )
    return written.getvalue()


FORMATS = {
    "csv": as_csv, "xlsx": as_xlsx, "json": as_json, "jsonl": as_jsonl, "parquet": as_parquet,
}  # fmt: skip
Deliver = Callable[..., str]


@pytest.fixture(params=FORMATS)
def deliver(request: pytest.FixtureRequest, province: Province, edit: Edit) -> Deliver:
    """Deliver rows under a header in one format, and give what is said of them."""
    for old, new in (
        ("format: csv", f"format: {request.param}"),
        ("column: Ma,", f"column: {CONTRACT[0]},"),
        ("ignored: [Ten]", f"ignored: [{CONTRACT[1]}]"),
        ("column: Sinh", f"column: {CONTRACT[2]}"),
        ("column: Tram", f"column: {CONTRACT[3]}"),
        ("personal: [SoDinhDanh]", f"personal: [{CONTRACT[4]}]"),
    ):
        edit("clinic/source.yml", old, new)

    def delivered(header: list[str], rows: list[list[Any]]) -> str:
        content = FORMATS[request.param](header, rows)
        province.land(f"clinic/2026-01/2026-02-03_a.{request.param}", content)
        return "\n".join(map(str, province.receive().problems))

    return delivered


def decomposed(name: str) -> str:
    return unicodedata.normalize("NFD", name)


SPELLINGS: list[Callable[[str], str]] = [
    str.upper,
    decomposed,
    lambda name: name.replace("Hoà", "Hòa"),
    lambda name: name.replace(" ", "\n"),
    lambda name: f" {name.replace(' ', '  ')} ",
    lambda name: name.replace(" ", "\u00a0"),
    lambda name: name.replace(" ", " \u200b"),
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_header_in_another_spelling_is_the_same_header(
    deliver: Deliver, province: Province, spelling: Callable[[str], str]
) -> None:
    assert deliver([spelling(name) for name in CONTRACT], ROWS) == ""
    [path] = province.data.raw.rglob("*.parquet")
    frame = pl.read_parquet(path)
    assert frame.filter(data_element="births")["value"].to_list() == [10, 30]
    assert frame.filter(data_element="births_at_clinic")["value"].to_list() == [9, 3]
    assert b"0240990" not in path.read_bytes()  # the personal column, whatever its spelling


@pytest.mark.parametrize("spelling", [str.upper, decomposed, str])
def test_two_columns_that_are_one_are_told_with_both_spellings(
    deliver: Deliver, spelling: Callable[[str], str]
) -> None:
    other = spelling(CONTRACT[2])
    said = deliver([*CONTRACT, other], [[*row, "8"] for row in ROWS])
    assert "twice" in said and CONTRACT[2] in said
    assert len(said.splitlines()) == 1
    if spelling is str.upper:
        assert f"«{CONTRACT[2]}», «{other}»" in said


@pytest.mark.parametrize("count", [2, 3_000])
def test_records_may_spell_a_key_each_in_its_own_way(
    province: Province, edit: Edit, count: int
) -> None:
    edit("clinic/source.yml", "format: csv", "format: jsonl")
    edit("clinic/source.yml", "delivery: {", "delivery: {set_aside: 0.49, ")
    edit("areas.csv", "00001,commune", "".join(
        f"{n:05},commune,{n:05},Xã số {n},Commune {n},24,2025-07-01,\n" for n in range(3, count + 1)
    ) + "00001,commune")  # fmt: skip
    records = [
        {"Ma": f"{n:05}", ("Sinh", "SINH")[n % 2]: n % 7, "Tram": 1} for n in range(1, count + 1)
    ]
    content = "\n".join(map(json.dumps, records))
    province.land("clinic/2026-01/2026-02-03_a.jsonl", content)
    assert province.receive().problems == ()
    [path] = province.data.raw.rglob("*.parquet")
    births = pl.read_parquet(path).filter(data_element="births")
    assert births["value"].to_list() == [n % 7 for n in range(1, count + 1)]


def test_words_of_the_registry_are_recognised_in_any_spelling(
    province: Province, edit: Edit
) -> None:
    edit("clinic/source.yml", "table: {",
         "table: {vintage: {column: Loại, values: {Ước tính: estimate, Chính thức: final}}, ")  # fmt: skip
    rows = "Ma,Ten,Sinh,Tram,LOẠI\n00001,Một,1,1,ƯỚC TÍNH\n00002,Hai,1,1," + decomposed(
        "chính thức"
    )
    province.land("clinic/2026-01/2026-02-03_a.csv", rows)
    assert province.receive().problems == ()
    [path] = province.data.raw.rglob("*.parquet")
    assert set(pl.read_parquet(path).select("area", "vintage").rows()) == {
        ("00001", "estimate"), ("00002", "final"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ignored: [Ten]", "ignored: [SINH]"),
        ("table: {", "table: {vintage: {column: L, values: {Ước: estimate, ƯỚC: final}}, "),
    ],
)
def test_a_contract_does_not_name_one_thing_in_two_spellings(
    province: Province, edit: Edit, old: str, new: str
) -> None:
    edit("clinic/source.yml", old, new)
    with pytest.raises(Exception, match=r"reads the column|two spellings of one text"):
        _ = province.registry


@pytest.mark.parametrize("header", ["Sinh", "SINH"])
def test_what_is_wrong_with_a_cell_is_told_under_the_contracts_name(
    province: Province, edit: Edit, header: str
) -> None:
    edit("clinic/source.yml", "format: csv", "format: xlsx")
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Ma", "Ten", header, "Tram"])
    sheet.write_row(1, 0, ["00001", "Một", 10, 9])
    sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
    sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")  # nobody reads this column
    book.close()
    province.land("clinic/2026-01/2026-02-03_a.xlsx", written.getvalue())
    [problem] = province.receive().problems
    assert (problem.column, problem.line) == ("Sinh", 2)
