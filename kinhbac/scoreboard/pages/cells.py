"""The cells of each indicator as a script and as CSV, beside the pages.

Here: every published cell of an indicator with what it was computed from, so that a page can
show any of them without a server. Not here: the page around them (``indicator``). The script
is JSON made by DuckDB; a browser opens it from a folder, where it could not read plain JSON.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from kinhbac.documents.spreadsheets import harmless
from kinhbac.queries import read_queries
from kinhbac.scoreboard.pages.page import DataFile
from kinhbac.scoreboard.tables import Row, Tables

QUERIES = read_queries(__file__)
OPERANDS = QUERIES["operands"]


def data_files(tables: Tables) -> Iterator[DataFile]:
    """A script and a CSV file for every indicator that has cells."""
    extracts = {
        row["extract"]: [row["file"], f"{row['received_on']}", row["sha256"][:12], row["source"]]
        for row in tables.rows("select extract, file, received_on, sha256, source from extracts")
    }
    brought_by = tables.grouped("indicator", QUERIES["brought_by"])
    operands = tables.grouped("indicator", OPERANDS)
    rows = tables.grouped("indicator", QUERIES["csv"])
    for row in tables.rows(QUERIES["cells"]):
        key = row["indicator"]
        indicator = tables.indicators[key]
        lists = [found["extracts"] or [] for found in brought_by[key]]
        used = {name: extracts[name] for names in lists for name in names if name in extracts}
        said = {
            "indicator": key,
            "name": [indicator["name_vi"], indicator["name_en"]],
            "unit": [indicator["unit_vi"], indicator["unit_en"]],
            "operands": [_operand(tables, found) for found in operands.get(key, [])],
            "brought_by": lists,
            "extracts": used,
        }
        text = json.dumps(said, ensure_ascii=False)
        script = f'window.kinhbacCells = {text[:-1]}, "cells": {row["cells"]}}};\n'
        yield DataFile(f"data/{key}.js", script)
        yield DataFile(f"data/{key}.csv", as_csv(rows[key]))


def _operand(tables: Tables, row: Row) -> dict[str, Any]:
    lag = row["lag_years"]
    return {
        "key": row["operand"],
        "figure": f"{row['operand']}~{lag}" if lag else row["operand"],
        "kind": row["operand_kind"],
        "version": row["version"],
        "role": row["role"],
        "coefficient": row["coefficient"],
        "lag": lag,
        "name": [row["name_vi"], row["name_en"]],
        "unit": [row["unit_vi"], row["unit_en"]],
        "source": row["source"],
    }


def as_csv(rows: list[Row]) -> str:
    """All cells with a byte-order mark, so that spreadsheets read Vietnamese; «.» is decimal."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(rows[0])
    for row in rows:
        writer.writerow(harmless(cell) if isinstance(cell, str) else cell for cell in row.values())
    return "\ufeff" + text.getvalue()
