"""What stands open in a release, item by item: what, whose, since when, what to do, where to look.

Here: the tables of a release as items in plain words. No figure is computed that a table does
not hold. Not here: whose digest an item belongs to (``agencies``, ``leaders``).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from kinhbac.database import read_rows, read_warehouse
from kinhbac.notices.digest import WORDS as words
from kinhbac.notices.digest import Item, Warned, count, has_table
from kinhbac.queries import read_queries
from kinhbac.words.language import Language

QUERIES = read_queries(__file__)

VI = Language("vi")
DELIVERIES = "site/deliveries.html"


def read_items(warehouse: Path, site: bool) -> list[Item]:
    """All items of all agencies, the gravest and oldest first within each kind.

    A release from before warnings were raised has no such table, and no such items. Pages are
    named where the release has a ``site``.
    """
    with read_warehouse(warehouse) as db:
        warned = _warnings(db) if has_table(db, "warnings") else []
        items = [*warned, *_late(db), *_refused(db), *_held(db), *_tasks(db)]
    return items if site else [replace(item, page="") for item in items]


SHARED = ("level", "shared_by")
"""What makes another matter of one that most communes share."""
CHANGES = ("level", "life", "since", "action_due", "action_overdue")
"""What makes another warning of a warning; its figure moves without being news."""


def _warnings(db: duckdb.DuckDBPyConnection) -> list[Warned]:
    return [
        Warned(
            agency=row["owner"],
            kind="late" if row["rule"] == "late" else "warning",
            what=row["matter"],
            state=" ".join(str(row[name]) for name in (CHANGES if _is_own(row) else SHARED)),
            label=words.notice.warning.format(colour=words.colour[row["level"]]),
            words=row["text_vi"] if _is_own(row) else _shared(row),
            since=row["since"],
            remedy=_act(row),
            page=f"site/indicators/{row['indicator']}.html" if row["indicator"] else DELIVERIES,
            synthetic=bool(row["synthetic"]),
            level=row["level"],
            indicator=row["indicator"] or "",
            indicator_vi=VI.qualified(row) if row["indicator"] else "",
            area_kind=(row["area_kind"] or "") if _is_own(row) else "",
            overdue=bool(row["action_overdue"]),
        )
        for row in read_rows(db, QUERIES["warnings"])
    ]


def _is_own(row: dict[str, Any]) -> bool:
    return row["shared_by"] is None


def _shared(row: dict[str, Any]) -> str:
    """What most communes are warned of, in one sentence."""
    told = words.notice.shared
    return str(told.format(n=count(row["shared_by"]), name=VI.qualified(row)))


def _act(row: dict[str, Any]) -> str:
    """What is to be done about a warning, by where it stands in its life."""
    match row["life"]:
        case "acknowledged":
            if day := row["acknowledged_on"]:
                return str(words.act.decide_since.format(day=f"{day:%d/%m/%Y}"))
            return str(words.act.decide)
        case "action_decided":
            by = f" ({row['action_by']})" if row["action_by"] else ""
            told = [words.act.carry_out.format(action=f"{row['action_vi']}{by}")]
            if row["action_due"]:
                told.append(words.act.due.format(day=f"{row['action_due']:%d/%m/%Y}"))
            if row["action_overdue"]:
                told.append(words.act.overdue)
            return ", ".join(told)
    return str(words.act.answer)


def _late(db: duckdb.DuckDBPyConnection) -> list[Item]:
    return [
        Item(
            agency=row["agency"],
            kind="late",
            what=row["place"],
            state=str(row["since"]),
            label=row["item_vi"],
            words=words.notice.late.format(
                source=row["source_vi"], period=VI.labelled(row["place"].rpartition("/")[2])
            ),
            since=row["since"],
            remedy=row["remedy_vi"],
            page=DELIVERIES,
            synthetic=bool(row["synthetic"]),
        )
        for row in read_rows(db, QUERIES["late"])
    ]


"""A refused extract stands on the work list once for every mistake; it is one file."""


def _refused(db: duckdb.DuckDBPyConnection) -> list[Item]:
    return [
        Item(
            agency=row["agency"],
            kind="refused",
            what=f"{row['item']} {row['source']} {row['file']}",
            state=str(row["since"]),
            label=row["item_vi"],
            words=words.notice.refused.format(
                source=row["source_vi"], n=count(row["places"]), example=row["example"]
            ),
            since=row["since"],
            remedy=row["remedy_vi"],
            page=DELIVERIES,
            synthetic=bool(row["synthetic"]),
        )
        for row in read_rows(db, QUERIES["refused_files"])
    ]


def _held(db: duckdb.DuckDBPyConnection) -> list[Item]:
    items = []
    for row in read_rows(db, QUERIES["held"]):
        subject = f" ({row['subject']})" if row["subject"] else ""
        items.append(
            Item(
                agency=row["owner"],
                kind="held",
                what=row["hold"],
                state="",
                label=words.notice.held,
                words=words.notice.held_cells.format(
                    cells=count(row["cells"]),
                    indicators=count(row["indicators"]),
                    source=f"{row['source_vi']}{subject}",
                    why=words.hold[row["cause"]],
                ),
                remedy=words.hold_remedy[row["cause"]],
                page=DELIVERIES,
                synthetic=bool(row["synthetic"]),
                cells=row["cells"],
            )
        )
    return items


def _tasks(db: duckdb.DuckDBPyConnection) -> list[Item]:
    return [
        Item(
            agency=row["agency"],
            kind="task",
            # One place may have the same fault twice, told apart by its day alone.
            what=f"{row['item']} {row['source']} {row['place']} {row['since']}",
            state="",
            label=row["item_vi"],
            words=f"{row['place_vi']}: {row['found_vi']}",
            since=row["since"],
            remedy=row["remedy_vi"],
            synthetic=bool(row["synthetic"]),
        )
        for row in read_rows(db, QUERIES["tasks"])
    ]
