"""The leader's report as a workbook: the same rows as the printed page, one sheet a part.

Here: sheets, headings, formats. Not here: what the report says (``scoreboard.pages.report``).
Figures are numbers, to the last digit; every text is written as text, never as a formula.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kinhbac.documents.books import Book, written_book
from kinhbac.forms.period_names import name_period
from kinhbac.periods import Period, PeriodKind
from kinhbac.words.language import words_of

Row = Mapping[str, Any]
LEVELS = {"red": "Báo động", "yellow": "Cần chú ý", "green": "Đạt"}
LIVES = {
    "raised": "mới nêu",
    "acknowledged": "đã tiếp nhận",
    "action_decided": "đã có chỉ đạo",
    "closed": "đã đóng",
    "reopened": "nêu lại",
}
STATES = {"late": "quá hạn, chưa gửi", "refused": "bị từ chối"}
WORDS = {"level": LEVELS, "status": LEVELS, "life": LIVES, "state": STATES}
"""Column → the words for its codes."""
PERIOD = "period"
"""Stands for the name of a row's period."""
SHEETS: dict[str, tuple[str, dict[str, tuple[str, int]]]] = {
    "decide": (
        "Cần quyết định",
        {
            "level": ("Mức", 14),
            "text_vi": ("Cảnh báo", 80),
            "owner": ("Chủ sở hữu", 14),
            "life": ("Xử lý", 16),
            "action_vi": ("Chỉ đạo", 50),
            "action_by": ("Cơ quan thực hiện", 14),
            "action_due": ("Hạn", 12),
            "synthetic": ("Mô phỏng", 10),
        },
    ),
    "overdue": (
        "Chỉ đạo quá hạn",
        {
            "name_vi": ("Địa bàn", 28),
            "action_vi": ("Chỉ đạo", 60),
            "action_by": ("Cơ quan thực hiện", 14),
            "action_decision": ("Văn bản", 24),
            "action_due": ("Hạn", 12),
            "synthetic": ("Mô phỏng", 10),
        },
    ),
    "progress": (
        "Tiến độ mục tiêu",
        {
            "name_vi": ("Chỉ số", 46),
            PERIOD: ("Kỳ", 16),
            "value": ("Giá trị", 14),
            "unit_vi": ("Đơn vị", 14),
            "target": ("Mục tiêu", 14),
            "decision": ("Căn cứ", 30),
            "should_stand": ("Đến nay cần", 14),
            "required_per_period": ("Mỗi kỳ còn lại cần", 14),
            "forecast": ("Dự báo cuối năm", 14),
            "forecast_low": ("Thấp", 12),
            "forecast_high": ("Cao", 12),
            "text_vi": ("Diễn giải", 80),
            "synthetic": ("Mô phỏng", 10),
        },
    ),
    "values": (
        "Chỉ số cấp tỉnh",
        {
            "name_vi": ("Chỉ số", 46),
            "value": ("Giá trị", 14),
            "unit_vi": ("Đơn vị", 14),
            PERIOD: ("Kỳ", 16),
            "status": ("Mức", 14),
            "target": ("Mục tiêu", 14),
            "previous_change": ("So kỳ trước", 14),
            "last_year_change": ("So cùng kỳ", 14),
            "owner": ("Chủ sở hữu", 14),
            "synthetic": ("Mô phỏng", 10),
        },
    ),
    "ranks": (
        "Xếp hạng xã, phường",
        {
            "name_vi": ("Chỉ số tổng hợp", 40),
            PERIOD: ("Kỳ", 16),
            "area_vi": ("Địa bàn", 28),
            "value": ("Giá trị", 14),
            "rank": ("Hạng", 10),
            "units": ("Trong", 10),
            "rank_low": ("Hạng tốt nhất", 14),
            "rank_high": ("Hạng kém nhất", 14),
            "synthetic": ("Mô phỏng", 10),
        },
    ),
    "warned": (
        "Cảnh báo xã, phường",
        {
            "name_vi": ("Địa bàn", 30),
            "red": ("Báo động", 12),
            "yellow": ("Cần chú ý", 12),
            "unanswered": ("Chưa tiếp nhận", 14),
        },
    ),
    "late": (
        "Giao nhận",
        {
            "name_vi": ("Nguồn dữ liệu", 50),
            PERIOD: ("Kỳ", 16),
            "state": ("Tình trạng", 16),
            "owner_vi": ("Chủ sở hữu", 40),
            "due_date": ("Hạn nộp", 12),
            "days_late": ("Ngày quá hạn", 14),
            "synthetic": ("Mô phỏng", 10),
        },
    ),
    "holds": (
        "Tạm giữ",
        {
            "name_vi": ("Nguồn dữ liệu", 50),
            "subject": ("Nội dung", 50),
            "owner_vi": ("Chủ sở hữu", 40),
            "indicators": ("Số chỉ số", 12),
            "cells": ("Số ô số liệu", 12),
        },
    ),
}
"""Part of the report: name of its sheet, and columns with heading and width in characters."""


def report_workbook(report: Mapping[str, Any]) -> bytes:
    """The workbook of a report; the same bytes for the same report."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "report.xlsx"
        with written_book(path) as book:
            for part, (name, columns) in SHEETS.items():
                _write_sheet(book, name, columns, report[part], report["info"])
        return path.read_bytes()


def _write_sheet(
    book: Book,
    name: str,
    columns: dict[str, tuple[str, int]],
    rows: Sequence[Row],
    info: Row,
) -> None:
    sheet = book.sheet(name)
    title = f"{name} – đợt công bố {info['release']}, số liệu đến ngày {info['as_of']:%d/%m/%Y}"
    sheet.write_string(0, 0, title, book.style("title"))
    if info["synthetic"]:
        sheet.write_string(1, 0, "Có số liệu mô phỏng (cột «Mô phỏng»)", book.style("unwrapped"))
    for place, (heading, width) in enumerate(columns.values()):
        sheet.write_string(3, place, heading, book.style("head"))
        sheet.set_column(place, place, width)
    for line, row in enumerate(rows, 4):
        for place, column in enumerate(columns):
            _write_cell(book, sheet, line, place, column, row)
    sheet.freeze_panes(4, 1)
    sheet.autofilter(3, 0, 3 + max(len(rows), 1), len(columns) - 1)
    sheet.repeat_rows(3)
    sheet.fit_to_pages(1, 0)


def _write_cell(book: Book, sheet: Any, line: int, place: int, column: str, row: Row) -> None:
    content = _name_period(row) if column == PERIOD else row[column]
    if column == "value" and content is None:
        content = words_of("vi").state[row["state"]]  # what is absent is a word, as on the page
    plain = book.style("line")
    if content is None:
        sheet.write_blank(line, place, None, plain)
    elif isinstance(content, bool):
        sheet.write_string(line, place, "có" if content else "", plain)
    elif isinstance(content, int | float):
        whole = float(content).is_integer()  # «5,» would stand where decimals may be none
        sheet.write_number(
            line, place, content, book.style("line", "#,##0" if whole else "#,##0.00")
        )
    elif isinstance(content, date):
        sheet.write_datetime(line, place, content, book.style("line", "dd/mm/yyyy"))
    else:
        sheet.write_string(line, place, WORDS.get(column, {}).get(content, str(content)), plain)


def _name_period(row: Row) -> str:
    return name_period(Period(row["period_start"], PeriodKind(row["period_kind"])))
