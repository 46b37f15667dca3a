"""Whatever is laid down, one file concerns one file: every other source goes on, and it is named."""

from __future__ import annotations

import ctypes
import io
import json
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

from kinhbac.ingest.landing_zone import find_strays
from kinhbac.night import COMPUTING, run
from kinhbac.problems import Refused
from tests.conftest import ENROLLED, FEBRUARY, JANUARY, PUPILS, SCHOOL, Province, make_tiny

DOOR = tuple(step for step in COMPUTING if step.name in ("registry", "raw", "ledger"))
GOOD, OTHER = "clinic/2026-01/2026-02-03_a.csv", "clinic/2026-01/2026-02-05_b.csv"
MARK = "GEHEIM-4711"


@pytest.fixture
def zone(tmp_path: Path) -> Province:
    """A good file of the clinics, and the control source, in a folder whose name is a trap."""
    made = make_tiny(tmp_path / ".it's %d Bắc Ninh")
    made.write("school/source.yml", SCHOOL)
    made.write("school/indicators.yml", PUPILS)
    made.land("school/2026-01/2026-02-04_a.csv", ENROLLED)
    made.land(GOOD, JANUARY)
    return made


def judge(province: Province) -> dict[str, tuple[str, bool]]:
    """File → how it stands and whether it is held, after the door; the control source is whole."""
    run(province.night(), DOOR)
    rows = pl.read_parquet(province.data.tables / "extracts.parquet").to_dicts()
    [control] = [row for row in rows if row["source"] == "school"]
    assert (control["standing"], control["held"]) == ("in_force", False)
    kept = province.data.root / control["parquet"]
    assert pl.read_parquet(kept)["value"].to_list() == [100.0, 250.0]
    _nothing_leaks(province)
    return {r["file"]: (r["standing"], r["held"]) for r in rows if r["source"] == "clinic"}


def _nothing_leaks(province: Province) -> None:
    for folder, names, files in os.walk(province.data.root):
        if Path(folder) == province.data.landing:
            names[:] = [name for name in names if name == ".kept"]
            continue
        for name in files:
            assert MARK.encode() not in (Path(folder) / name).read_bytes(), f"{folder}/{name}"


def secret(province: Province) -> Path:
    path = province.data.root.parent / "secret.csv"
    path.write_text(f"note: {MARK}\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def link(province: Province, place: str, target: Path) -> None:
    path = province.data.landing / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


def bind(province: Province, place: str) -> None:
    path, here = province.data.landing / place, Path.cwd()
    os.chdir(path.parent)  # the address of a socket must be short
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)
    os.chdir(here)


STRAYS: dict[str, tuple[Callable[[Province], object], str, str]] = {
    "pipe": (lambda p: os.mkfifo(p.data.landing / OTHER), OTHER, "is a pipe"),
    "socket": (lambda p: bind(p, OTHER), OTHER, "is a socket"),
    "link": (lambda p: link(p, OTHER, secret(p)), OTHER, "is a link"),
    "folder": (lambda p: (p.data.landing / OTHER).mkdir(), OTHER, "is a folder"),
    "period": (
        lambda p: link(p, "clinic/2026-02", secret(p).parent), "clinic/2026-02", "is a link",
    ),
    "agency": (lambda p: link(p, "SYT", secret(p).parent), "SYT", "is a link"),
    "Thumbs.db": (
        lambda p: p.land("clinic/2026-01/Thumbs.db", b"\xff\x00"), "clinic/2026-01/Thumbs.db",
        "is what a program leaves behind, by its name",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "place", "why"), STRAYS.values(), ids=STRAYS)
def test_what_is_no_file_is_told_and_holds_nothing_back(
    zone: Province, make: Callable[[Province], object], place: str, why: str
) -> None:
    make(zone)
    assert judge(zone) == {GOOD: ("in_force", False)}
    assert find_strays(zone.registry, zone.data) == {place: why}


@pytest.mark.parametrize(
    "name", ["a.csv~", "b.csv.part", "b.filepart", ".b.swp", "b.bak", "~$a.xlsx", ".~lock.b.xlsx#"]
)
def test_left_overs_of_programs_hold_nothing_back(zone: Province, name: str) -> None:
    zone.land(f"clinic/2026-01/{name}", b"\xff\x00")
    assert judge(zone) == {GOOD: ("in_force", False)}
    assert len(find_strays(zone.registry, zone.data)) == 1


@pytest.fixture
def not_root() -> Iterator[None]:
    """Without root's right to open what its owner has closed, for the time of a test."""
    if os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    held, less = (ctypes.c_uint32 * 6)(), (ctypes.c_uint32 * 6)()
    assert libc.capget(header, held) == 0
    less[:] = held[:]
    less[0] &= ~0b110  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, of the effective ones
    assert libc.capset(header, less) == 0
    yield
    assert libc.capset(header, held) == 0


CLOSED = {
    "a file": (OTHER, OTHER, 0, {GOOD: ("in_force", False)}),
    "a period": (OTHER, "clinic/2026-01", 0, {}),
    "a period to be listed": (OTHER, "clinic/2026-01", 0o400, {}),
    "an agency": ("SYT/clinic/2026-02/2026-03-03_a.csv", "SYT", 0, {GOOD: ("in_force", False)}),
    "a source": (OTHER, "clinic", 0, {}),
    "a manifest": (
        f"{GOOD}.manifest.yml", f"{GOOD}.manifest.yml", 0, {GOOD: ("refused", True)},
    ),
}  # fmt: skip


@pytest.mark.usefixtures("not_root")
@pytest.mark.parametrize(("laid", "closed", "mode", "stands"), CLOSED.values(), ids=CLOSED)
def test_what_may_not_be_read_stops_nobody_else(
    zone: Province, laid: str, closed: str, mode: int, stands: dict[str, tuple[str, bool]]
) -> None:
    zone.land(laid, FEBRUARY)
    path = zone.data.landing / closed
    path.chmod(mode)
    try:
        run(zone.night(), DOOR)
        strays = find_strays(zone.registry, zone.data)
    finally:
        path.chmod(0o700)
    rows = pl.read_parquet(zone.data.tables / "extracts.parquet").to_dicts()
    told = {row["file"]: (row["standing"], row["held"]) for row in rows}
    assert told.pop("school/2026-01/2026-02-04_a.csv") == ("in_force", False)
    assert told == stands
    problems = pl.read_parquet(zone.data.tables / "problems.parquet")["found"].to_list()
    assert [why for why in [*strays.values(), *problems] if "permission denied" in why]


def flipped(bit: int) -> bytes:
    made = io.BytesIO()
    pl.DataFrame({"Ma": ["00001", "00002"], "Sinh": [10, 30], "Tram": [9, 3]}).write_parquet(made)
    content = bytearray(made.getvalue())
    content[bit // 8 % len(content)] ^= 1 << bit % 8
    return bytes(content)


HEAD = b"Ma,Ten,Sinh,Tram\n"
FILES: dict[str, bytes] = {
    "empty": b"",
    "a quote that is never closed": HEAD + b'00001,"a,1,1\n00002,b,1,1\n',
    "infinity": HEAD + b"00001,a,1,Infinity\n00002,b,1,1\n",
    "1e400": HEAD + b"00001,a,1,-1e400\n00002,b,1,1\n",
    "1e308 twice": HEAD + b"00001,a,1,1e308\n00002,b,1,1e308\n",
    "80,000 columns": b",".join(b"c%d" % n for n in range(80_000)) + b"\n1\n",
    "no header": b"\x00" * 10_000,
}
JSONS: dict[str, bytes] = {
    "a lone surrogate": b'[{"Ma": "00001", "Sinh": "\\ud800", "Tram": 1}]',
    "a lone surrogate in two keys": b'[{"\\ud800": 1, "\\ud800": 2, "Ma": "00001"}]',
    "20,000 new keys": json.dumps([{f"k{n}": n, "Ma": "00001"} for n in range(20_000)]).encode(),
    "900 levels": b'[{"Ma":' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"}]",
    "NaN": b'[{"Ma": "00001", "Sinh": NaN, "Tram": 1e400}]',
    "no JSON": b"[" * 100_000,
}


@pytest.mark.parametrize(
    ("suffix", "content"),
    [
        *(pytest.param("csv", content, id=name) for name, content in FILES.items()),
        *(pytest.param("json", content, id=name) for name, content in JSONS.items()),
        *(pytest.param("parquet", flipped(bit), id=f"bit {bit}") for bit in (424, 779, 9000)),
    ],
)
def test_a_file_of_harm_is_refused_by_name_and_takes_nothing_out_of_force(
    zone: Province, suffix: str, content: bytes
) -> None:
    own = (zone.sources / "clinic" / "source.yml").read_text(encoding="utf-8")
    zone.write(
        "clinic_2/source.yml",
        own.replace("source: clinic", "source: clinic_2")
        .replace("format: csv", f"format: {suffix}")
        .replace("births_at_clinic:", "at_clinic_2:")
        .replace("births:", "births_2:")
        .replace(
            'missing: ["-"]', f'missing: ["-"]{", encoding: utf-8" if suffix == "csv" else ""}'
        ),
    )
    zone.land(f"clinic_2/2026-02/2026-03-05_b.{suffix}", content)
    assert judge(zone) == {GOOD: ("in_force", False)}
    rows = pl.read_parquet(zone.data.tables / "extracts.parquet")
    [file] = rows.filter(source="clinic_2").to_dicts()
    if suffix == "parquet" and file["standing"] == "in_force":  # a bit that says nothing of figures
        typed = pl.read_parquet(zone.data.root / file["parquet"])
        assert sorted(typed["value"]) == [3.0, 9.0, 10.0, 30.0]
    else:
        assert file["standing"] == "refused" and file["problems"]


def test_a_later_file_without_figures_leaves_the_good_one_in_force(zone: Province) -> None:
    zone.land(OTHER, "")
    assert judge(zone) == {GOOD: ("in_force", True), OTHER: ("refused", True)}


def test_what_is_kept_lies_in_the_data_folder_itself(zone: Province) -> None:
    link(zone, ".kept", secret(zone).parent)
    with pytest.raises(Refused, match=r"\.kept is a link"):
        run(zone.night(), DOOR)
