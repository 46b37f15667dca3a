"""Ugly real files: read right, or refused with a reason that says where."""

from __future__ import annotations

import csv
from pathlib import Path

from kinhbac.ingest.readers import read_raw
from kinhbac.periods import PeriodKind
from kinhbac.registry.declared.contract import Delivery


def delivery(**options: object) -> Delivery:
    return Delivery.model_validate({"frequency": PeriodKind.YEAR, **options})


def test_a_workbook_in_tcvn3_reads_as_unicode(shared: Path) -> None:
    content = (shared / "messy" / "Plan_2003.xls").read_bytes()
    table = read_raw(content, delivery(format="xls", encoding="tcvn3", title_rows=8, header_rows=3))
    assert "tỉnh, thành phố" in table.columns
    assert any("tổng thu" in name for name in table.columns)


def test_every_ragged_line_is_named(shared: Path) -> None:
    content = (shared / "messy" / "exam_ragged_semicolon_hn_2025.csv").read_bytes()
    ragged = sum(line.count(b";") != 9 for line in content.splitlines()[1:])
    problems = read_raw(content, delivery(format="csv", delimiter=";")).problems
    assert len(problems) == ragged > 16000
    assert problems[0].line == 2
    assert "too many columns" in problems[0].found


def test_json_with_a_byte_order_mark_is_read(shared: Path) -> None:
    content = (shared / "messy" / "dataProvince.json").read_bytes()
    table = read_raw(content, delivery(format="json"))
    assert len(table.lines) == 64


def test_a_large_real_csv_is_read_whole(shared: Path) -> None:
    path = shared / "extracts" / "exam_2025_ct2018_candidates_4provinces.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        candidates = sum(1 for _ in csv.reader(file)) - 1
    table = read_raw(path.read_bytes(), delivery(format="csv"))
    assert (len(table.lines), table.problems) == (candidates, [])
