"""Whatever a file does to its reader, it is refused by name, and all others are read.

Past 200 lines: a question a way in which a reader may end.
"""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from kinhbac.data_folder import PROJECT
from kinhbac.ingest import extracts, landing_zone, reading_apart
from kinhbac.ingest.landing_zone import find_strays
from kinhbac.ingest.reading_apart import NoReader, the_reader
from kinhbac.ingest.reception import Reception
from tests.conftest import CLINIC, JANUARY, Province, make_tiny
from tests.unit.test_hostile_deliveries import CELL, workbook

BAD = "clinic/2026-01/2026-02-03_b"
GOOD = "clinic/2026-02/2026-03-03_g"
OPEN = CLINIC.replace(", personal: [SoDinhDanh]", "")
RECORD = '{"Ma": "00001", "Ten": "Một", "Sinh": 4, "Tram": 3}'


@pytest.fixture
def door(tmp_path: Path) -> Province:
    return make_tiny(tmp_path)


@pytest.fixture
def deadly(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Readers that do what a file asks for."""
    the_reader().stop()
    monkeypatch.setattr(reading_apart, "PROCESS", [sys.executable, "-m", "tests.deadly_reader"])
    yield
    the_reader().stop()


def refusal(reception: Reception) -> str:
    """What is said of the one file that is refused, where the other one is accepted."""
    assert (reception.accepted, reception.refused) == (1, 1)
    assert all(problem.file.startswith(BAD) for problem in reception.problems)
    return str(reception.problems[0])


DEATHS = {
    "now exit": "the file killed its reader (exit code 0)",
    "now abort": "the file killed its reader (SIGABRT)",
    "now fault": "the file killed its reader (SIGSEGV)",
    "now killed": "its reader was killed from outside",
    "now panic": "the file killed its reader (exit code 1)",
    "now memory": "the file takes more memory than its reader has",
    "now one_piece": "the file killed its reader (SIGABRT)",
    "later fault": "the file killed its reader (SIGSEGV)",
    "later memory": "the file takes more memory than its reader has",
}
"""What a file asks for, and what is said of it."""


@pytest.mark.usefixtures("deadly")
def test_a_death_of_the_reader_is_a_refusal_of_the_file_it_had_in_hand(door: Province) -> None:
    for number, deed in enumerate(DEATHS):
        door.land(f"{BAD}_{number}.csv", deed)
        door.land(f"clinic/2025-{number + 1:02}/2026-02-03_g.csv", JANUARY)
    reception = door.receive()
    assert (reception.accepted, reception.refused) == (len(DEATHS), len(DEATHS))
    said = {problem.file: str(problem) for problem in reception.problems}
    for number, told in enumerate(DEATHS.values()):
        text = said[f"{BAD}_{number}.csv"]
        assert told in text and "Rule: a file is read within 3,072 MiB of memory" in text
    assert "012345678901" not in "".join(said.values())


@pytest.mark.usefixtures("deadly")
def test_a_file_that_is_never_read_to_its_end_is_refused(
    door: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_apart, "seconds_for", lambda size: 1)
    door.land(f"{BAD}.csv", "later sleep")
    door.land(f"{GOOD}.csv", JANUARY)
    assert "kept its reader busy for more than 1 seconds" in refusal(door.receive())


@pytest.mark.usefixtures("deadly")
def test_no_file_is_blamed_for_what_another_did(door: Province) -> None:
    door.land(f"{BAD}.csv", "later poison")
    door.land(f"{GOOD}.csv", JANUARY)
    assert "2 columns are not there" in refusal(door.receive())


@pytest.mark.usefixtures("deadly")
def test_a_reader_that_was_ended_between_files_is_replaced(door: Province) -> None:
    door.land(f"{GOOD}.csv", JANUARY)
    assert door.receive().accepted == 1
    os.kill(the_reader().start().number, signal.SIGKILL)
    door.land("clinic/2025-12/2026-02-03_g.csv", JANUARY)
    assert door.receive().accepted == 1


@pytest.mark.usefixtures("deadly")
def test_what_libraries_print_disturbs_nobody(door: Province) -> None:
    door.land(f"{BAD}.csv", "now chatter")
    door.land(f"{GOOD}.csv", JANUARY)
    assert "2 columns are not there" in str(door.receive().problems[0])


@pytest.mark.usefixtures("deadly")
def test_only_a_reader_that_was_killed_from_outside_is_given_the_file_again(
    door: Province,
) -> None:
    door.land(f"{BAD}.csv", "now killed")
    door.land("clinic/2025-12/2026-02-03_worse.csv", "now abort")
    assert door.receive().refused == 2
    again = door.receive()
    assert (again.refused, again.unchanged) == (1, 1)


@pytest.mark.usefixtures("deadly")
def test_a_full_disk_is_no_fault_of_the_file(door: Province) -> None:
    door.land(f"{BAD}.csv", "now disk")
    with pytest.raises(NoReader, match="No file can be read: no space left on device"):
        door.receive()
    assert not list(door.data.raw.rglob("*.json"))


def test_a_reader_that_does_not_start_blames_no_file(
    door: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    the_reader().stop()
    with monkeypatch.context() as patch:
        patch.setattr(reading_apart, "PROCESS", [sys.executable, "-m", "tests.no_such_reader"])
        door.land(f"{GOOD}.csv", JANUARY)
        with pytest.raises(NoReader, match=r"does not start.*no_such_reader"):
            door.receive()
    assert door.receive().accepted == 1


STARTS = """
import sys
from pathlib import Path
from kinhbac.ingest import reading_apart
from kinhbac.ingest.reading_room import ReadingRoom
from kinhbac.periods import PeriodKind
from kinhbac.registry.declared.contract import Delivery

reading_apart.PROCESS = [sys.executable, "-m", "tests.deadly_reader"]
process = reading_apart.the_reader().start()
process.get_ready()
print(process.number, flush=True)
delivery = Delivery(format="csv", frequency=PeriodKind.MONTH)
reading_apart.read_apart(Path(sys.argv[1]), delivery, ReadingRoom(Path(sys.argv[2])))
"""


def test_a_reader_ends_with_whoever_started_it_even_if_that_was_killed(tmp_path: Path) -> None:
    asleep = tmp_path / "asleep.csv"
    asleep.write_text("now sleep", encoding="utf-8")
    command = [sys.executable, "-c", STARTS, asleep.as_posix(), (tmp_path / "room").as_posix()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=PROJECT) as parent:
        assert parent.stdout
        reader = int(parent.stdout.readline())
        time.sleep(0.5)
        parent.kill()
    deadline = time.monotonic() + 10
    while is_running(reader):
        assert time.monotonic() < deadline, "the reader outlives its parent"
        time.sleep(0.05)


def is_running(process: int) -> bool:
    stat = Path(f"/proc/{process}/stat")
    try:
        return stat.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def parquet(frame: pl.DataFrame) -> bytes:
    written = io.BytesIO()
    frame.write_parquet(written)
    return written.getvalue()


TWO_ROWS = pl.DataFrame(
    {"Ma": ["00001", "00002"], "Ten": ["Một", "Hai"], "Sinh": [10, 30], "Tram": [9, 3]}
)


def test_a_flipped_bit_is_refused_or_read_as_figures(door: Province) -> None:
    door.write("clinic/source.yml", OPEN.replace("format: csv", "format: parquet"))
    whole = parquet(TWO_ROWS)
    flips = {424, 779, *range(5, len(whole) * 8, 211)}
    for number, bit in enumerate(sorted(flips)):
        spoilt = bytearray(whole)
        spoilt[bit // 8] ^= 1 << bit % 8
        door.land(f"clinic/2026-01/2026-02-03_{number}.parquet", bytes(spoilt))
    door.land(f"{GOOD}.parquet", whole)
    reception = door.receive()
    assert reception.accepted + reception.refused == len(flips) + 1
    assert {entry.file: entry.accepted for entry in reception.entries}[f"{GOOD}.parquet"]
    for kept in door.data.raw.rglob("*.parquet"):
        assert pl.read_parquet(kept).rows()


def test_rows_that_take_no_bytes_are_refused_by_their_number(door: Province) -> None:
    door.write("clinic/source.yml", OPEN.replace("format: csv", "format: parquet"))
    rows = 12_000_000
    same = {name: pl.repeat(TWO_ROWS[name][0], rows, eager=True) for name in TWO_ROWS.columns}
    door.land(f"{BAD}.parquet", parquet(pl.DataFrame(same)))
    door.land(f"{GOOD}.parquet", parquet(TWO_ROWS))
    assert "the file declares 12,000,000 rows" in refusal(door.receive())


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ('{"Ma": "00001", "\\ud800": 1, "\\ud800": 2}', "twice"),
        ('{"Ma": "00001", "\\ud800": 1}', "half a character"),
        ('{"Ma": "00001", "Sinh": "\\ud800"}', "half a character"),
    ],
)
def test_half_a_character_is_refused_wherever_it_stands(
    door: Province, record: str, told: str
) -> None:
    door.write("clinic/source.yml", OPEN.replace("format: csv", "format: json"))
    door.land(f"{BAD}.json", f"[{record}]")
    door.land(f"{GOOD}.json", f"[{RECORD}]")
    assert told in refusal(door.receive())


def test_a_key_of_its_own_in_every_record_is_too_much(door: Province) -> None:
    door.write("clinic/source.yml", OPEN.replace("format: csv", "format: json"))
    records = [{"Ma": "00001", f"k{n}": n} for n in range(20_000)]
    door.land(f"{BAD}.json", json.dumps(records))
    door.land(f"{GOOD}.json", f"[{RECORD}]")
    assert "the records name 20,001 fields" in refusal(door.receive())


def prefixed(book: bytes) -> bytes:
    """The same workbook, the names in its sheet with a prefix, as some programs write them."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as plain, zipfile.ZipFile(written, "w") as other:
        for name in plain.namelist():
            content = plain.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", content)
                content = content.replace(b"xmlns=", b"xmlns:x=")
            other.writestr(name, content)
    return written.getvalue()


def test_a_stray_cell_whose_names_carry_a_prefix_costs_its_workbook_alone(door: Province) -> None:
    door.write("clinic/source.yml", OPEN.replace("format: csv", "format: xlsx"))
    stray = workbook({CELL: CELL + '<c r="XFD1048576"><v>1</v></c>'})
    door.land(f"{BAD}.xlsx", prefixed(stray))
    door.land(f"{GOOD}.xlsx", workbook({}))
    assert refusal(door.receive())


def test_what_is_no_file_is_told_and_waits_for_nobody(door: Province) -> None:
    folder = door.land(f"{GOOD}.csv", JANUARY).parent
    os.mkfifo(folder / "a.csv")
    (folder / "b.csv").symlink_to("/etc/passwd")
    (folder / "c.csv").mkdir()
    door.land(f"{GOOD}.csv.manifest.yml", "").unlink()
    (folder / "2026-03-03_g.csv.manifest.yml").symlink_to("/etc/passwd")
    reception = door.receive()
    assert "manifest.yml: it is a link" in str(reception.problems[0])
    assert find_strays(door.registry, door.data) == {
        "clinic/2026-02/a.csv": "is a pipe",
        "clinic/2026-02/b.csv": "is a link",
        "clinic/2026-02/c.csv": "is a folder",
    }
    assert not list(door.data.kept.rglob("*.manifest"))


@pytest.mark.parametrize("becomes", ["gone", "pipe", "link", "folder"])
@pytest.mark.parametrize("moment", ["listed", "hashed"])
def test_what_becomes_another_thing_meanwhile_is_left_for_the_next_night(
    door: Province, monkeypatch: pytest.MonkeyPatch, moment: str, becomes: str
) -> None:
    landed = door.land(f"{BAD}.csv", JANUARY)
    door.land(f"{GOOD}.csv", JANUARY)
    steps = {"listed": (landing_zone, "why_stray"), "hashed": (extracts, "_delivered")}
    module, name = steps[moment]
    asked = getattr(module, name)

    def changed(*arguments: object) -> object:
        answer = asked(*arguments)
        if landed in arguments:
            landed.unlink()
            if becomes == "pipe":
                os.mkfifo(landed)
            elif becomes == "link":
                landed.symlink_to("/etc/passwd")
            elif becomes == "folder":
                landed.mkdir()
        return answer

    monkeypatch.setattr(module, name, changed)
    reception = door.receive()
    assert (reception.accepted, reception.refused, reception.problems) == (1, 0, ())
    assert [path.stem for path in door.data.raw.rglob("*.parquet")]


def test_a_file_that_may_not_be_read_is_told(
    door: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    landed = door.land(f"{BAD}.csv", JANUARY)
    door.land(f"{GOOD}.csv", JANUARY)
    opened = os.open

    def denied(path: Path, flags: int, mode: int = 0o777) -> int:
        if path == landed:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, flags, mode)

    monkeypatch.setattr(os, "open", denied)
    assert door.receive().accepted == 1
    assert find_strays(door.registry, door.data) == {
        f"{BAD}.csv": "cannot be opened (permission denied)"
    }
