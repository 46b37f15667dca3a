"""Answers as tables: JSON for programs, CSV for whatever reads lines.

Here: writing rows. Not here: choosing the form (``formats``). CSV is that of machines (RFC 4180:
commas, decimal points, UTF-8 without a mark); a text that a spreadsheet would compute is quoted.
"""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any

from kinhbac.documents.spreadsheets import harmless
from kinhbac.interface.opened import Answer


def write_json(content: dict[str, Any]) -> bytes:
    """Days as YYYY-MM-DD, what is not known as null."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, default=_told)
    return text.encode()


def write_csv(answer: Answer) -> bytes:
    """A header and a line a row; what is not known is empty."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(answer.columns)
    writer.writerows([_cell(value) for value in row] for row in answer.rows)
    return lines.getvalue().encode()


def _told(value: object) -> str:
    assert isinstance(value, date), f"a table holds no {type(value)}"
    return value.isoformat()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return harmless(value) if isinstance(value, str) else value
