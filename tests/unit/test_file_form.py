"""Files in another form than promised: one message says what was found and what is promised."""

from __future__ import annotations

import gzip
import io
import json
import unicodedata
import zipfile
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from kinhbac.problems import Problem
from tests.conftest import JANUARY, Province

Edit = Callable[[str, str, str], None]
LINES = JANUARY.splitlines()


@pytest.fixture
def only_problem(province: Province, edit: Edit) -> Callable[..., Problem]:
    """Deliver what a contract does not promise, and give the one thing that is said of it."""

    def said(content: str | bytes, promised: str = "csv", suffix: str = "csv") -> Problem:
        edit("clinic/source.yml", "format: csv", f"format: {promised}")
        province.land(f"clinic/2026-01/2026-02-03_a.{suffix}", content)
        [problem] = province.receive().problems
        return problem

    return said


def workbook(rows: list[list[Any]], sheets: tuple[str, ...] = ("Sheet1",), at: int = -1) -> bytes:
    """A workbook whose rows stand in the sheet ``at`` a place."""
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written)
    made = [book.add_worksheet(name) for name in sheets]
    for place, row in enumerate(rows):
        made[at].write_row(place, 0, row)
    book.close()
    return written.getvalue()


CELLS = [line.split(",") for line in LINES]
TITLED = [["BIỂU 01"], ["Tháng 1, năm 2026"], *CELLS]


@pytest.mark.parametrize(
    ("content", "promised", "found", "rule"),
    [
        (JANUARY.replace(",", ";"), "csv", "the separator «;» found", "the separator «,»"),
        (JANUARY.replace(",", "\t"), "csv", "the separator a tab found", "the separator «,»"),
        (JANUARY, 'csv, delimiter: ";"', "the separator «,» found", "the separator «;»"),
        (JANUARY.encode("utf-16"), "csv", "the encoding utf-16 found", "the encoding utf-8"),
        (JANUARY.encode("utf-16-le"), "csv", "the encoding utf-16-le found", "the encoding utf-8"),
        (JANUARY, "csv, encoding: utf-16", "the encoding utf-8 found", "the encoding utf-16"),
        ("BIỂU 01\n\n" + JANUARY, "csv", "the header in row 3 found", "the header in row 1"),
        (JANUARY, "csv, title_rows: 2", "the header in row 1 found", "the header in row 3"),
        (JANUARY, "csv, header_rows: 2", "a header of one row found", "a header of 2 rows"),
        (
            ("BIỂU 01\n" + JANUARY).replace(",", ";").encode("utf-16"), "csv",
            "the encoding utf-16, the separator «;», the header in row 2 found",
            "the encoding utf-8, the separator «,», the header in row 1",
        ),
        (
            "\n".join(f'"{line}"' for line in LINES), "csv",
            "whole lines in quotes found", "double quotes around cells",
        ),
        (
            JANUARY.replace("Ma,Ten,Sinh,Tram", "'Ma','Ten','Sinh','Tram'"), "csv",
            "single quotes found", "double quotes around cells",
        ),
        (workbook(TITLED), "xlsx", "the header in row 3 found", "the header in row 1"),
        (workbook(CELLS), "xlsx, title_rows: 2", "the header in row 1 found", "in row 3"),
        (
            workbook(CELLS, ("Bìa", "Biểu")), "xlsx",
            "the columns in another sheet found", "in the first sheet",
        ),
        (
            workbook(TITLED, ("Bìa", "Bieu 1")), "xlsx, sheet: Bieu_1",
            "the sheets are called so", "a sheet «Bieu_1»",
        ),
    ],
)  # fmt: skip
def test_another_form_is_told_once(
    only_problem: Callable[..., Problem],
    content: str | bytes,
    promised: str,
    found: str,
    rule: str,
) -> None:
    problem = only_problem(content, promised, promised[:4].strip(","))
    assert problem.found == found
    assert problem.rule.startswith("the contract promises ") and problem.rule.endswith(rule)


def zipped(name: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(name, JANUARY)
    return written.getvalue()


def as_parquet() -> bytes:
    written = io.BytesIO()
    pl.read_csv(io.StringIO(JANUARY)).write_parquet(written)
    return written.getvalue()


HTML = "<html><body><table><tr><td>Ma</td></tr></table></body></html>"
RECORDS = '{"Ma": "00001", "Sinh": 1}\n{"Ma": "00002", "Sinh": 2}\n'


@pytest.mark.parametrize("promised", ["csv", "json", "jsonl", "parquet"])
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (HTML, "an HTML page"),
        ("\ufeff<!DOCTYPE html>\n" + HTML, "an HTML page"),
        ('<?xml version="1.0"?>\n<Workbook/>', "XML"),
        (b"%PDF-1.7\n", "a PDF document"),
        (zipped("a.csv"), "a zip archive"),
        (zipped("word/document.xml"), "a Word document"),
        (gzip.compress(JANUARY.encode(), mtime=0), "packed by gzip"),
        (as_parquet(), "a Parquet file"),
        (JANUARY, "plain text"),
        ('[{"Ma": "00001", "Sinh": 1}]', "a JSON document"),
        (RECORDS, "JSON lines"),
        (workbook(CELLS), "a workbook (.xlsx)"),
    ],
)
def test_another_kind_of_file_is_called_by_its_name(
    only_problem: Callable[..., Problem], content: str | bytes, kind: str, promised: str
) -> None:
    same = {
        "csv": ["plain text"], "json": ["a JSON document"], "jsonl": ["JSON lines"],
        "parquet": ["a Parquet file"],
    }  # fmt: skip
    if kind in same[promised] or (kind, promised) == ("a JSON document", "jsonl"):
        return
    problem = only_problem(content, promised, promised)
    assert problem.found == f"this is {kind}"
    assert problem.check == "form"


@pytest.mark.parametrize(
    ("header", "column", "found"),
    [
        ("Ma,Ten,Số trẻ,Ở cơ sở", "column 3 (text, 6 characters)",
         "the contract does not know 2 columns; what it names is not there: «Sinh», «Tram»"),
        ("Ma,Ten,Số trẻ", "column 3 (text, 6 characters)",
         "the contract does not know this column; what it names is not there: «Sinh», «Tram»"),
        ("Ma,Ten,Sinh", "Tram", "the column is not there"),
        ("Ma,Ten", "Sinh", "2 columns are not there"),
    ],
)  # fmt: skip
def test_a_header_with_other_names_is_told_once(
    province: Province, header: str, column: str, found: str
) -> None:
    cells = ",".join(["00001", "Một", "10", "9"][: header.count(",") + 1])
    province.land("clinic/2026-01/2026-02-03_a.csv", f"{header}\n{cells}\n")
    [problem] = province.receive().problems
    assert (problem.column, problem.found) == (column, found)


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("Ma,Ten,Sinh,Trạm y tế", [("Tram", "column 4 (text, 9 characters)")]),
        ("Ma,Ten,Sinh,Tram 1)", [("Tram", "column 4 (letters and digits, 7 characters)")]),
        ("Ma,Ten,Sinhh,Trm", [("Sinh", "column 3 (text, 5 characters)"),
                              ("Tram", "column 4 (text, 3 characters)")]),
        ("Mã xã,Ten,Tổng số,Tram", [("Mã xã", "Mã xã")]),
    ],
)  # fmt: skip
def test_a_misspelt_header_is_one_problem(
    province: Province, header: str, told: list[tuple[str, str | None]]
) -> None:
    """Where several have nothing in common, nobody can tell which is which: they are told together."""
    province.land("clinic/2026-01/2026-02-03_a.csv", JANUARY.replace("Ma,Ten,Sinh,Tram", header))
    assert [(p.column, p.value) for p in province.receive().problems] == told


@pytest.mark.parametrize("promised", ["csv", "json", "jsonl", "parquet", "xlsx"])
def test_a_file_without_its_header_is_told_once_and_nothing_of_it_is_repeated(
    only_problem: Callable[..., Problem], promised: str
) -> None:
    rows = [["Trần Văn A", "Xã Hai Một Ba"], ["Lê Thị B", "Xã Một Hai Ba"]]
    written = io.BytesIO()
    pl.DataFrame(rows[1:], rows[0], orient="row").write_parquet(written)
    record = json.dumps(dict(zip(*rows, strict=True)))
    content: dict[str, str | bytes] = {
        "csv": "".join(f"{line}\n" for line in map(",".join, rows)), "json": f"[{record}]", "jsonl": f"{record}\n",
        "parquet": written.getvalue(), "xlsx": workbook(rows),
    }  # fmt: skip
    problem = only_problem(content[promised], promised, promised)
    assert problem.found == "the file names none of the contract's columns"
    assert "Văn" not in str(problem) and "Xã" not in str(problem)


def test_half_characters_at_the_end_of_what_is_looked_at_are_no_other_encoding(
    only_problem: Callable[..., Problem],
) -> None:
    rows = "".join(f"00001;Xã số {n} ở đây;1;1\n" for n in range(20_000))
    assert only_problem("Ma;Ten;Sinh;Tram\n" + rows).found == "the separator «;» found"


@pytest.mark.parametrize("encoding", ["cp1258", "tcvn3"])
def test_fonts_of_one_byte_a_letter_are_told_by_the_names_of_columns(
    province: Province, edit: Edit, encoding: str
) -> None:
    edit("clinic/source.yml", "column: Tram", "column: Trạm")
    header = unicodedata.normalize("NFD", "Ma,Ten,Sinh,Trạm\n").encode("cp1258")
    if encoding == "tcvn3":
        header = "Ma,Ten,Sinh,Tr¹m\n".encode("latin-1")
    province.land("clinic/2026-01/2026-02-03_a.csv", header + b"00001,Mot,1,1\n")
    [problem] = province.receive().problems
    assert problem.found == f"the encoding {encoding} found"
