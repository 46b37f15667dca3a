"""Ugly real files: read right, or refused with a reason that says where."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kinhbac.ingest.raw import Batch, RawFile
from kinhbac.ingest.readers import read_raw
from kinhbac.ingest.reading_room import ReadingRoom
from kinhbac.periods import PeriodKind
from kinhbac.registry.declared.contract import Delivery

Read = Callable[..., tuple[RawFile, list[Batch]]]


@pytest.fixture
def read(tmp_path: Path) -> Iterator[Read]:
    room = ReadingRoom(tmp_path / "room")

    def whole(path: Path, **options: object) -> tuple[RawFile, list[Batch]]:
        delivery = Delivery.model_validate({"frequency": PeriodKind.YEAR, **options})
        raw = read_raw(path, delivery, room)
        return raw, list(raw.batches)

    yield whole
    room.clear()


def test_a_workbook_in_tcvn3_reads_as_unicode(shared: Path, read: Read) -> None:
    path = shared / "messy" / "Plan_2003.xls"
    raw, _ = read(path, format="xls", encoding="tcvn3", title_rows=8, header_rows=3)
    assert "tỉnh, thành phố" in raw.names
    assert any("tổng thu" in name for name in raw.names)


def test_every_ragged_line_is_counted(shared: Path, read: Read) -> None:
    path = shared / "messy" / "exam_ragged_semicolon_hn_2025.csv"
    ragged = sum(line.count(b";") != 9 for line in path.read_bytes().splitlines()[1:])
    raw, _ = read(path, format="csv", delimiter=";")
    problems = raw.problems.tell()
    assert sum(problem.count for problem in problems) == ragged > 16000
    assert problems[0].line == 2
    assert "too many columns" in problems[0].found


def test_json_with_a_byte_order_mark_is_read(shared: Path, read: Read) -> None:
    _, [batch] = read(shared / "messy" / "dataProvince.json", format="json")
    assert batch.rows == 64


def test_a_large_real_csv_is_read_whole(shared: Path, read: Read) -> None:
    path = shared / "extracts" / "exam_2025_ct2018_candidates_4provinces.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        candidates = sum(1 for _ in csv.reader(file)) - 1
    raw, batches = read(path, format="csv")
    assert (sum(batch.rows for batch in batches), raw.problems.tell()) == (candidates, [])
