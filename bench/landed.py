"""The landed files as one table of figures, read by DuckDB with nothing else in between.

Here: the newest file of every source and period, its columns by the contract, unpivoted into
``facts`` and placed in areas and periods; workbooks by calamine, as DuckDB reads none of them
in this project. Not here: any check of what the files say (the door's work, which the limit
leaves out), sums and ratios (``limit``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import python_calamine

from kinhbac.periods import Period
from kinhbac.queries import read_queries
from kinhbac.registry import Registry
from kinhbac.registry.declared.contract import PeriodReference, Source

QUERIES = read_queries(__file__)
RECEIVED = re.compile(r"(\d{4}-\d{2}-\d{2})_")
COUNTED = {"one_stop"}
"""Sources of records that the limit counts, by a question of their own; the others it leaves."""

Cell = Callable[[str], str]
"""Header of a column → the SQL that gives its cell as text."""


@dataclass(frozen=True)
class Rows:
    """What stands after «from» to give a source's rows, and how a cell of them is named."""

    relation: str
    cell: Cell


def can_read(source: Source) -> bool:
    """Whether the limit reads this source: one figure a cell, in the period that a label names."""
    table = source.table
    if table is None:
        return source.source in COUNTED
    plain = table.vintage is None and not (table.period and table.period.format)
    return plain and bool(source.data_elements)


def find_newest(registry: Registry, landing: Path, source: str) -> list[Path]:
    """The last file of each period, of those that the project ships and those that arrived."""
    zones = (registry.folder_of(source) / "extracts", landing / source)
    found = sorted((path for zone in zones for path in zone.glob("*/[!.]*")), key=lambda p: p.name)
    return sorted({path.parent.name: path for path in found if RECEIVED.match(path.name)}.values())


def read_landed(db: duckdb.DuckDBPyConnection, registry: Registry, landing: Path) -> int:
    """Make ``observed`` (data element × area × period) of what lies there; returns files read.

    The registry's ``data_elements`` and ``area_codes`` stand beside it as tables.
    """
    db.execute(QUERIES["facts"])
    files = 0
    for key, source in registry.sources.items():
        paths = find_newest(registry, landing, key) if can_read(source) else []
        files += len(paths)
        if paths and source.records:
            db.execute(QUERIES[key], {"files": [path.as_posix() for path in paths]})
        elif paths and source.table:
            rows = find_rows(db, source, paths)
            db.execute(f"insert into facts by name {_unpivot(source, source.table.period, rows)}")
    db.register(
        "labels", _read_labels([row[0] for row in db.execute(QUERIES["labels"]).fetchall()])
    )
    db.execute(QUERIES["observed"])
    return files


def find_rows(db: duckdb.DuckDBPyConnection, source: Source, paths: Sequence[Path]) -> Rows:
    """All files of one source as rows, with ``filename`` beside their columns."""
    told, files = source.delivery, _list(path.as_posix() for path in paths)
    if told.format in ("csv", "parquet"):
        relation = (
            f"read_parquet({files}, filename = true, union_by_name = true)"
            if told.format == "parquet"
            else f"read_csv({files}, filename = true, all_varchar = true,"
            f" header = true, delim = {_text(told.delimiter)}, skip = {told.title_rows},"
            f" encoding = {_text(told.encoding)}, quote = '\"', escape = '\"')"
        )
        return Rows(relation, lambda column: f'"{column}"::varchar')
    if told.format in ("json", "jsonl"):
        lines = "newline_delimited" if told.format == "jsonl" else "unstructured"
        records = "json" if told.format == "jsonl" else f"unnest({_list_at(told.records_at)})"
        relation = (
            f"(select filename, {records} as record"
            f" from read_json_objects({files}, format = '{lines}', filename = true))"
        )
        return Rows(relation, lambda column: f"record ->> {_text(_path(column))}")
    db.register("sheets", pl.concat([_sheet(source, path) for path in paths], how="diagonal"))
    return Rows("sheets", lambda column: f'"{column}"')


def _unpivot(source: Source, period: PeriodReference | None, rows: Rows) -> str:
    """The rows of a tabular source as figures, each cell by what the contract says of it."""
    told, area = source.delivery, source.area
    label = rows.cell(period.column) if period else "filename.split('/')[-2]"
    pairs = ", ".join(
        f"struct_pack(element := {_text(key)}, cell := {rows.cell(element.column)})"
        for key, element in source.elements.items()
        if element.column
    )
    text = "trim(told.cell)"
    for mark in told.footnote_marks:
        text = f"trim(regexp_replace({text}, {_text(re.escape(mark) + '$')}, ''))"
    plain = f"replace({text}, {_text(told.thousands)}, '')" if told.thousands else text
    return f"""
        select
            told.element,
            label,
            filename.split('/')[-1][:10]::date as received,
            {_text(area.code_system)} as code_system,
            {_text(str(area.codes_as_of or "received"))} as codes_as_of,
            code,
            {_text(area.always) if area.always else "null"} as area,
            try_cast(replace({plain}, {_text(told.decimal)}, '.') as double) as value,
            not coalesce(list_contains({_list(told.not_applicable)}, {text}), false) as applies
        from (
            select
                filename,
                {label} as label,
                {rows.cell(area.column) if area.column else "null"} as code,
                unnest([{pairs}]) as told
            from {rows.relation}
        )
    """


def _sheet(source: Source, path: Path) -> pl.DataFrame:
    """The rows of a workbook as text, below a header whose merged cells name all they span."""
    told = source.delivery
    book = python_calamine.CalamineWorkbook.from_path(path)
    sheet = book.get_sheet_by_name(told.sheet or book.sheet_names[0])
    rows, first = sheet.to_python(skip_empty_area=False), told.title_rows + told.header_rows
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        if told.title_rows <= top < first:
            for row in range(top, min(bottom + 1, first)):
                rows[row][left : right + 1] = [rows[top][left]] * (right + 1 - left)
    head = zip(*rows[told.title_rows : first], strict=True)
    names = [" / ".join(dict.fromkeys(str(cell) for cell in cells if cell)) for cells in head]
    columns = {
        name: [None if cell == "" else str(cell) for cell in cells]
        for name, cells in zip(names, zip(*rows[first:], strict=True), strict=True)
        if name
    }
    frame = pl.DataFrame(columns, dict.fromkeys(columns, pl.String))
    return frame.with_columns(filename=pl.lit(path.as_posix()))


def _read_labels(labels: list[str]) -> pl.DataFrame:
    """The periods that labels of files and cells name."""
    periods = [Period.parse(label) for label in labels]
    return pl.DataFrame(
        {
            "label": labels,
            "kind": [period.kind.value for period in periods],
            "first_day": [period.start for period in periods],
            "last_day": [period.end for period in periods],
        }
    )


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, values))}]::varchar[]"


def _path(column: str) -> str:
    return "$" + "".join(f'."{part}"' for part in column.split("."))


def _list_at(place: str | None) -> str:
    return f"json_extract(json, {_text((_path(place) if place else '$') + '[*]')})"
