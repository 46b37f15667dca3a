"""What is larger than any honest delivery is refused at once, by name, with what to do."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from pathlib import Path

import polars as pl
import pytest

from kinhbac.ingest import json_records, limits, packed_parts
from kinhbac.ingest.extracts import Extract
from kinhbac.ingest.kept_bytes import Keeping
from kinhbac.ingest.ledger import entry_path, read_entry
from kinhbac.ingest.packed_parts import Parts
from tests.conftest import CLINIC as WHOLE_CLINIC
from tests.conftest import JANUARY, SCHOOL, Province, make_tiny
from tests.unit.test_hostile_deliveries import PLACE, said, workbook

CLINIC = WHOLE_CLINIC.replace(", personal: [SoDinhDanh]", "")


@pytest.fixture
def door(tmp_path: Path) -> Province:
    return make_tiny(tmp_path)


def test_columns_beyond_counting_are_refused_by_their_number(door: Province) -> None:
    names = ",".join(f"c{n}" for n in range(limits.COLUMNS))
    door.land(f"{PLACE}.csv", f"Ma,Ten,Sinh,Tram,{names}\n")
    assert "a.csv:1: the header has 16,388 columns. Rule: at most 16,384 columns" in said(door)


def test_unknown_columns_are_one_problem_and_those_of_an_owner_another(door: Province) -> None:
    names = [*(f"c{n}" for n in range(500)), "Học sinh", "Pupils"]
    door.write("school/source.yml", SCHOOL)
    door.land(f"{PLACE}.csv", "Ma,Ten,Sinh,Tram," + ",".join(names) + "\n")
    [of_school, unknown] = sorted(door.receive().problems, key=lambda problem: problem.count)
    assert of_school.found == "2 columns are of the source «school», owned by STC (Sở Tài chính)"
    assert of_school.values == ("Học sinh", "Pupils")
    assert (unknown.count, unknown.line, len(unknown.values)) == (500, 1, 20)
    assert "a.csv:1, c0: «c0», «c1», «c10» the contract does not know 500 columns" in str(unknown)


def test_a_line_without_end_is_refused(door: Province) -> None:
    long = "x" * (limits.LINE + 1)
    door.land(f"{PLACE}.csv", f"{long}\n")
    assert "the line has 2,000,001 characters" in said(door)
    door.land(f"{PLACE}.csv", f"{JANUARY}00001,{long},1,1\n")
    text = "\n".join(map(str, door.receive().problems))
    assert "a.csv:4: line size over maximum" in text and "2,000,000 bytes at most" in text


@pytest.mark.usefixtures("read_here")
def test_a_document_too_large_for_one_piece_is_to_come_in_lines(
    door: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_records, "DOCUMENT", 10)
    door.write("clinic/source.yml", CLINIC.replace("format: csv", "format: json"))
    door.land(f"{PLACE}.json", json.dumps([{"Ma": "00001"}]))
    text = said(door)
    assert "the document has 17 bytes" in text and "Remedy: deliver it as JSON lines" in text


@pytest.mark.parametrize("record", ['{"a": ' * 40 + "1" + "}" * 40, "[" * 100_000 + "]" * 100_000])
def test_a_record_that_nests_without_end_is_refused(door: Province, record: str) -> None:
    door.write("clinic/source.yml", CLINIC.replace("format: csv", "format: json"))
    door.land(f"{PLACE}.json", f'[{{"Ma": {record}}}]')
    assert "a record nests deeper than 32 levels" in said(door)


@pytest.mark.usefixtures("read_here")
def test_rows_that_take_no_bytes_are_counted_all_the_same(
    door: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kinhbac.ingest.limits.ROWS", 3)
    door.write("clinic/source.yml", CLINIC.replace("format: csv", "format: parquet"))
    written = io.BytesIO()
    pl.DataFrame({"Ma": ["00001"] * 4}).write_parquet(written)
    door.land(f"{PLACE}.parquet", written.getvalue())
    assert "the file declares 4 rows. Rule: at most 3 rows are read" in said(door)


def texts_of(size: int) -> bytes:
    """A workbook whose texts unpack to ``size`` bytes."""
    made = io.BytesIO(workbook({}))
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/sharedStrings.xml", b"A" * size)
    return made.getvalue()


def understate(packed: bytes, size: int) -> bytes:
    """The same, its directory saying that nothing is as large as ``size``."""
    return packed.replace(struct.pack("<L", size), struct.pack("<L", 10))


@pytest.mark.usefixtures("read_here")
@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("lies", [False, True])
def test_a_workbook_is_refused_by_what_it_unpacks_to_whatever_it_says(
    door: Province, monkeypatch: pytest.MonkeyPatch, lies: bool
) -> None:
    monkeypatch.setattr(packed_parts, "TEXTS", 100_000)
    content = texts_of(777_777)
    door.land(f"{PLACE}.xlsx", understate(content, 777_777) if lies else content)
    text = said(door)
    assert "the part xl/sharedStrings.xml of the workbook unpacks to" in text
    assert "at most 100,000 bytes are read. Remedy: save it anew" in text


def test_an_honest_workbook_is_within_all_limits(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook({}))
    with Parts.opened(path) as parts:
        parts.hold_texts("xl/sharedStrings.xml")


def test_a_file_written_to_while_it_is_read_is_left_for_the_next_night(
    door: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    landed = door.land(f"{PLACE}.csv", JANUARY)
    finish = Keeping.finish

    def written_to(keeping: Keeping, extract: Extract) -> bool:
        landed.write_text(JANUARY.replace("10,9", "10,8"), encoding="utf-8")
        return finish(keeping, extract)

    for large in (0, 1 << 20):
        monkeypatch.setattr("kinhbac.ingest.kept_bytes.LARGE", large)
        with monkeypatch.context() as patch:
            patch.setattr(Keeping, "finish", written_to)
            assert door.receive().entries == ()
        assert not list(door.data.raw.rglob("*.json"))
        landed.write_text(JANUARY, encoding="utf-8")
    assert door.receive().accepted == 1


def test_an_entry_of_an_earlier_version_is_read(door: Province) -> None:
    door.land(f"{PLACE}.csv", JANUARY.replace("10,9", "10,x"))
    [entry] = door.receive().entries
    path = entry_path(door.data, *entry.place, entry.sha256)
    written = json.loads(path.read_text(encoding="utf-8"))
    for problem in written["problems"]:
        for name in ("count", "lines", "values"):
            del problem[name]
    path.write_text(json.dumps(written), encoding="utf-8")
    assert read_entry(path) == entry
