"""What a delivered file costs the door over its size, in each format, and what harm costs it.

Here: the same records in 1, 2, 4 and 8 parts as every format that the door reads, with the straight
line through seconds of CPU and through memory, and how far the figures lie from it; files that would
cost far more than their bytes, each with what the door says of it. Not here: a bare copy beside it
(``deliveries``), the process that is measured (``one_delivery``), any assertion about time. Run:
``python -m bench.growth [growth|harm]``.
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import linear_regression

import xlsxwriter

from bench.deliveries import Used, expect, measure, write_deflated, write_records
from bench.one_delivery import MONTH, choose_contract
from kinhbac.data_folder import SOURCES
from kinhbac.registry import load_registry
from tests.sheets import old_workbook, open_document

PARTS = (1, 2, 4, 8)
BASE = {
    "csv": 250_000, "jsonl": 250_000, "parquet": 250_000, "json": 17_000, "xlsx": 20_000,
    "ods": 8_000, "xls": 1_000,
}  # fmt: skip
"""Records of one part: the largest file is near what its format holds or the limits allow."""
Table = list[list[str]]


def write_as(path: Path, table: Table) -> None:
    """The table as a file of the form that its suffix names."""
    match path.suffix:
        case ".json":
            head, *rows = table
            said = [dict(zip(head, row, strict=True)) for row in rows]
            path.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
        case ".xlsx":
            with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
                sheet = book.add_worksheet()
                for number, row in enumerate(table):
                    sheet.write_row(number, 0, row)
        case ".xls":
            path.write_bytes(old_workbook({"S": table}, "bench"))
        case ".ods":
            path.write_bytes(open_document(_open_table(table)))


def _open_table(table: Table) -> str:
    def cell(text: str) -> str:
        return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'

    rows = (f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in table)
    return f'<table:table table:name="S">{"".join(rows)}</table:table>'


def measure_growth() -> None:
    """Print, for each format, what each size takes, and how straight it grows."""
    registry = load_registry(SOURCES)
    source, _ = choose_contract(registry)
    [code, *_] = registry.areas.code_list(source.area.code_system, MONTH.end)
    for form, base in BASE.items():
        with tempfile.TemporaryDirectory(prefix="kinhbac-bench-") as folder:
            here, used = Path(folder), []
            for part in PARTS:
                path = here / f"{part}.{form}"
                direct = form in ("csv", "jsonl", "parquet")
                records = path if direct else path.with_suffix(".csv")
                write_records(source, code, records, base * part)
                if not direct:
                    with records.open(encoding="utf-8", newline="") as file:
                        write_as(path, [*csv.reader(file)])
                door = measure("door", path.as_posix(), (here / f"to{part}").as_posix())
                expect("accepted", path.name, door)
                used.append(door)
                size = path.stat().st_size / 2**20
                print(
                    f"{form:<8}{base * part:>10,} records {size:7.1f} MiB {door.seconds:7.2f} s "
                    f"{door.cpu:6.1f} s of CPU, peak {door.peak:5.0f} MiB",
                    flush=True,
                )
            print(f"{'':<8}{_tell_line(form, base, used)}", flush=True)


def _tell_line(form: str, base: int, used: list[Used]) -> str:
    rows = [base * part / 100_000 for part in PARTS]
    cpu, off = _line(rows, [one.cpu for one in used])
    peak, aside = _line(rows, [one.peak for one in used])
    return (
        f"{cpu:.2f} s of CPU and {peak:.0f} MiB for 100,000 more; "
        f"off the line by at most {off:.0%} and {aside:.0%} of the largest"
    )


def _line(sizes: list[float], took: list[float]) -> tuple[float, float]:
    slope, start = linear_regression(sizes, took)
    off = (abs(start + slope * size - spent) for size, spent in zip(sizes, took, strict=True))
    return slope, max(off) / max(took)


def write_wide(path: Path) -> None:
    """A header of 80,000 columns."""
    path.write_text(",".join(f"c{n}" for n in range(80_000)) + "\n1\n", encoding="utf-8")


def write_full(path: Path) -> None:
    """A workbook of a million rows by nineteen columns, all of them figures."""
    _write_sheet(path, _full_rows())


def write_blank(path: Path) -> None:
    """A workbook of a megabyte whose sheet unpacks to a gigabyte of blanks."""
    _write_sheet(path, (b" " * 2**20 for _ in range(2**10)))


def _full_rows() -> Iterator[bytes]:
    names = "ABCDEFGHIJKLMNOPQRS"
    for first in range(1, 1_000_001, 1000):
        yield "".join(
            f'<row r="{n}">{"".join(f"""<c r="{name}{n}"><v>{n}</v></c>""" for name in names)}</row>'
            for n in range(first, first + 1000)
        ).encode()


def _write_sheet(path: Path, pieces: Iterator[bytes]) -> None:
    plain = path.with_name("plain.xlsx")
    with xlsxwriter.Workbook(plain) as book:
        book.add_worksheet().write_number(0, 0, 1)
    with (
        zipfile.ZipFile(plain) as small,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as large,
    ):
        for name in small.namelist():
            with large.open(name, "w") as part:
                head, begins, rest = small.read(name).partition(b"<sheetData>")
                part.write(head + begins)
                for piece in pieces if begins else ():
                    part.write(piece)
                part.write(b"".join(rest.partition(b"</sheetData>")[1:]))
    plain.unlink()


def write_repeated(path: Path) -> None:
    """An open document of two kilobytes that says one cell for a billion."""
    cell = (
        '<table:table-cell table:number-columns-repeated="1024" office:value-type="float" '
        'office:value="1"/>'
    )
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    path.write_bytes(open_document(f'<table:table table:name="S">{row}</table:table>'))


def write_wrong(path: Path) -> None:
    """100,000 rows, each wrong in a way of its own."""
    registry = load_registry(SOURCES)
    source, columns = choose_contract(registry)
    [code, *_] = registry.areas.code_list(source.area.code_system, MONTH.end)
    write_records(source, code, path, 100_000)
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    spoilt = next(
        head.index(name)
        for name, column in columns.items()
        if column.type == "timestamp" and column.required
    )
    for number, row in enumerate(rows):
        row[spoilt] = f"khong ro {number}"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])


def write_keys(path: Path) -> None:
    """JSON of 20,000 records, each with a key of its own."""
    path.write_text(json.dumps([{f"k{n}": n, "Ma": "1"} for n in range(20_000)]), encoding="utf-8")


HARM: dict[str, Callable[[Path], None]] = {
    "wide.csv": write_wide,
    "full.xlsx": write_full,
    "repeated.ods": write_repeated,
    "blank.xlsx": write_blank,
    "deflated.xlsx": write_deflated,
    "wrong.csv": write_wrong,
    "keys.json": write_keys,
}


def measure_harm() -> None:
    """Print what each file of harm takes, what is said of it, and what stays of that on disk."""
    with tempfile.TemporaryDirectory(prefix="kinhbac-bench-") as folder:
        for name, write in HARM.items():
            path, to = Path(folder) / name, Path(folder) / f"{name}.data"
            write(path)
            size = path.stat().st_size / 2**20
            door = measure("door", path.as_posix(), to.as_posix())
            expect("refused", name, door)
            told = sum(one.stat().st_size for one in to.rglob("raw/**/*") if one.is_file())
            print(
                f"{name:<15}{size:6.1f} MiB {door.seconds:6.2f} s {door.cpu:5.1f} s of CPU, "
                f"peak {door.peak:5.0f} MiB, {told:,} bytes told\n{'':<15}{door.said[:200]}",
                flush=True,
            )
            path.unlink()


if __name__ == "__main__":
    asked = sys.argv[1:] or ["growth", "harm"]
    for what, measured in {"growth": measure_growth, "harm": measure_harm}.items():
        if what in asked:
            measured()
