"""What a release says of one period, as the rows of a package.

Here: the questions, asked of the release alone, with the columns as its tables call them. Not
here: names in a package (``mapping``), whether it may be sent (``sending``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from kinhbac.database import read_rows, read_warehouse
from kinhbac.exchange.report_package.mapping import Mapping
from kinhbac.periods import Period
from kinhbac.problems import Problem, ProblemsFound
from kinhbac.queries import read_queries
from kinhbac.registry.declared.entries import GROUPS
from kinhbac.words.catalogue import words_of

QUERIES = read_queries(__file__)
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
"""What a folder may be called by on any system."""
Row = dict[str, Any]
CONCERNS = ("missing", "held", "provisional", "synthetic")
"""What a figure may be that whoever sends it must say."""


@dataclass(frozen=True)
class Contents:
    """Header and rows of every message, by the columns of our tables; ``sender``: its name."""

    period: Period
    header: Row
    rows: dict[str, list[Row]]
    sender: str
    causes: dict[tuple[str, str], str]
    """Why published figures changed since the release that was sent before, by indicator, area."""


def read_contents(
    warehouse: Path, mapping: Mapping, period: Period, sent_before: int | None
) -> Contents:
    """All that the release has to say of ``period``.

    ``sent_before``: the release from which the period was sent last. Raises ProblemsFound for a
    period that has no code, and where nobody is named who sends.
    """
    code = mapping.code_of(period)
    if code is None:
        raise ProblemsFound(f"the report of {period.label}", [_no_code(mapping, period)])
    own = (period.kind.value, period.start.isoformat())
    with read_warehouse(warehouse) as connection:
        sender = _sender(connection, mapping, period)
        connection.execute(QUERIES["figures"], [*own, mapping.area_kinds])
        rows = {
            "indicator_set": read_rows(connection, QUERIES["indicator_set"]),
            "indicator_groups": _groups(connection),
            "disaggregations": read_rows(connection, QUERIES["disaggregations"]),
            "periods": [
                {
                    "period_code": code,
                    "period_kind": period.kind.value,
                    "first_day": period.start,
                    "last_day": period.end,
                }
            ],
            "indicator_data": [
                row | {"period_code": code}
                for row in read_rows(connection, QUERIES["indicator_data"])
            ],
            "cover": read_rows(connection, QUERIES["cover"], *own, period.end.isoformat()),
        }
        (info,) = read_rows(connection, "from release_info")
        changed = read_rows(connection, QUERIES["causes"], *own, sent_before or info["release"])
    header = {
        "edition": mapping.edition,
        "sender": sender["code"],
        "receiver": mapping.receiver,
        "period_code": code,
        "release": info["release"],
        "as_of": info["as_of"],
        "synthetic": any(row["concern"] == "synthetic" for row in rows["cover"]),
    }
    causes = {(row["indicator"], row["area"]): row["cause"] for row in changed}
    return Contents(period, header, rows, sender["name_vi"], causes)


def _groups(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """The five groups, and the sectors of the set."""
    vi, en = words_of("vi").group, words_of("en").group
    groups = [
        {"kind": "group", "code": group, "name_vi": vi[group], "name_en": en[group]}
        for group in GROUPS
    ]
    return groups + [{"kind": "sector", **row} for row in read_rows(connection, QUERIES["sectors"])]


def _sender(connection: duckdb.DuckDBPyConnection, mapping: Mapping, period: Period) -> Row:
    found = read_rows(connection, QUERIES["sender"], mapping.senders)
    if len(found) == 1 and FILE_NAME.fullmatch(found[0]["code"]):
        return found[0]
    odd = (
        f"the code «{found[0]['code']}» of the province cannot be in a file's name" if found else ""
    )
    many = f"{len(found)} codes of «{mapping.senders}» name the province on the release's day"
    problem = Problem(
        file="area_codes.csv",
        found=odd if len(found) == 1 else many,
        rule="a package names its sender by one code of letters, digits, «.», «_» and «-», and is "
        "called by it",
        remedy="let one such line of the code system hold for the province on that day",
    )
    raise ProblemsFound(f"the report of {period.label}", [problem])


def _no_code(mapping: Mapping, period: Period) -> Problem:
    known = ", ".join(mapping.reported_kinds)
    return Problem(
        file=period.label,
        found=f"a period of the kind {period.kind.value} has no code in a package",
        rule=f"only periods that the Government's system names are reported: {known}",
        remedy="name such a period, for example 2026-10, 2026-Q3 or 2026",
    )
