"""Columns of people that nobody declared are refused and not kept; figures are not taken for them.

Past 200 lines: a table of cells, and one of files in the wrong form.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinhbac.ingest.kept_bytes import are_kept
from kinhbac.ingest.ledger import entry_path, read_entries
from kinhbac.ingest.ledger_tables import read_back, tabulate
from kinhbac.ingest.personal_data import Declared, PersonalSearch
from kinhbac.ingest.personal_kinds import recognise
from kinhbac.ingest.raw import Batch, number_lines
from kinhbac.ingest.unread_people import find_people
from kinhbac.registry.declared.contract import Source
from tests.conftest import Province, make_tiny
from tests.sheets import old_workbook

Edit = Callable[[str, str, str], None]
IDENTITIES = ["024099012345", "027301123456", "001.085.000.123", "CCCD 038203009999"]
TELEPHONES = ["0912345678", "0912 345 678", "+84 387 654 321", "0204.3854.123"]
ZEROS_LOST = [
    "24099012345", "27301123456", "1188012345", "24075004321", "27190023456", "1085000123",
    "38203009999", "24166001122",
]  # fmt: skip
TAX_NUMBERS = ["0100109106", "0100686174", "0301464830", "0101248141", "0100150619"]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    return make_tiny(tmp_path_factory.mktemp("source")).registry.sources["clinic"]


def kinds(source: Source, **columns: list[str | None]) -> dict[str, str]:
    """What a file with these columns is said to hold, by column."""
    search = PersonalSearch(Declared.by(source))
    rows = len(next(iter(columns.values())))
    frame = {name: pl.Series(name, cells, pl.String) for name, cells in columns.items()}
    search.look(Batch(frame, number_lines(2, rows)))
    return {str(p.column): p.found.removeprefix("the column looks like ") for p in search.tell()}


@pytest.mark.parametrize(
    ("header", "cells", "kind"),
    [
        ("Ghi chú", IDENTITIES, "identity numbers"),
        ("x", TELEPHONES, "telephone numbers"),
        ("x", ["an@example.vn", "b.c@bacninh.gov.vn"], "e-mail addresses"),
        ("x", ["DN4270123456789", "HS 4 27 0123456789"], "insurance numbers"),
        ("x", TAX_NUMBERS, "tax numbers"),
        ("Số CMND", ["123456789", "012345678"], "identity numbers"),
        ("so cmnd", ["123456789", "12345678"], "identity numbers"),
        ("x", ["CMND123456789", "Số CMND: 123 456 789"], "identity numbers"),
        ("x", ["căn cước số 24099012345", "Hộ chiếu số C1234567"], "identity numbers"),
        ("x", ["(0204) 3854 123", "(+84) 912 345 678", "(091) 234.5678"], "telephone numbers"),
        ("Hộ chiếu", ["C1234567", "P12345678"], "identity numbers"),
        ("Identity number", ["1099012345", "2099012346"], "identity numbers"),  # zeros lost
        ("x", ZEROS_LOST, "identity numbers"),
        ("SĐT người nộp", ["912345678", "387654321"], "telephone numbers"),
        ("Mã số BHXH", ["2712345678", "2412345679"], "insurance numbers"),
        ("MST", ["2300123456", "2400123457"], "tax numbers"),
        ("Số tài khoản", ["0011001234567", "1021000123456"], "bank accounts"),
        ("Bank account", ["43210001234567", "5000205123456"], "bank accounts"),
        ("x", ["12"] * 18 + ["024099012345", None], "identity numbers"),  # one in twenty
    ],
)
def test_people_are_recognised(
    source: Source, header: str, cells: list[str | None], kind: str
) -> None:
    assert kinds(source, **{header: cells})[header].startswith(kind)


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("x", ["123456789012", "912345678", "1234567890", "84912345678"]),
        ("x", ["1.234.567.890", "0.912345678", "12,0912345678", "-0,024099012345"]),
        ("x", ["20260105083000", "2026-01-05 08:30:00", "000.00.01.H05-260105-0001"]),
        ("x", ["099099012345", "024499012345", "0112345678", "00001099012345"]),  # checks fail
        ("x", ["2300123456", "2300123457", "2300123458", "2300123459", "2300123460"]),
        ("x", ["02. 03. 04. 05. 06. 07", "CMT8 1234567", "Nợ BHXH 1234567890", "(1.234.567.890)"]),
        ("x", ZEROS_LOST[:7]),  # as many figures may be like them by chance
        ("x", [f"24099{n:06}" for n in range(20)]),  # numbers given one after the other
        ("x", [*ZEROS_LOST, "12345678901", "98765432109"]),
        ("Số thuê bao điện thoại", ["1234", "56789", "1200000"]),
        ("Số CCCD đã cấp", ["812", "1.204", "77"]),
        ("Nợ BHXH, BHYT", ["12.345.678", "9876543"]),
        ("Tin bài", ["123456789", "234567891"]),
        ("Sinh", ["912345678", "387654321"]),  # what the contract reads as figures
        ("SoDinhDanh", IDENTITIES),  # declared personal
    ],
)
def test_figures_codes_and_what_is_declared_are_not_taken_for_people(
    province: Province, header: str, cells: list[str | None]
) -> None:
    assert kinds(province.registry.sources["clinic"], **{header: cells}) == {}


@pytest.mark.parametrize("kind", [pl.Int64, pl.Float64])
def test_identity_numbers_that_became_figures_are_recognised(source: Source, kind: Any) -> None:
    """Workbooks, JSON and Parquet hold them so."""
    search = PersonalSearch(Declared.by(source))
    figures = {name: pl.Series(name, map(int, ZEROS_LOST)).cast(kind) for name in ("x", "Sinh")}
    search.look(Batch(figures, number_lines(2, len(ZEROS_LOST))))
    [told] = search.tell()
    assert (told.column, told.count) == ("x", 8)


@given(st.lists(st.integers(0, 10**15), min_size=1, max_size=40), st.sampled_from(["{}", "{:,}"]))
def test_whole_numbers_are_no_people(source: Source, figures: list[int], form: str) -> None:
    written: list[str | None] = [form.format(figure) for figure in figures]
    told = kinds(source, x=written)
    assert not told or "tax numbers" in told["x"]  # by chance all have the check digit


def test_the_demonstration_holds_nobody(source: Source) -> None:
    for text in ("Phường Kinh Bắc", "2026-01", "H05.12", "12.345.678.901"):
        assert recognise(text) is None


HEAD = "Ma,Ten,SoDinhDanh,Sinh,Tram"
PEOPLE = f"{HEAD},SĐT\n00001,Một,,10,9,0912345678\n00002,Hai,,30,3,0987654321\n"


def test_of_a_refused_file_of_people_nothing_is_kept(province: Province) -> None:
    path = province.land("clinic/2026-01/2026-02-03_a.csv", PEOPLE)
    province.land("clinic/2026-01/2026-02-03_a.csv.manifest.yml", "vintage: final\n")
    reception = province.receive()
    assert (reception.accepted, reception.refused) == (0, 1)
    [entry] = read_entries(province.registry, province.data, "clinic")
    [personal] = [p for p in entry.problems if p.check == "personal"]
    assert (personal.column, personal.count, personal.lines) == ("SĐT", 2, (2, 3))
    assert not are_kept(province.data, "clinic", "2026-01", entry.sha256)
    assert not [p for p in province.data.kept.rglob("*") if p.is_file()]
    path.write_text(PEOPLE.replace(",SĐT", ",Ghi").replace(",0912345678", ",1"), encoding="utf-8")
    assert province.receive().refused == 1  # the other line is enough


def test_a_column_of_people_is_told_once(province: Province) -> None:
    """That the contract does not know it is the same cause."""
    province.land("clinic/2026-01/2026-02-03_a.csv", PEOPLE)
    [told] = province.receive().problems
    assert (told.check, told.column) == ("personal", "SĐT")


def test_what_an_earlier_contract_let_pass_goes_when_it_is_seen(
    province: Province, edit: Edit
) -> None:
    edit("clinic/source.yml", "personal: [SoDinhDanh]", "personal: [SoDinhDanh, SĐT]")
    province.land("clinic/2026-01/2026-02-03_a.csv", PEOPLE)
    assert province.receive().accepted == 1
    [entry] = read_entries(province.registry, province.data, "clinic")
    typed = entry_path(province.data, *entry.place, entry.sha256).with_suffix(".parquet")
    assert typed.exists() and are_kept(province.data, *entry.place, entry.sha256)
    edit("clinic/source.yml", "personal: [SoDinhDanh, SĐT]", "personal: [SoDinhDanh]")
    assert province.receive().refused == 1
    assert not typed.exists() and not are_kept(province.data, *entry.place, entry.sha256)


def test_a_file_in_batches_is_searched_to_its_end(province: Province) -> None:
    rows = [f"{number},x" for number in range(2000)]
    rows[1500:] = [f"{number},0912{number:06}" for number in range(500)]
    province.land("clinic/2026-01/2026-02-03_a.csv", "Ma,Ghi chú\n" + "\n".join(rows))
    [told] = [p for p in province.receive().problems if p.check == "personal"]
    assert "500 of 2,000 cells" in told.found and told.lines[0] == 1502


def test_the_ledger_of_a_file_that_was_not_kept_can_be_read_back(province: Province) -> None:
    """What a release says of it is all that is left to compute that release again from."""
    province.land("clinic/2026-01/2026-02-03_a.csv", PEOPLE)
    province.receive()
    registry, data = province.registry, province.data
    told = tabulate(read_entries(registry, data, "clinic"), registry, data)
    [extract], _, problems = ([vars(row) for row in rows] for rows in told)
    assert isinstance(extract["received_on"], date)
    assert tabulate([read_back(extract, reversed(problems))], registry, data) == told


PLAIN = "Ma,Ten,Sinh,Tram,Ghi chú\n00001,Một,10,9,{}\n00002,Hai,30,3,{}\n"
CALLED = PLAIN.format("0912345678", "0987654321")


def as_sheets(lines: str, sheets: tuple[str, ...] = ("Bieu",)) -> bytes:
    """A workbook whose last sheet holds the cells of a CSV."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        made = [book.add_worksheet(name) for name in sheets]
        for row, line in enumerate(lines.splitlines()):
            made[-1].write_row(row, 0, line.split(","))
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (CALLED.replace(",", ";"), "csv"),
        (CALLED.encode("utf-16"), "csv"),
        (f"BIỂU 01\n{CALLED}", "csv"),
        (f'{CALLED}00001,"Một,1,1,\n', "csv"),
        (f"<table><tr><td>{CALLED.replace(',', '</td><td>')}</td></tr></table>", "csv"),
        ('[{"Ma": "00001", "SĐT": "0912345678"}]', "csv"),
        (as_sheets(CALLED), "csv"),
        (as_sheets(f"BIỂU\n{CALLED}"), "xlsx"),
        (as_sheets(CALLED, ("Bìa", "Bieu")), "xlsx"),
        (as_sheets("\n".join("a,b,c,d," + "e," * 40 + "0912345678" for _ in range(3))), "csv"),
        (old_workbook({"B": [["BIỂU"], ["a", "0912345678"]]}, "x"), "csv"),
        (old_workbook({"B": [["BIỂU"], ["a", "0912345678"]]}, "x")[:-900], "xls"),
        ('{"Ma": "0912345678"}\n{"Ma": "00001"}\n', "csv"),
    ],
)
def test_of_a_file_of_people_that_cannot_be_read_nothing_is_kept(
    tmp_path: Path, content: str | bytes, suffix: str
) -> None:
    province = make_tiny(tmp_path)
    province.land(f"clinic/2026-01/2026-02-03_a.{suffix}", content)
    problems = province.receive().problems
    assert {problem.check for problem in problems} > {"personal"}
    assert "telephone numbers" in str(problems) and "0912345678" not in str(problems)
    assert not [p for p in province.data.kept.rglob("*") if p.is_file()]


@given(
    st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe", b"\0a", b"<"]),
    st.binary(),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_a_file_may_hold_stops_the_search(
    source: Source, tmp_path: Path, first: bytes, rest: bytes
) -> None:
    (path := tmp_path / "a").write_bytes(first + rest)
    assert find_people(path, Declared.by(source)) == []


def test_a_file_that_cannot_be_read_and_names_nobody_is_kept(tmp_path: Path) -> None:
    province = make_tiny(tmp_path)
    figures = PLAIN.format("912345678", "1.234.567.890").replace(",", ";")
    province.land("clinic/2026-01/2026-02-03_a.csv", figures)
    [problem] = province.receive().problems
    assert problem.check == "form"
    [entry] = read_entries(province.registry, province.data, "clinic")
    assert are_kept(province.data, *entry.place, entry.sha256)


def test_a_file_of_people_by_somebody_else_is_not_kept(tmp_path: Path) -> None:
    """It is refused before it is read, and would be kept with the columns that nobody declared."""
    province = make_tiny(tmp_path)
    province.land("clinic/2026-01/2026-02-03_a.csv", CALLED)
    province.land("clinic/2026-01/2026-02-03_a.csv.manifest.yml", "agency: STC\n")
    problems = province.receive().problems
    assert [problem.column for problem in problems if problem.check == "personal"] == ["Ghi chú"]
    assert len(problems) == 2
    assert not [p for p in province.data.kept.rglob("*") if p.is_file()]
