"""What the door takes for large files: seconds, CPU and memory beside a bare typed copy.

Here: records made by the contract of a source of records, as CSV, JSON lines and
Parquet, good ones and with one column wrong in every row; a header without end and a workbook
that unpacks without end. Each goes through the door in a process of its own; DuckDB copies the
same file, typed, into Parquet in another, in turn, and the middle one of each is told. Not here:
those processes (``one_delivery``), any assertion about time. Run: ``python -m bench.deliveries
[rows]``.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from bench.one_delivery import MONTH, choose_contract
from kinhbac.data_folder import SOURCES
from kinhbac.database import open_in_memory
from kinhbac.registry import load_registry
from kinhbac.registry.declared.contract import RecordColumn, Source

ROWS = 1_000_000
FORMS = ("csv", "jsonl", "parquet")
ROUNDS = 3
"""Times that a good file is taken in and copied, one beside the other."""
WRONG = "khong ro"
UNPACKED = 800_000_000
COLUMNS = 100_000


@dataclass(frozen=True)
class Used:
    """What a process took: seconds, seconds of CPU, MiB; and what it said."""

    seconds: float
    cpu: float
    peak: float
    said: str


def measure(*arguments: str) -> Used:
    """Run ``one_delivery``. Raises SystemExit with what it said if it fails."""
    with tempfile.NamedTemporaryFile(suffix=".json") as used:
        command = [sys.executable, "-m", "bench.one_delivery", *arguments]
        finished = subprocess.run(
            [sys.executable, "-m", "bench.launch", used.name, *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if finished.returncode:
            raise SystemExit(finished.stdout)
        # Libraries may have warned of something before the last line, which is the answer.
        took, _, said = finished.stdout.strip().splitlines()[-1].partition(" ")
        usage = json.load(used)
    return Used(float(took), usage["cpu"], usage["peak"], said)


def write_records(source: Source, code: str, path: Path, rows: int, wrong: bool = False) -> None:
    """Write ``rows`` good records of ``source``, all of the area ``code``; or, if ``wrong``, with
    one column that nobody can read."""
    columns = source.records.columns if source.records else {}
    delivery, typed = source.delivery, path.suffix == ".parquet"
    cells = {name: _cell(column, typed, delivery) for name, column in columns.items()}
    cells |= {source.area.column or "": f"'{code}'"}
    if wrong:
        cells |= {
            next(
                n for n, c in columns.items() if c.type == "timestamp" and c.required
            ): f"'{WRONG}'"
        }
    named = ", ".join(f'{cell} as "{name}"' for name, cell in cells.items())
    forms = {".csv": "format csv, header", ".jsonl": "format json", ".parquet": "format parquet"}
    with open_in_memory() as engine:
        engine.execute(
            f"copy (select {named} from range({rows}) as numbers(number))"
            f" to '{path.as_posix()}' ({forms[path.suffix]})"
        )


def _cell(column: RecordColumn, typed: bool, delivery: object) -> str:
    """SQL of a good cell of row ``number``."""
    least = int(column.min or 0)
    most = int(column.max) if column.max is not None else least + 99
    moment = f"timestamp '{MONTH.start} 00:00:01' + to_seconds(hash(number) % 2500000)"
    match column.type:
        case "timestamp" | "date":
            form = getattr(delivery, f"{column.type}_format")
            value = f"({moment})::{column.type}"
            return value if typed else f"strftime({value}, '{form}')"
        case "integer":
            return f"{least} + number % {most - least + 1}"
        case "number":
            return f"({least} + number % {most - least + 1})::double"
        case "boolean":
            return "number % 2 = 0"
    if column.one_of:
        return f"'{column.one_of[0]}'"
    return "'H' || number" if column.key else "'N' || number % 1000"


def write_wide(path: Path) -> None:
    """A header that names columns without end."""
    names = ",".join(f"c{n}" for n in range(COLUMNS))
    path.write_text(f"{names}\n{',' * (COLUMNS - 1)}\n", encoding="utf-8")


def write_deflated(path: Path) -> None:
    """A workbook of a few hundred kilobytes whose texts unpack to most of a gigabyte."""
    plain = path.with_name("plain.xlsx")
    with xlsxwriter.Workbook(plain) as book:
        book.add_worksheet().write_string(0, 0, "A")
    with (
        zipfile.ZipFile(plain) as small,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as large,
    ):
        for name in small.namelist():
            content = small.read(name)
            if name == "xl/sharedStrings.xml":
                content = content.replace(b"<t>A", b"<t>" + b"A" * UNPACKED)
            large.writestr(name, content)
    plain.unlink()


def compare(rows: int) -> None:
    """Measure all of it and print a line for each file."""
    registry = load_registry(SOURCES)
    source, _ = choose_contract(registry)
    [code, *_] = registry.areas.code_list(source.area.code_system, MONTH.end)
    with tempfile.TemporaryDirectory(prefix="kinhbac-bench-") as folder:
        here = Path(folder)
        print(f"{rows:,} records of «{source.source}»")
        good: Used | None = None
        for form in FORMS:
            path = here / f"good.{form}"
            write_records(source, code, path, rows)
            pairs = [_pair(path, here) for _ in range(ROUNDS)]
            door, bare = (
                sorted(used, key=_seconds)[ROUNDS // 2] for used in zip(*pairs, strict=True)
            )
            expect("accepted", path.name, door)
            good = good or door
            _tell(f"{form}, {path.stat().st_size >> 20:,} MiB", door, bare, "a bare copy")
            path.unlink()
        wrong = here / "wrong.csv"
        write_records(source, code, wrong, rows, wrong=True)
        door = measure("door", wrong.as_posix(), (here / "wrong").as_posix())
        expect("refused", wrong.name, door)
        _tell("csv, one column wrong", door, good, "a good one")
        for name, write in (("wide.csv", write_wide), ("deflated.xlsx", write_deflated)):
            write(here / name)
            door = measure("door", (here / name).as_posix(), (here / "refused").as_posix())
            expect("refused", name, door)
            _tell(name, door)


def _pair(path: Path, here: Path) -> tuple[Used, Used]:
    """A file through the door of an empty data folder, and copied bare."""
    bare = measure("bare", path.as_posix(), (here / "bare.parquet").as_posix())
    with tempfile.TemporaryDirectory(dir=here) as data:
        return measure("door", path.as_posix(), data), bare


def _seconds(used: Used) -> float:
    return used.seconds


def expect(verdict: str, name: str, door: Used) -> None:
    """Raises SystemExit where the door says something else of a file than what it is."""
    if not door.said.startswith(verdict):
        raise SystemExit(f"{name} is to be {verdict}, and the door says: {door.said}")


def _tell(name: str, door: Used, beside: Used | None = None, what: str = "") -> None:
    ratio = (
        f"; {door.seconds / beside.seconds:.1f} times {what} ({beside.seconds:.2f} s, "
        f"{beside.cpu:.1f} s of CPU, {beside.peak:.0f} MiB)"
        if beside
        else ""
    )
    print(
        f"  {name:<24}{door.seconds:7.2f} s, {door.cpu:.1f} s of CPU, peak {door.peak:.0f} MiB"
        f"{ratio}\n  {'':<24}{door.said}",
        flush=True,
    )


if __name__ == "__main__":
    compare(int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else ROWS)
