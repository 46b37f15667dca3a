"""A small release to be reported to the Government: a figure of every kind, and sending it.

Here: its tables, one cell told otherwise, sending February. Not here: what is asked of it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from kinhbac.data_folder import DataFolder
from kinhbac.exchange.report_package.contents import CONCERNS
from kinhbac.exchange.report_package.sending import Sent, send
from kinhbac.periods import Period
from tests.small_release import cell, indicator

FEBRUARY = Period.parse("2026-02")
TODAY = date(2026, 3, 21)
HOSTILE = '=cmd|"/C calc"!A1 <b>&amp;</b> Ð'
INDICATORS = [
    indicator("rate"),
    indicator("held_one"),
    indicator("plan", round_to=2, decision=HOSTILE),
    indicator("absent"),
    indicator("never"),
    indicator("yearly", "year"),
    indicator("draft", published=False),
]
CELLS = [
    cell("rate", 80.1 + 0.2),
    cell("rate", 0.0, "00001"),
    cell("rate", None, "00002", state="suppressed", reason="suppressed"),
    cell("rate", 70.0, "66"),
    cell("rate", 70.0, period="2026-01"),
    cell(
        "held_one", 5.0, state="held", held=True, last_good_value=5.0,
        last_good_period_start=FEBRUARY.start,
    ),
    cell("plan", 1e-17, vintage="estimate", state="provisional", target=3.0),
    cell("plan", 12.5, "00001", synthetic=True),
    cell("absent", None, reason="late", state="late"),
    cell("yearly", 1.0, period="2026"),
    cell(
        "held_one", None, "00001", state="held", reason="held", held=True, last_good_value=4.5,
        last_good_period_start=date(2026, 1, 1),
    ),
]  # fmt: skip
PARTS: list[dict[str, Any]] = [
    cell("rate", 40.0) | {"breakdown": "sex", "category": sex, "category_vi": vi}
    for sex, vi in (("female", "Nữ"), ("male", "Nam"))
]
TABLES: dict[str, list[dict[str, Any]]] = {
    "indicators": INDICATORS,
    "indicator_values": CELLS,
    "breakdown_values": PARTS,
}


def sent(data: DataFolder, warehouse: Path, **more: Any) -> Sent:
    given: dict[str, Any] = {"to": data.root / "out", "despite": CONCERNS, "today": TODAY}
    return send(data, warehouse, FEBRUARY, **given | more)


def changed(old: dict[str, Any], **more: Any) -> dict[str, list[dict[str, Any]]]:
    """The tables, with one cell told otherwise."""
    cells = [row | more if row is old else row for row in CELLS]
    return TABLES | {"indicator_values": cells}
