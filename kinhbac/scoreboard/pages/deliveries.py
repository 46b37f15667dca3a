"""Deliveries: which source has delivered what, in time, late, refused or not at all.

Here: the boards by kind of period, and what must be put right. Not here: counting, which the
table ``delivery_summary`` has done.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kinhbac.periods import PeriodKind
from kinhbac.scoreboard.pages.page import Page
from kinhbac.scoreboard.tables import Row, Tables, group

DELIVERIES = """
    select deliveries.*, sources.name_vi, sources.name_en, agencies.name_vi as owner_vi,
        agencies.name_en as owner_en
    from deliveries
    inner join sources using (source)
    left join agencies on deliveries.owner = agencies.agency
    order by deliveries.owner, source, period_start
"""
PROBLEMS = """
    select problems.*, extracts.problems, extracts.synthetic
    from problems
    inner join extracts using (extract)
    left join deliveries
        on extracts.source = deliveries.source and extracts.period_start = deliveries.period_start
    where coalesce(deliveries.state, 'refused') = 'refused'  -- what came after may have replaced it
    order by problems.since desc, extract, problem
"""
CORRECTIONS = """
    select corrections.*, sources.name_vi, sources.name_en, sources.owner, sources.synthetic,
        areas.name_vi as area_vi, areas.name_en as area_en
    from corrections
    inner join sources using (source)
    left join areas using (area)
    where corrections.state in ('in_force', 'overtaken')
    order by agreed_on, correction
"""
TO_DO = """
    select worklist.*, agencies.name_vi as owner_vi, agencies.name_en as owner_en, sources.name_vi,
        sources.name_en, coalesce(sources.synthetic, false) as synthetic
    from worklist
    inner join agencies using (agency)
    left join sources using (source)
    order by owner_vi, agency, item, since, source, place
"""
SHOWN_PERIODS = {PeriodKind.DAY: 14, PeriodKind.MONTH: 12, PeriodKind.QUARTER: 8}
SHOWN_PROBLEMS, SHOWN_ITEMS = 5, 20
STATES = ("late", "refused", "delivered_late", "on_time", "not_yet_due", "irregular")


def pages(tables: Tables) -> Iterator[Page]:
    """``deliveries.html``."""
    deliveries = tables.rows(DELIVERIES)
    summary = tables.rows(
        "select delivery_summary.*, name_vi, name_en from delivery_summary "
        "inner join agencies on owner = agency order by owner"
    )
    yield Page(
        "deliveries.html",
        "deliveries.html",
        "deliveries",
        {
            "boards": [
                _board(kind, rows)
                for kind in PeriodKind
                if (rows := [row for row in deliveries if row["period_kind"] == kind.value])
            ],
            "states": STATES,
            "owners": [
                {"owner": rows[0], "counts": {row["state"]: row["deliveries"] for row in rows}}
                for rows in group(summary, "owner").values()
            ],
            "late": [row for row in deliveries if row["state"] == "late"],
            "refused": [
                {"problems": rows[:SHOWN_PROBLEMS], "first": rows[0]}
                for rows in group(tables.rows(PROBLEMS), "extract").values()
            ],
            "corrections": tables.rows(CORRECTIONS),
            "to_do": [
                {"owner": rows[0], "rows": rows[:SHOWN_ITEMS], "more": len(rows) > SHOWN_ITEMS}
                for rows in group(tables.rows(TO_DO), "agency").values()
            ],
            "synthetic": any(row["synthetic"] for row in deliveries),
        },
    )


def _board(kind: PeriodKind, rows: list[Row]) -> dict[str, Any]:
    """One kind of period: the newest periods as columns, sources with their owner as rows."""
    starts = sorted({row["period_start"] for row in rows})[-SHOWN_PERIODS.get(kind, 6) :]
    sources = []
    for own in group(rows, "source").values():
        by_start = {row["period_start"]: row for row in own}
        sources.append({"source": own[0], "cells": [by_start.get(start) for start in starts]})
    return {"kind": kind.value, "starts": starts, "sources": sources}
