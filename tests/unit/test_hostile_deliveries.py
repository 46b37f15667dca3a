"""A delivery that means harm, or was made by chance as if it did, stops nobody else's."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from kinhbac.ingest.landing_zone import find_strays
from kinhbac.problems import ProblemsFound
from kinhbac.registry import load_registry
from tests.conftest import JANUARY, Province, make_tiny

PLACE = "clinic/2026-01/2026-02-03_a"


@pytest.fixture
def door(tmp_path: Path) -> Province:
    return make_tiny(tmp_path)


def said(province: Province) -> str:
    """What the door says of the one delivery that it refuses."""
    reception = province.receive()
    assert (reception.accepted, reception.refused) == (0, 1)
    return "\n".join(str(problem) for problem in reception.problems)


def workbook(replaced: dict[str, str]) -> bytes:
    """January as a workbook, with pieces of its sheet's XML replaced."""
    made, spoilt = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate(line.split(",") for line in JANUARY.splitlines()):
            for column, cell in enumerate(cells):
                put = sheet.write_number if cell.isdigit() and column > 1 else sheet.write_string
                put(row, column, float(cell) if put == sheet.write_number else cell)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(spoilt, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                for before, after in replaced.items():
                    assert before.encode() in content
                    content = content.replace(before.encode(), after.encode())
            new.writestr(name, content)
    return spoilt.getvalue()


def test_the_workbook_is_accepted_as_it_is(door: Province) -> None:
    door.land(f"{PLACE}.xlsx", workbook({}))
    assert door.receive().accepted == 1


CELL = '<c r="C2"><v>10</v></c>'


@pytest.mark.parametrize(
    ("instead", "told"),
    [
        (
            '<c r="C2" t="e"><v>#DIV/0!</v></c>',
            "«C2» the cell shows no value: it holds the error #DIV/0!",
        ),
        (
            '<c r="C2"><f>SUM(1,2)</f></c>',
            "«C2» the cell shows no value: its formula was never calculated",
        ),
        (CELL + '<c r="XFD1048576"><v>1</v></c>', "reaches as far as cell XFD1048576"),
        (CELL + '<c r="ZZZZZZZ6"><v>1</v></c>', "reaches beyond cell XFD6"),
    ],
)
def test_what_a_reader_would_take_for_blank_or_choke_on_is_named(
    door: Province, instead: str, told: str
) -> None:
    door.land(f"{PLACE}.xlsx", workbook({CELL: instead}))
    assert told in said(door)


@pytest.mark.parametrize(
    ("manifest", "told"),
    [
        ("agency: SYT\nnote: 'lần \x0b1'\n", "manifest.yml:2: the character U+000B stands in it"),
        ("note: " + "[" * 4000 + "]" * 4000, "nested"),
    ],
)
def test_a_manifest_that_cannot_be_read_refuses_its_own_file(
    door: Province, manifest: str, told: str
) -> None:
    door.land(f"{PLACE}.csv", JANUARY)
    door.land(f"{PLACE}.csv.manifest.yml", manifest)
    assert told in said(door)


def test_names_that_no_other_file_has_are_no_end_of_the_night(door: Province) -> None:
    door.land(f"{PLACE}.csv", JANUARY)
    (door.data.landing / f"{PLACE}.csv.manifest.yml").mkdir()
    door.land(f"clinic/2026-02/2026-03-03_{'a' * 236}.csv", JANUARY)
    bad = os.fsencode(door.data.landing / "clinic/2026-01") + b"/2026-02-04_\xff.csv"
    Path(os.fsdecode(bad)).write_text(JANUARY, encoding="utf-8")
    assert door.receive().accepted == 2
    (stray,) = find_strays(door.registry, door.data)
    assert stray.startswith("clinic/2026-01/2026-02-04_") and stray.isascii()


@pytest.mark.parametrize("folder", ["9999-12", "２０２６-01", "0000-01"])
def test_a_period_of_no_calendar_is_refused_by_its_name(door: Province, folder: str) -> None:
    door.land(f"clinic/{folder}/2026-02-03_a.csv", JANUARY)
    assert f"«{folder}» is not a period" in said(door)


@pytest.mark.parametrize("name", ["clinic/responses.yml", "clinic/indicators.yml"])
def test_a_registry_with_what_cannot_be_printed_names_the_line(door: Province, name: str) -> None:
    door.write(name, "a: 1\nb: '\x07'\n")
    with pytest.raises(ProblemsFound) as found:
        load_registry(door.sources)
    assert f"sources/{name}:2" in str(found.value) and "U+0007" in str(found.value)
