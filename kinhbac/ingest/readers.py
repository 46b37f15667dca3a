"""Files to text: every format ends as named columns of text with line numbers.

Here: CSV (DuckDB), workbooks (calamine), JSON, Parquet, as the contract's ``delivery``
describes them. Numbers and dates that a format already types are written as the
contract writes them, so that ``values`` has one way to read a cell. Not here: types,
bounds, areas (``values``, ``door``). One file past 200 lines because the formats share
their header, totals and rules.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from typing import Any

import duckdb
import polars as pl
import python_calamine

from kinhbac.database import open_in_memory
from kinhbac.ingest.text import decode_tcvn3, normalise, normalised
from kinhbac.ingest.workbooks import (
    GUIDANCE,
    LARGEST_AREA,
    TooFar,
    find_unread,
    read_said_period,
)
from kinhbac.problems import Problem, ProblemFound
from kinhbac.registry.declared.contract import Delivery


@dataclass
class RawTable:
    """Columns of text as delivered, the line of each row, and what could not be read.

    ``said_period`` is the period for which a form says that it was made.
    """

    columns: dict[str, pl.Series]
    lines: pl.Series
    sheet: str | None
    problems: list[Problem]
    said_period: str | None = None


class Unreadable(ProblemFound):
    """The file as a whole cannot be read."""


def as_delivered(delivery: Delivery, suffix: str) -> Delivery:
    """The contract's ``delivery`` as a file with this ``suffix`` keeps it.

    A workbook (.xlsx) may stand in for a file of any format: an agency without a system
    fills in a form. Sheet, title and header rows, marks and the writing of numbers and dates
    stay those of the contract; its text is Unicode.
    """
    if suffix.lower() != ".xlsx" or delivery.format == "xlsx":
        return delivery
    return delivery.model_copy(update={"format": "xlsx", "encoding": "utf-8"})


def read_raw(content: bytes, delivery: Delivery) -> RawTable:
    """Read a whole file. Raises Unreadable when nothing of it can be used."""
    readers: dict[str, Callable[[bytes, Delivery], RawTable]] = {
        "csv": _read_csv,
        "xlsx": _read_workbook,
        "xls": _read_workbook,
        "json": _read_json,
        "jsonl": _read_json,
        "parquet": _read_parquet,
    }
    if not content:
        raise Unreadable("the file is empty", "an extract holds rows", "deliver the file again")
    table = readers[delivery.format](content, delivery)
    return _without_totals(table, delivery)


def _decode(content: bytes, delivery: Delivery) -> str:
    if delivery.encoding == "tcvn3":
        return decode_tcvn3(content.decode("latin-1"))
    encoding = "utf-8-sig" if delivery.encoding == "utf-8" else delivery.encoding
    try:
        return content.decode(encoding)
    except UnicodeError as error:
        start = getattr(error, "start", 0)
        raise Unreadable(
            f"byte {start} is not {delivery.encoding}",
            f"the contract promises {delivery.encoding}",
            "save the file in that encoding, or correct «encoding» in the contract",
            content[:start].count(b"\n") + 1,
        ) from None


def _header(rows: Sequence[Sequence[str]]) -> list[str]:
    """One name a column from one or more header rows, merged cells already filled."""
    names = []
    for cells in zip(*rows, strict=True):
        parts: list[str] = []
        for cell in cells:
            text = normalise(cell)
            if text and (not parts or parts[-1] != text):
                parts.append(text)
        names.append(" / ".join(parts))
    while names and not names[-1]:
        names.pop()
    return names


def _checked(header: list[str], line: int) -> list[str]:
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice or not header:
        found = f"the header names {', '.join(twice)} twice" if twice else "there is no header"
        raise Unreadable(
            found,
            "each column has its own name",
            "correct the header, or «title_rows» and «header_rows» in the contract",
            line,
        )
    return header


def _read_csv(content: bytes, delivery: Delivery) -> RawTable:
    text = _decode(content, delivery)
    first = delivery.title_rows + delivery.header_rows
    head: list[list[str]] = []
    skipped = io.StringIO(text, newline="")
    for _ in range(delivery.title_rows):
        skipped.readline()
    for row in csv.reader(skipped, delimiter=delivery.delimiter):
        head.append(row)
        if len(head) == delivery.header_rows:
            break
    if len(head) < delivery.header_rows:
        raise Unreadable(
            "the file ends before its header",
            f"the header stands after {delivery.title_rows} title rows",
            "deliver the whole file, or correct «title_rows» in the contract",
        )
    width = max(map(len, head))
    filled = [_filled_right(row + [""] * (width - len(row)), row is head[-1]) for row in head]
    header = _checked(_header(filled), delivery.title_rows + 1)
    connection = _engine()
    connection.execute("drop table if exists reject_errors")
    connection.execute("drop table if exists reject_scans")
    relation = connection.read_csv(
        io.BytesIO(text.encode()),
        header=False,
        skiprows=first,
        delimiter=delivery.delimiter,
        quotechar='"',
        escapechar='"',
        auto_detect=False,
        columns={f"c{place}": "VARCHAR" for place in range(len(header))},
        store_rejects=True,
        strict_mode=True,
    )
    frame = pl.DataFrame(relation.to_arrow_table())
    rejects = connection.execute(
        "select distinct on (line) line, error_type, error_message from reject_errors"
        " order by line, column_idx"
    ).fetchall()
    bad_lines = {line for line, _, _ in rejects}
    lines = pl.int_range(
        first + 1, first + 1 + frame.height + len(bad_lines), dtype=pl.Int64, eager=True
    )
    if bad_lines:
        lines = lines.filter(~lines.is_in(list(bad_lines))).head(frame.height)
    problems = [
        Problem(
            f"{kind.lower()}: {message.splitlines()[0]}",
            f"every line has {len(header)} cells, quoted where one holds «{delivery.delimiter}»",
            "correct the line",
            line=line,
        )
        for line, kind, message in rejects
    ]
    columns = {name: frame[f"c{place}"] for place, name in enumerate(header)}
    return RawTable(_normalised(columns), lines.alias("line"), None, problems)


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """One engine for all files: starting one costs more than reading a small file."""
    return open_in_memory()


def _filled_right(row: list[str], last: bool) -> list[str]:
    """A merged header cell names all the columns that it spans; the last row spans none."""
    if last:
        return row
    filled, current = [], ""
    for cell in row:
        current = cell or current
        filled.append(current)
    return filled


def _read_workbook(content: bytes, delivery: Delivery) -> RawTable:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        name = delivery.sheet or book.sheet_names[0]
        if name not in book.sheet_names:
            raise Unreadable(
                f"there is no sheet «{name}», but {', '.join(book.sheet_names)}",
                "the contract names the sheet",
                "name the sheet so, or correct «sheet» in the contract",
            )
        unread = find_unread(content, name)
        sheet = book.get_sheet_by_name(name)
        rows = sheet.to_python(skip_empty_area=False)
        merged = sheet.merged_cell_ranges or []
        guided = GUIDANCE in book.sheet_names and name != GUIDANCE
        guidance = book.get_sheet_by_name(GUIDANCE).to_python() if guided else []
    except TooFar as cell:
        raise Unreadable(
            f"the sheet «{name}» reaches as far as cell {cell}",
            f"rows × columns of a sheet are at most {LARGEST_AREA:,}",
            "delete the stray cell, or the empty rows and columns up to it",
        ) from None
    except python_calamine.CalamineError as error:
        raise Unreadable(
            f"the workbook cannot be opened: {error}",
            f"a file that is delivered as {delivery.format} is a whole workbook",
            "open it in a spreadsheet program and save it anew",
        ) from None
    first = delivery.title_rows + delivery.header_rows
    if len(rows) < first:
        raise Unreadable(
            f"the sheet «{name}» has {len(rows)} rows",
            f"the header ends in row {first}",
            "deliver the whole sheet, or correct «title_rows» in the contract",
        )
    for (top, left), (bottom, right) in merged:
        if delivery.title_rows <= top < first:
            for row in range(top, min(bottom, first - 1) + 1):
                for column in range(left, min(right, len(rows[row]) - 1) + 1):
                    rows[row][column] = rows[top][left]
    for (row, column), text in unread.items():
        if first <= row < len(rows) and column < len(rows[row]):
            rows[row][column] = text  # judged like anything else that is no figure
    write = _cell_writer(delivery)
    head = [[write(cell) or "" for cell in row] for row in rows[delivery.title_rows : first]]
    header = _checked(_header(head), delivery.title_rows + 1)
    body = [
        (place, row)
        for place, row in enumerate(rows[first:], first + 1)
        if any(cell not in ("", None) for cell in row)
    ]
    columns = {
        heading: pl.Series([write(row[place]) for _, row in body], dtype=pl.String)
        for place, heading in enumerate(header)
    }
    lines = pl.Series("line", [line for line, _ in body], pl.Int64)
    return RawTable(_normalised(columns), lines, name, [], read_said_period(guidance))


def _read_json(content: bytes, delivery: Delivery) -> RawTable:
    text = _decode(content, delivery)
    problems: list[Problem] = []
    if delivery.format == "jsonl":
        numbered = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
        records = [(n, record) for n, line in numbered if (record := _load(line, n)) is not None]
    else:
        document = _load(text, 1)
        for part in (delivery.records_at or "").split("."):
            if part:
                document = document.get(part) if isinstance(document, dict) else None
        if not isinstance(document, list):
            raise Unreadable(
                f"there is no list at «{delivery.records_at or 'the top'}»",
                "the contract says where the records stand («records_at»)",
                "deliver the promised structure, or correct the contract",
            )
        records = list(enumerate(document, 1))
    rows: list[dict[str, str | None]] = []
    write, heading = _cell_writer(delivery), cache(normalise)  # records repeat their keys
    for line, record in records:
        if not isinstance(record, dict):
            problems.append(
                Problem(
                    "this record is no object", "a record is an object", "correct it", line=line
                )
            )
            continue
        rows.append({heading(key): write(value) for key, value in _flatten(record)})
    names = list(dict.fromkeys(key for row in rows for key in row))
    columns = {name: pl.Series([row.get(name) for row in rows], dtype=pl.String) for name in names}
    bad = {problem.line for problem in problems}
    lines = pl.Series("line", [line for line, _ in records if line not in bad], pl.Int64)
    return RawTable(_normalised(columns), lines, None, problems)


def _load(text: str, line: int) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        if len(set(keys)) < len(keys):
            twice = sorted({key for key in keys if keys.count(key) > 1})
            raise Unreadable(
                f"a record holds {', '.join(twice)} twice",
                "a key stands once in a record",
                "remove one of the two",
                line,
            )
        return dict(pairs)

    try:
        return json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"not JSON: {error.msg} (column {error.colno})",
            "the contract promises JSON",
            "deliver the whole file again",
            line + error.lineno - 1,
        ) from None


def _flatten(record: dict[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    for key, value in record.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _read_parquet(content: bytes, delivery: Delivery) -> RawTable:
    try:
        frame = pl.read_parquet(io.BytesIO(content))
    except Exception as error:  # polars raises several kinds for a broken file
        raise Unreadable(
            f"not Parquet: {str(error).splitlines()[0]}",
            "the contract promises Parquet",
            "deliver the whole file again",
        ) from None
    write = _cell_writer(delivery)
    columns = {
        normalise(series.name): pl.Series([write(cell) for cell in series], dtype=pl.String)
        for series in frame
    }
    lines = pl.Series("line", range(1, frame.height + 1), pl.Int64)
    return RawTable(_normalised(columns), lines, None, [])


def _cell_writer(delivery: Delivery) -> Callable[[Any], str | None]:
    """Cells that a format types, written as the contract writes them."""

    def write(cell: Any) -> str | None:
        if cell is None or cell == "":
            return None
        if isinstance(cell, str):
            return decode_tcvn3(cell) if delivery.encoding == "tcvn3" else cell
        if isinstance(cell, bool):
            return "true" if cell else "false"
        if isinstance(cell, int | float):
            whole = isinstance(cell, int) or (cell.is_integer() and abs(cell) < 2**53)
            return str(int(cell)) if whole else f"{cell!r}".replace(".", delivery.decimal)
        if isinstance(cell, datetime):
            midnight = cell.time() == time()
            return cell.strftime(delivery.date_format if midnight else delivery.timestamp_format)
        if isinstance(cell, date):
            return cell.strftime(delivery.date_format)
        return str(cell)

    return write


def _normalised(columns: dict[str, pl.Series]) -> dict[str, pl.Series]:
    frame = pl.DataFrame([series.alias(f"c{n}") for n, series in enumerate(columns.values())])
    clean = normalised(frame)
    return {name: series.alias(name) for name, series in zip(columns, clean, strict=True)}


def _without_totals(table: RawTable, delivery: Delivery) -> RawTable:
    """Leave out blank rows, and rows that begin with a declared total or note."""
    if not table.columns or not len(table.lines):
        return table
    frame = pl.DataFrame([series.alias(f"c{n}") for n, series in enumerate(table.columns.values())])
    first_cell = pl.coalesce(pl.all())
    keep = frame.select(
        (first_cell.is_not_null() & ~first_cell.is_in(list(delivery.total_rows))).alias("keep")
    )["keep"]
    if keep.all():
        return table
    columns = {name: series.filter(keep) for name, series in table.columns.items()}
    return RawTable(columns, table.lines.filter(keep), table.sheet, table.problems)
