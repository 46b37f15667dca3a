"""Hostile deliveries that somebody tried on an earlier state, by their names, each with its right end.

One night opens the door to all of them at once, each for a source of its own, beside one that
nobody harms. Not here: what is no file or closed (``test_landing``), what lies between nights.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from kinhbac.ingest import landed_file
from kinhbac.ingest.landing_zone import find_strays
from kinhbac.night import COMPUTING, run
from tests.conftest import CLINIC, ENROLLED, JANUARY, PUPILS, SCHOOL, Province, make_tiny
from tests.unit.test_hostile_deliveries import CELL, workbook

DOOR = tuple(step for step in COMPUTING if step.name in ("registry", "raw", "ledger"))
MARK = "GEHEIM-4711"
FRAME = pl.DataFrame({"Ma": ["00001", "00002"], "Sinh": [10, 30], "Tram": [9, 3]})
OLD = JANUARY.replace("30,3", "29,3")
IN_FORCE, NOT_HELD = "in_force", False


def parquet() -> bytes:
    made = io.BytesIO()
    FRAME.write_parquet(made, compression="uncompressed", statistics=False)
    return made.getvalue()


def footer_of_2_gb() -> bytes:
    return parquet()[:-8] + (2**31 - 1).to_bytes(4, "little") + b"PAR1"


def altered(content: bytes) -> bytes:
    """42 births of 10: the bit says so, and only the hash of the whole tells."""
    at = content.index((10).to_bytes(8, "little"))
    return content[:at] + (42).to_bytes(8, "little") + content[at + 8 :]


def flipped(bit: int) -> bytes:
    content = bytearray(parquet())
    content[bit // 8] ^= 1 << bit % 8
    return bytes(content)


def records(told: dict[str, object]) -> str:
    """January as JSON, its last record telling this."""
    first = {"Ma": "00001", "Ten": "Một", "Sinh": 10, "Tram": 9}
    last = {"Ma": "00002", "Ten": "Hai", "Sinh": 30, "Tram": 3} | told
    return json.dumps([first, last], ensure_ascii=False)


def blank_sheet_of_300_mb() -> bytes:
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook({}))) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</sheetData>", b"</sheetData>" + b" " * 300_000_000)
            new.writestr(name, content)
    return made.getvalue()


MERGED = '</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'


@dataclass(frozen=True)
class Case:
    """A file and what is laid beside it; how it stands, and what the door says of it."""

    content: Callable[[], bytes | str]
    stands: str
    says: str = ""
    suffix: str = "csv"
    name: str = "2026-02-03_a"
    beside: Callable[[Province, Path], object] = field(default=lambda province, path: None)


def secret(province: Province) -> Path:
    path = province.data.root.parent / "secret.csv"
    path.write_text(f"note: {MARK}\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.manifest.yml")


def tell_hash(content: bytes) -> Callable[[Province, Path], object]:
    told = f"sha256: {sha256(content).hexdigest()}\n"
    return lambda province, path: beside(path).write_text(told, encoding="utf-8")


def tell(manifest: str) -> Callable[[Province, Path], object]:
    return lambda province, path: beside(path).write_text(manifest, encoding="utf-8")


def of_february(_: Province, path: Path) -> None:
    """Without a day in its name a file is of the day on which it was written."""
    then = datetime(2026, 2, 3, tzinfo=UTC).timestamp()
    os.utime(path, (then, then))


def link_hard(province: Province, path: Path) -> None:
    path.unlink()
    outside = province.data.root.parent / "outside.csv"
    outside.write_text("note: nothing of a contract\n", encoding="utf-8")
    os.link(outside, path)


def good() -> str:
    return JANUARY


CASES: dict[str, Case] = {
    "door-parquet-flip-checksum": Case(
        lambda: altered(parquet()), "refused", "the manifest says", "parquet",
        beside=tell_hash(parquet()),
    ),
    "door-parquet-footer-2gb": Case(footer_of_2_gb, "refused", "not Parquet", "parquet"),
    "door-xlsx-overlong-reference": Case(
        lambda: workbook({CELL: CELL + '<c r="ZZZZZZZZZZ99999999999"><v>1</v></c>'}),
        "refused", "a cell stands nowhere", "xlsx",
    ),
    "door-xlsx-300mb-sheet": Case(blank_sheet_of_300_mb, "refused", "2,096,383 characters", "xlsx"),
    "door-xlsx-merged-all": Case(
        lambda: workbook({"</sheetData>": MERGED}), "refused", "merged", "xlsx"
    ),
    "door-csv-10mb-cell": Case(
        lambda: JANUARY.replace("Hai", f'"{"x" * 10_000_000}"'), "refused", "line"
    ),
    "door-csv-nul-name": Case(lambda: JANUARY.replace("Hai", "H\0i"), IN_FORCE),
    "door-csv-1e308-twice": Case(
        lambda: "Ma,Ten,Sinh,Tram\n00001,Một,1,1e308\n00002,Hai,1,1e308\n",
        "refused", "larger than a figure can be",
    ),
    "door-parquet-flip-424": Case(lambda: flipped(424), "refused", "not Parquet", "parquet"),
    "door-parquet-flip-779": Case(lambda: flipped(779), "refused", "not Parquet", "parquet"),
    "door-json-20000-keys": Case(
        lambda: json.dumps([{"Ma": "00001", f"c{n}": n} for n in range(20_000)]),
        "refused", "fields", "json",
    ),
    "door-json-surrogate-value": Case(
        lambda: records({"Sinh": "@"}).replace("@", "\\ud800"), "refused", "half a character", "json"
    ),
    "door-json-surrogate-twice": Case(
        lambda: records({"@": 1, "@@": 1}).replace("@@", "@").replace("@", "\\ud800"),
        "refused", "twice", "json",
    ),
    "door-json-deep-object": Case(
        lambda: records({"Ten": "@"}).replace('"@"', '{"a":' * 900 + "1" + "}" * 900),
        "refused", "nests deeper than 32", "json",
    ),
    "door-json-1e400-nan": Case(
        lambda: records({"Sinh": "@", "Tram": "@@"}).replace('"@@"', "NaN").replace('"@"', "1e400"),
        "refused", "number", "json",
    ),
    "door-xlsx-prefixed-names": Case(
        lambda: workbook({CELL: CELL + '<x:c xmlns:x="http://x" r="ZZZ9999999"><x:v>1</x:v></x:c>'}),
        IN_FORCE, suffix="xlsx",
    ),
    "door-csv-minus-1e400": Case(lambda: JANUARY.replace("30", "-1e400"), "refused", "figure"),
    "door-csv-infinity": Case(lambda: JANUARY.replace("30", "Infinity"), "refused", "number"),
    "door-csv-open-quote": Case(lambda: JANUARY.replace("Hai", '"Hai'), "refused", "quote"),
    "landing-hard-link": Case(
        good, "refused", "none of the", beside=link_hard,
    ),
    "landing-manifest-link": Case(
        good, "refused", "is a link",
        beside=lambda p, path: beside(path).symlink_to(secret(p)),
    ),
    "landing-manifest-tag": Case(
        good, "refused", "manifest.yml", beside=tell("note: !!python/object/apply:os.system [id]\n")
    ),
    "landing-manifest-surrogate": Case(
        good, "refused", "manifest.yml", beside=tell('note: "\\ud800"\n')
    ),
    "landing-manifest-is-folder": Case(good, IN_FORCE, beside=lambda p, path: beside(path).mkdir()),
    "landing-name-brackets": Case(good, IN_FORCE, name="2026-02-03_*[a]?"),
    "landing-name-template": Case(good, IN_FORCE, name="2026-02-03_{{ env_var('HOME') }}"),
    "landing-name-dashes": Case(good, IN_FORCE, name="-rf", beside=of_february),
    "landing-name-255-bytes": Case(good, IN_FORCE, name=f"2026-02-03_{'a' * 240}"),
    "landing-name-escapes": Case(
        lambda: "x\n1\n", "refused",
        name="2026-02-03_\x1b]0;x\x07\x1b[2J\u202ea",
    ),
    "landing-left-tilde-newer": Case(
        good, IN_FORCE, beside=lambda p, path: path.with_name(f"{path.name}~").write_text(OLD)
    ),
    "landing-left-partial": Case(
        good, IN_FORCE,
        beside=lambda p, path: path.with_name("b.csv.partial").write_bytes(b"\xff\x00"),
    ),
}  # fmt: skip


def key_of(case: str) -> str:
    return case.replace("-", "_")


@dataclass(frozen=True)
class Night:
    """The province after the door was shut, its ledger by source, and what it told people."""

    province: Province
    rows: dict[str, dict[str, object]]
    problems: dict[str, str]
    strays: dict[str, str]


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    made = make_tiny(tmp_path_factory.mktemp("hostile"))
    made.write("school/source.yml", SCHOOL)
    made.write("school/indicators.yml", PUPILS)
    made.land("school/2026-01/2026-02-04_a.csv", ENROLLED)
    own = CLINIC.replace(", personal: [SoDinhDanh]", "")
    for name, case in CASES.items():
        key = key_of(name)
        made.write(
            f"{key}/source.yml",
            own.replace("source: clinic", f"source: {key}")
            .replace("births_at_clinic:", f"at_{key}:")
            .replace("births:", f"births_{key}:")
            .replace("format: csv", f"format: {case.suffix}"),
        )
        path = made.land(f"{key}/2026-01/{case.name}.{case.suffix}", case.content())
        case.beside(made, path)
    run(made.night(), DOOR)
    rows = pl.read_parquet(made.data.tables / "extracts.parquet").to_dicts()
    told = pl.read_parquet(made.data.tables / "problems.parquet")
    problems = {
        f"{source}": " ".join(str(one) for row in found.rows() for one in row)
        for (source,), found in told.group_by("source")
    }
    strays = find_strays(made.registry, made.data)
    return Night(made, {row["source"]: row for row in rows}, problems, strays)


@pytest.mark.parametrize(("name", "case"), CASES.items(), ids=CASES)
def test_each_ends_as_is_right(night: Night, name: str, case: Case) -> None:
    row = night.rows[key_of(name)]
    assert row["standing"] == case.stands, night.problems.get(key_of(name))
    if case.stands == IN_FORCE:
        assert row["held"] is False
        typed = pl.read_parquet(night.province.data.root / f"{row['parquet']}")
        assert sorted(typed["value"]) == [3.0, 9.0, 10.0, 30.0]
    else:
        assert case.says in night.problems[key_of(name)]


def test_nobody_else_is_harmed_and_nothing_is_told_of_what_links_lead_to(night: Night) -> None:
    assert night.rows["school"]["standing"] == IN_FORCE and night.rows["school"]["held"] is False
    for folder, names, files in os.walk(night.province.data.root):
        if Path(folder) == night.province.data.landing:
            names[:] = [name for name in names if name == ".kept"]
            continue
        for file in files:
            content = (Path(folder) / file).read_bytes()
            assert MARK.encode() not in content, f"{folder}/{file}"


def test_what_is_told_of_names_has_no_sign_that_acts(night: Night) -> None:
    told = [*night.problems.values(), *night.strays, *night.strays.values()]
    assert not [text for text in told if {"\x1b", "\x07", "\u202e"} & {*text}]


def test_left_overs_are_told(night: Night) -> None:
    told = [place for place, why in night.strays.items() if "leaves behind" in why]
    assert {place.partition("/")[0] for place in told} == {
        "landing_left_tilde_newer", "landing_left_partial",
    }  # fmt: skip


def test_a_file_that_goes_as_it_is_opened_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_tiny(tmp_path)
    made.write("school/source.yml", SCHOOL)
    made.write("school/indicators.yml", PUPILS)
    made.land("school/2026-01/2026-02-04_a.csv", ENROLLED)
    going = made.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    opened = landed_file.open_landed

    def go(path: Path) -> object:
        if path == going:
            going.unlink(missing_ok=True)
        return opened(path)

    for module in ("landed_file", "kept_bytes", "extracts", "landing_zone"):
        monkeypatch.setattr(f"kinhbac.ingest.{module}.open_landed", go, raising=False)
    run(made.night(), DOOR)
    rows = pl.read_parquet(made.data.tables / "extracts.parquet").to_dicts()
    assert [row["standing"] for row in rows if row["source"] == "school"] == [IN_FORCE]
    assert not [row for row in rows if row["source"] == "clinic" and row["standing"] == IN_FORCE]
