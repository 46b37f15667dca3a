"""Writing a frame as a sector would deliver it.

Here: CSV, workbook, JSON and Parquet as a contract's ``delivery`` describes them: title
rows, headers of two rows, decimal comma, encodings. Not here: reading (``ingest``).
"""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from kinhbac.registry.declared.contract import Delivery, Source

NOTE = "Số liệu mô phỏng phục vụ trình diễn"


def write_extract(frame: pl.DataFrame, contract: Source, path: Path) -> None:
    """Write ``frame`` to ``path`` in the form that the contract promises."""
    delivery = contract.delivery
    match delivery.format:
        case "csv":
            path.write_bytes(_csv(frame, contract).encode(_encoding(delivery)))
        case "xlsx":
            _workbook(frame, contract, path)
        case "json":
            records: Any = _records(frame)
            for part in reversed((delivery.records_at or "").split(".")):
                records = {part: records, "ghi_chu": NOTE} if part else records
            path.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
        case "jsonl":
            lines = (json.dumps(record, ensure_ascii=False) for record in _records(frame))
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        case "parquet":
            frame.write_parquet(path)
        case "xls":
            raise NotImplementedError("nobody writes .xls any more; deliver .xlsx")


def _encoding(delivery: Delivery) -> str:
    return "utf-8-sig" if delivery.encoding == "utf-8" else delivery.encoding


def _titles(contract: Source) -> list[str]:
    titles = [contract.name.vi.upper(), NOTE, "Đơn vị gửi: theo đặc tả dữ liệu", ""]
    return (titles + [""] * contract.delivery.title_rows)[: contract.delivery.title_rows]


def _header_rows(names: list[str], rows: int) -> list[list[str]]:
    parts = [name.split(" / ") for name in names]
    return [[part[row] if row < len(part) else "" for part in parts] for row in range(rows)]


def _text(frame: pl.DataFrame, delivery: Delivery) -> pl.DataFrame:
    """Every cell as text: decimal mark, groups of three, dates."""

    def column(name: str, kind: pl.DataType) -> pl.Expr:
        cell = pl.col(name)
        if isinstance(kind, pl.Date):
            return cell.dt.strftime(delivery.date_format)
        if isinstance(kind, pl.Datetime):
            return cell.dt.strftime(delivery.timestamp_format)
        if kind.is_float():
            return cell.cast(pl.String).str.replace(".", delivery.decimal, literal=True)
        return cell.cast(pl.String)

    return frame.select(column(name, kind) for name, kind in frame.schema.items())


def _csv(frame: pl.DataFrame, contract: Source) -> str:
    delivery = contract.delivery
    head = io.StringIO()
    writer = csv.writer(head, delimiter=delivery.delimiter, lineterminator="\n")
    for title in _titles(contract):
        writer.writerow([title])
    writer.writerows(_header_rows(frame.columns, delivery.header_rows))
    body = _text(frame, delivery).write_csv(
        include_header=False, separator=delivery.delimiter, line_terminator="\n"
    )
    return head.getvalue() + body


def _workbook(frame: pl.DataFrame, contract: Source, path: Path) -> None:
    delivery = contract.delivery
    # A fixed date of creation, so that the same figures are the same bytes; in memory, because
    # ten small files beside each workbook take longer than the workbook.
    settings = {"default_date_format": "dd/mm/yyyy", "in_memory": True}
    book = xlsxwriter.Workbook(path.as_posix(), settings)
    book.set_properties({"created": datetime(2025, 7, 1), "comments": NOTE})
    bold = book.add_format({"bold": True, "text_wrap": True, "align": "center", "border": 1})
    sheet = book.add_worksheet(delivery.sheet or "Sheet1")
    for row, title in enumerate(_titles(contract)):
        sheet.write_string(row, 0, title)
    row = delivery.title_rows
    header = _header_rows(frame.columns, delivery.header_rows)
    for place, cells in enumerate(header):
        for column, cell in enumerate(cells):
            sheet.write_string(row + place, column, cell, bold)
    for left, right in _spans(header[0]) if len(header) > 1 else ():
        sheet.merge_range(row, left, row, right, header[0][left], bold)
    first = row + delivery.header_rows
    for column, series in enumerate(frame):
        for place, cell in enumerate(series):
            _write(sheet, first + place, column, cell)
    if contract.table and contract.table.totals == "checked":
        sheet.write_string(first + frame.height, 0, "Toàn tỉnh")
        for column, series in enumerate(frame):
            if column and series.dtype.is_numeric():
                sheet.write_number(first + frame.height, column, float(series.sum()))
    book.close()


def _write(sheet: Any, row: int, column: int, cell: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, date):
        sheet.write_datetime(row, column, cell)
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell)
    else:
        sheet.write_string(row, column, str(cell))


def _spans(cells: list[str]) -> list[tuple[int, int]]:
    """Runs of one heading over several columns."""
    spans, left = [], 0
    for column in range(1, len(cells) + 1):
        if column == len(cells) or cells[column] != cells[left]:
            if column - left > 1:
                spans.append((left, column - 1))
            left = column
    return spans


def _records(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows as nested objects; «a.b» is b inside a."""
    records = []
    for row in frame.iter_rows(named=True):
        record: dict[str, Any] = {}
        for name, cell in row.items():
            *outer, last = name.split(".")
            place = record
            for part in outer:
                place = place.setdefault(part, {})
            place[last] = cell.isoformat() if isinstance(cell, date) else cell
        records.append(record)
    return records
