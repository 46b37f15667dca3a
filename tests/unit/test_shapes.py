"""What of a delivery is told outside the landing zone, and what by its shape alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinhbac.data_folder import DataFolder
from kinhbac.ingest.disclosure import Disclosure
from kinhbac.ingest.landed_names import LandedNames
from kinhbac.ingest.shapes import shape_of, tell_text
from kinhbac.problems import Problem
from kinhbac.words.language import Language
from tests.conftest import Province, make_tiny
from tests.unit.test_batches import COUNTED, VISITS


@pytest.mark.parametrize(
    "text",
    [
        "1.234,5", "12%", "9*", "-3", "(12)", "12 345 678", "1e+06", "95.8 %", "≥ 5", "-", "…",
        "01/07/2025", "2025-07-01", "2026-01-05 08:30:00", "2026-Q3", "quý 3/2026", "Tháng 9",
        "không rõ", "Không có", "n/a", "#DIV/0!", "true", "x", "H05.12", "07210", "A1",
    ],
)  # fmt: skip
def test_what_names_nobody_is_told(text: str) -> None:
    assert tell_text(text) == text


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("Nguyễn Văn An", "text, 13 characters"),
        ("An", "text, 2 characters"),
        ("001099012345", "12 digits"),
        ("001 099 012 345", "12 digits"),
        ("123456789", "9 digits"),
        ("0912.345.678", "10 digits"),
        ("１２３４５６７８９", "9 digits"),
        ("C1234567", "letters and digits, 8 characters"),
        ("99A-123.45", "letters and digits, 10 characters"),
        ("an@example.vn", "an e-mail address, 13 characters"),
        ('="Nguyễn Văn An"', "a formula, 16 characters"),
        ("khong ro Nguyen Van An", "text, 22 characters"),
        ("x\x1b[31m", "letters and digits, 6 characters"),
        ("Ŋ\u200dg", "text, 3 characters"),
        ("." * 200, "signs, 200 characters"),
    ],
)
def test_everything_else_is_told_by_its_shape(text: str, shape: str) -> None:
    assert tell_text(text) == shape_of(text) == shape


@given(st.text(min_size=1, max_size=60))
def test_nothing_with_three_letters_or_nine_digits_is_told_unless_it_is_on_a_list(
    text: str,
) -> None:
    told = tell_text(text)
    letters = sum(c.isalpha() for c in text)
    if told == text and (letters > 2 or sum(c.isnumeric() for c in text) > 8):
        assert tell_text(text.swapcase()) == text.swapcase()  # a word of the list, in any case


def test_a_page_tells_shapes_in_its_own_language() -> None:
    told = Language("vi").told
    assert told("text, 38 characters") == "chữ, 38 ký tự"
    assert told("column 7 (12 digits)") == "cột thứ 7 (12 chữ số)"
    assert told("1.234,5") == "1.234,5" and Language("en").told("9 digits") == "9 digits"


@pytest.fixture
def disclosure(tmp_path: Path) -> Disclosure:
    made = make_tiny(tmp_path)
    made.write("visits/source.yml", VISITS)
    made.write("visits/observations.sql", COUNTED)
    registry = made.registry
    return Disclosure(registry.sources["visits"], registry)


def problem(**parts: Any) -> Problem:
    return Problem("it is wrong", "a rule", "a remedy", **parts)


def test_headers_of_the_registry_are_told_and_others_have_their_number(
    disclosure: Disclosure,
) -> None:
    header = ["So", "births", "Số sinh", "Ghi chú", "SỐ ĐIỆN THOẠI", "Nguyễn Thị Mai", "2026"]
    told = disclosure.tell([problem(column=name, check="columns") for name in header], header)
    assert [one.column for one in told] == [*header[:5], "column 6 (text, 14 characters)", "2026"]


def test_a_key_is_told_cell_by_cell_and_a_library_not_at_all(disclosure: Disclosure) -> None:
    [told] = disclosure.tell(
        [problem(values=("12, Nguyễn Thị Mai, 00001",), check="key", library="«Mai» is no number")]
    )
    assert told.values == ("12; text, 14 characters; 00001",) and told.library is None


@pytest.mark.parametrize(
    ("name", "told"),
    [("Sheet1", True), ("Trang tính 2", True), ("Biểu 01", True), ("Mai 2026", False)],
)
def test_sheets_are_told_where_programs_name_them_so(
    disclosure: Disclosure, name: str, told: bool
) -> None:
    [found] = disclosure.tell([problem(sheet=name)])
    assert (found.sheet == name) is told


@pytest.fixture
def names(tmp_path: Path) -> LandedNames:
    return LandedNames(DataFolder(tmp_path), "one_stop")


@pytest.mark.parametrize(
    "name",
    [
        "2026-11-05_bieu-01.xlsx", "2026-02-03_a.csv", "2026-10-12_one_stop.csv", "bieu (1).csv",
        "2026-02-03_Báo cáo tháng 9 lần 2.xlsx", "one_stop-2026-Q3.xlsx", "2026-01-05_so-lieu.json",
        "2026-02-03_Biểu mẫu 2026-10 (bổ sung).parquet",
    ],
)  # fmt: skip
def test_names_that_deliveries_have_are_told(names: LandedNames, name: str) -> None:
    assert names.tell(name) == name


@pytest.mark.parametrize(
    ("name", "begins", "ends"),
    [
        ("2026-02-03_Nguyễn Văn An.csv", "2026-02-03_name-of-13-characters-", ".csv"),
        ("2026-02-03_001099012345.csv", "2026-02-03_name-of-12-characters-", ".csv"),
        ("Nam.csv", "name-of-3-characters-", ".csv"),
        ("bieu 0912.345.678.xlsx", "name-of-17-characters-", ".xlsx"),
        ("2026-02-03_a.Nguyen", "2026-02-03_name-of-8-characters-", ""),
        ("a b c d.csv", "name-of-7-characters-", ".csv"),
    ],
)
def test_names_that_could_be_a_persons_give_way(
    names: LandedNames, name: str, begins: str, ends: str
) -> None:
    told = names.tell(name)
    assert told.startswith(begins) and told.endswith(ends) and len(told) < 80
    assert names.tell(told) == told == names.tell(name)
    assert names.tell(name.replace("a", "e", 1).replace("0", "1", 1)) != told or "a" not in name


def test_nobody_outside_can_try_names(names: LandedNames, tmp_path: Path) -> None:
    other = LandedNames(DataFolder(tmp_path / "elsewhere"), "one_stop")
    assert other.tell("Nguyễn Văn An.csv") != names.tell("Nguyễn Văn An.csv")


def test_a_file_that_is_overwritten_is_known_by_what_stands_for_its_name(
    province: Province,
) -> None:
    first = "Ma,Ten,SoDinhDanh,Sinh,Tram\n00001,Một,,10,9\n00002,Hai,,30,3\n"
    place = "clinic/2026-01/2026-02-03_Nguyễn Văn An.csv"
    province.land(place, first)
    province.receive()
    province.land(place, first.replace("10", "11"))
    province.receive()
    rows = province.ledger()
    assert {row["standing"] for row in rows} == {"in_force", "superseded"}
    assert "Nguy" not in str(rows)
