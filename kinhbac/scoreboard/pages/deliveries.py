"""Deliveries: which source has delivered what, in time, late, refused or not at all.

Here: the boards by kind of period, and what must be put right. Not here: counting, which the
table ``delivery_summary`` has done.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kinhbac.periods import PeriodKind
from kinhbac.queries import read_queries
from kinhbac.scoreboard.pages.agency import NAMED_WORKLIST
from kinhbac.scoreboard.pages.page import DataFile, Page
from kinhbac.scoreboard.script import as_script
from kinhbac.scoreboard.tables import Row, Tables, group

QUERIES = read_queries(__file__)
DELIVERIES = QUERIES["deliveries"]

SHOWN_PERIODS = {PeriodKind.DAY: 14, PeriodKind.MONTH: 12, PeriodKind.QUARTER: 8}
SHOWN_PROBLEMS, SHOWN_ITEMS = 5, 6
FIELDS = (
    "source", "period_start", "period", "state", "due_date", "received_on", "sender", "days_late",
    "extracts", "refused_extracts",
)  # fmt: skip
"""What a board and the list below it tell of a delivery."""
STATES = ("late", "refused", "delivered_late", "on_time", "not_yet_due", "irregular")


def pages(tables: Tables) -> Iterator[Page | DataFile]:
    """``deliveries.html``, and every delivery of its boards (``data/deliveries.js``)."""
    tables.run(NAMED_WORKLIST)
    to_do = group(tables.rows(QUERIES["to_do"]), "agency")
    deliveries = tables.rows(DELIVERIES)
    summary = group(tables.rows("from delivery_summary order by owner, state"), "owner")
    boards = [
        _board(kind, rows)
        for kind in PeriodKind
        if (rows := [row for row in deliveries if row["period_kind"] == kind.value])
    ]
    yield DataFile("data/deliveries.js", as_script("kinhbacDeliveries", _told(boards)))
    yield Page(
        "deliveries.html",
        "deliveries.html",
        "deliveries",
        {
            "boards": boards,
            "states": STATES,
            "owners": [
                {
                    "owner": agency,
                    "counts": {row["state"]: row["deliveries"] for row in summary.get(key, [])},
                    "to_do": len(to_do.get(key, [])),
                }
                for key, agency in tables.agencies.items()
                if key in summary or key in to_do
            ],
            "late": [row for row in deliveries if row["state"] == "late"],
            "refused": [
                {"problems": rows[:SHOWN_PROBLEMS], "first": rows[0]}
                for rows in group(tables.rows(QUERIES["problems"]), "extract").values()
            ],
            "corrections": tables.rows(QUERIES["corrections"]),
            "to_do": [
                {"owner": rows[0], "rows": rows[:SHOWN_ITEMS], "count": len(rows)}
                for rows in to_do.values()
            ],
            "synthetic": any(row["synthetic"] for row in deliveries),
        },
    )


def _told(boards: list[dict[str, Any]]) -> dict[str, Any]:
    """The periods of each board, and a line for each of its deliveries."""
    return {
        "fields": FIELDS,
        "boards": {
            board["kind"]: {
                "starts": board["starts"],
                "lines": [
                    [one[field] for field in FIELDS]
                    for row in board["sources"]
                    for one in row["cells"]
                    if one
                ],
            }
            for board in boards
        },
    }


def _board(kind: PeriodKind, rows: list[Row]) -> dict[str, Any]:
    """One kind of period: the newest periods as columns, sources with their owner as rows."""
    starts = sorted({row["period_start"] for row in rows})[-SHOWN_PERIODS.get(kind, 6) :]
    sources = []
    for own in group(rows, "source").values():
        by_start = {row["period_start"]: row for row in own}
        sources.append({"source": own[0], "cells": [by_start.get(start) for start in starts]})
    return {"kind": kind.value, "starts": starts, "sources": sources}
