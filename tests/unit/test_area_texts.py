"""Cells that hold no code of an area: what they mean, and what becomes of their rows.

Past 200 lines: a kind of cell a question.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from kinhbac.ingest.door import examine
from kinhbac.ingest.extracts import find_extracts
from kinhbac.ingest.reading_room import ReadingRoom
from kinhbac.ingest.total_texts import names_subtotal, names_total
from tests.conftest import Province

Edit = Callable[[str, str, str], None]
HEAD = ["Ma", "Ten", "Sinh", "Tram"]
GOOD: list[list[Any]] = [["00001", "Một", 10, 9], ["00002", "Hai", 30, 3]]


def as_csv(rows: list[list[Any]]) -> bytes:
    return "".join(f"{','.join(map(str, row))}\n" for row in [HEAD, *rows]).encode()


def as_xlsx(rows: list[list[Any]]) -> bytes:
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written)
    sheet = book.add_worksheet()
    for place, row in enumerate([HEAD, *rows]):
        sheet.write_row(place, 0, row)
    book.close()
    return written.getvalue()


def as_json(rows: list[list[Any]]) -> bytes:
    return json.dumps([dict(zip(HEAD, row, strict=True)) for row in rows]).encode()


def as_parquet(rows: list[list[Any]]) -> bytes:
    written = io.BytesIO()
    frame = pl.DataFrame(rows, HEAD, orient="row", strict=False)
    frame.write_parquet(written)
    return written.getvalue()


FORMATS = {"csv": as_csv, "xlsx": as_xlsx, "json": as_json, "parquet": as_parquet}


@pytest.fixture(params=FORMATS)
def deliver(
    request: pytest.FixtureRequest, province: Province, edit: Edit
) -> Callable[[list[list[Any]]], str]:
    """Deliver rows in one format, and give what is said of them."""
    edit("clinic/source.yml", "format: csv", f"format: {request.param}")

    def delivered(rows: list[list[Any]]) -> str:
        content = FORMATS[request.param](rows)
        province.land(f"clinic/2026-01/2026-02-03_a.{request.param}", content)
        return "\n".join(map(str, province.receive().problems))

    return delivered


Deliver = Callable[[list[list[Any]]], str]


def with_codes(*codes: object) -> list[list[Any]]:
    return [[code, *row[1:]] for code, row in zip(codes, GOOD, strict=True)]


def figures(province: Province) -> dict[tuple[str, str], float]:
    [path] = province.data.raw.rglob("*.parquet")
    rows = pl.read_parquet(path).to_dicts()
    return {(row["data_element"], row["area"]): row["value"] for row in rows}


SUMS = {
    ("births", "00001"): 10, ("births", "00002"): 30,
    ("births_at_clinic", "00001"): 9, ("births_at_clinic", "00002"): 3,
}  # fmt: skip
CHANGED = [
    (with_codes("1", "2"), "the code has lost its zeros"),
    (with_codes(1, 2), "the code has lost its zeros"),
    (with_codes("00001.0", "2.0"), "the code became a number"),
    (with_codes("00001 - Xã Một", "00002. Hai"), "the code stands among other text"),
    (with_codes("00001_X. Một", "Xã Hai_00002"), "the code stands among other text"),
    (with_codes("Xã Một (00001)", "'00002"), "the code stands among other text"),
]


@pytest.mark.parametrize(("rows", "happened"), CHANGED)
def test_a_changed_code_is_named_once_with_what_is_meant(
    deliver: Deliver, rows: list[list[Any]], happened: str
) -> None:
    said = deliver(rows)
    assert said.count(happened) == 1 and "2 lines, such as" in said
    assert "meant: 00001 (" in said and "00002 (" in said
    assert "no area has this code" not in said


@pytest.mark.parametrize(("rows", "happened"), CHANGED)
def test_it_is_read_and_told_where_the_contract_allows(
    deliver: Deliver, province: Province, edit: Edit, rows: list[list[Any]], happened: str
) -> None:
    edit("clinic/source.yml", "{column: Ma, ", "{column: Ma, codes: {pad: true}, ")
    said = deliver(rows)
    [row] = province.ledger()
    assert (row["standing"], row["held"]) == ("in_force", False)
    assert figures(province) == SUMS
    assert happened in said and "codes: {pad: true}" not in said


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("Xã Một", "the area's name stands where its code is promised; meant: 00001 (Xã Một)"),
        ("X.Một", "the area's name stands where its code is promised; meant: 00001 (Xã Một)"),
        ("P. Một", "no area has this code"),
        ("00001 - Hai", "no area has this code"),
        ("1 2", "no area has this code"),
        ("3", "no area has this code"),
        ("99999999", "no area has this code"),
    ],
)
@pytest.mark.parametrize("pad", ["", "codes: {pad: true}, "])
def test_what_names_no_area_for_certain_is_refused_in_any_case(
    province: Province, edit: Edit, code: str, said: str, pad: str
) -> None:
    edit("clinic/source.yml", "{column: Ma, ", f"{{column: Ma, {pad}")
    province.land("clinic/2026-01/2026-02-03_a.csv", as_csv([[code, *GOOD[0][1:]], GOOD[1]]))
    [problem] = province.receive().problems
    assert problem.found.startswith(said)
    assert "pad" not in problem.remedy, "it would not help"


def test_a_code_that_two_areas_may_have_lost_zeros_of_is_refused(
    province: Province, edit: Edit
) -> None:
    edit("clinic/source.yml", "{column: Ma, ", "{column: Ma, codes: {pad: true}, ")
    edit("areas.csv", "00001,commune,00001,", "0001,peer_province,0001,Tỉnh Không,None,,2025-07-01,\n"
         "00001,commune,00001,")  # fmt: skip
    province.land("clinic/2026-01/2026-02-03_a.csv", as_csv(with_codes("1", "00002")))
    [problem] = province.receive().problems
    assert problem.found.startswith("no area has this code")


LABELS = [
    "Tổng", "Tổng số", "TỔNG CỘNG", "Cộng:", "Tong cong", "Toàn tỉnh", "Tổng số toàn tỉnh",
    "24", "Tỉnh Bắc Ninh", "BẮC NINH", "I. Tổng số", "Toàn tỉnh Bắc Ninh", "Tổng cộng các xã phường",
    "A. Cộng tỉnh", "Toàn ngành",
]  # fmt: skip


def total(label: str, births: object = 40, place: int = 0) -> list[Any]:
    row: list[Any] = ["", "", births, 12]
    row[place] = label
    return row


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("place", [0, 1])
def test_a_total_is_refused_by_that_name(province: Province, label: str, place: int) -> None:
    rows = as_csv([*GOOD, total(label, place=place)])
    province.land("clinic/2026-01/2026-02-03_a.csv", rows)
    [problem] = province.receive().problems
    assert problem.found == "the row is a total of the others"
    assert (problem.line, problem.column) == (4, "Ma")


SUBTOTALS = [
    "Cộng khu vực I", "CỘNG KHU VỰC 2:", "Tổng các phường", "Tổng cộng các xã", "Tổng vùng núi",
    "Cộng huyện Lục Nam", "Tổng số TP Bắc Giang", "Tiểu cộng", "Cộng (I)", "II. Cộng nhóm A",
    "Cong trang 1", "Subtotal ward", "Cộng mang sang", "Tổng I", "cộng cụm số 3",
]  # fmt: skip


@pytest.mark.parametrize("label", SUBTOTALS)
@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("checked", ["", "totals: checked, "])
def test_a_total_of_some_rows_is_refused_by_that_name(
    province: Province, edit: Edit, label: str, place: int, checked: str
) -> None:
    """Beside the total of all it would be counted twice, and compared with the wrong rows."""
    edit("clinic/source.yml", "table: {", f"table: {{{checked}")
    rows = as_csv([*GOOD, total(label, place=place)])
    province.land("clinic/2026-01/2026-02-03_a.csv", rows)
    [problem] = province.receive().problems
    assert problem.found == "the row is a total of some of the others"
    assert (problem.line, problem.column) == (4, "Ma")


def test_a_total_of_some_rows_that_the_contract_names_is_left_out(
    deliver: Deliver, province: Province, edit: Edit
) -> None:
    edit("clinic/source.yml", "missing: [", "total_rows: [Cộng khu vực I], missing: [")
    assert deliver([*GOOD, total("Cộng khu vực I")]) == ""
    assert figures(province) == SUMS


@pytest.mark.parametrize("sign", ["-", "*", "…"])
@pytest.mark.parametrize("checked", ["", "totals: checked, "])
def test_a_sign_in_the_column_of_codes_hides_no_total(
    province: Province, edit: Edit, sign: str, checked: str
) -> None:
    edit("clinic/source.yml", "table: {", f"table: {{{checked}")
    rows = as_csv([*GOOD, [sign, "Tổng cộng", 41, 12]])
    province.land("clinic/2026-01/2026-02-03_a.csv", rows)
    [problem] = province.receive().problems
    assert problem.found.startswith("the total is 41" if checked else "the row is a total")


@pytest.mark.parametrize("place", [0, 1])
def test_a_total_that_is_right_is_checked_and_no_data(
    deliver: Deliver, province: Province, edit: Edit, place: int
) -> None:
    edit("clinic/source.yml", "table: {", "table: {totals: checked, ")
    assert deliver([*GOOD, total("Tổng cộng", place=place)]) == ""
    assert figures(province) == SUMS


@pytest.mark.parametrize("area", [1, 1.0])
def test_codes_that_are_numbers_stay_codes_beside_a_total(
    province: Province, edit: Edit, area: float
) -> None:
    edit("clinic/source.yml", "format: csv", "format: parquet")
    edit("clinic/source.yml", "{column: Ma, ", "{column: Ma, codes: {pad: true}, ")
    edit("clinic/source.yml", "table: {", "table: {totals: checked, ")
    written = io.BytesIO()
    pl.DataFrame(
        {"Ma": [area, 2, None], "Ten": ["", "", "Tổng"], "Sinh": [10, 30, 40], "Tram": [9, 3, 12]},
        strict=False,
    ).write_parquet(written)
    province.land("clinic/2026-01/2026-02-03_a.parquet", written.getvalue())
    [told] = province.receive().problems
    assert "lost its zeros" in str(told) and told.count == 2
    assert figures(province) == SUMS


def test_a_total_that_does_not_add_up_is_told_with_both_figures(
    deliver: Deliver, edit: Edit
) -> None:
    edit("clinic/source.yml", "table: {", "table: {totals: checked, ")
    said = deliver([total("Tổng cộng", 41), *GOOD])
    assert "Sinh: the total is 41, its rows add up to 40" in said
    assert "Tram" not in said


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["00001", "", "0.1", 9], ["00002", "", "0.2", 3], total("Tổng", "0.3")], ""),
        ([["00001", "", "", 9], ["00002", "", 3, 3], total("Tổng", 5)], ""),  # a part is missing
        ([*GOOD, total("Tổng", "")], ""),
        ([*GOOD, total("Tổng", 4000)], "the total is 4000, its rows add up to 40"),
        ([*GOOD, total("Tổng", "nhiều")], "it is not"),
        ([["00001", "", "nhiều", 9], GOOD[1], total("Tổng", 99)], "it is not"),
    ],
)
def test_totals_are_compared_where_there_is_something_to_compare(
    province: Province, edit: Edit, rows: list[list[Any]], said: str
) -> None:
    edit("clinic/source.yml", "table: {", "table: {totals: checked, ")
    edit("clinic/source.yml", "whole: true, ", "")
    province.land("clinic/2026-01/2026-02-03_a.csv", as_csv(rows))
    problems = province.receive().problems
    assert len(problems) == bool(said)
    assert all(said in str(problem) for problem in problems)
    assert province.ledger()[0]["standing"] == ("refused" if said else "in_force")


@pytest.mark.parametrize("births", [40, 41])
def test_a_total_far_behind_its_rows_is_compared_with_all_of_them(
    province: Province, edit: Edit, tmp_path: Path, births: int
) -> None:
    edit("clinic/source.yml", "table: {", "table: {totals: checked, ")
    rows = as_csv([*GOOD, total("Cộng", births, 1)])
    province.land("clinic/2026-01/2026-02-03_a.csv", rows)
    [extract] = find_extracts(province.registry, province.data, "clinic")
    contract, room = province.registry.sources["clinic"], ReadingRoom(tmp_path / "room", 1)
    for _, examined in examine([extract], contract, province.registry, province.as_of, room):
        said = "".join(map(str, examined.problems))
        assert ("the total is 41, its rows add up to 40" in said) == (births == 41)
        assert (examined.typed is None) == (births == 41)


def test_a_source_about_one_area_names_it_in_its_contract(province: Province, edit: Edit) -> None:
    edit("clinic/source.yml", "{column: Ma, ", '{always: "00001", ')
    edit("clinic/source.yml", "ignored: [Ten]", "ignored: [Ma, Ten]")
    province.land("clinic/2026-01/2026-02-03_a.csv", as_csv([total("Tổng cộng")]))
    assert province.receive().problems == ()


@pytest.mark.parametrize(
    "text",
    [
        "Xã Cộng Hòa", "Tổng hợp", "Phường Toàn Thắng", "", "00001", "Cộng Hòa", "Khu vực I",
        "Tổng công ty Khu vực I", "Trong đó: khu vực I",
    ],
)  # fmt: skip
def test_a_name_that_begins_like_a_total_is_none(text: str) -> None:
    assert not names_total(text) and not names_subtotal(text)
