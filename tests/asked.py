"""A small release to be asked by machine, and callers of every edition.

Here: indicators that some may see and others not, figures of every state, putting another release
into force, reading what is told. Not here: what is asked.
"""

from __future__ import annotations

import csv
import io
import json
import os
from datetime import date
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from kinhbac.data_folder import DataFolder
from kinhbac.interface.application import make_application
from kinhbac.interface.refusals import MEDIA_TYPE
from kinhbac.interface.tokens import add_token
from kinhbac.release.releases import SHAPE, WAREHOUSE
from tests.small_release import AS_OF, Row, cell, indicator, make_release

EVERY_STATE: list[Row] = [
    cell("births", 10.5),
    cell("births", 4.25, "00001"),
    cell("births", 6.25, "00002"),
    cell("births", 9.0, period="2026-01", state="provisional", vintage="estimate"),
    cell("births", None, "00001", "2026-01", reason="missing_operand"),
    cell("births", None, "00002", "2026-01", state="held", last_good_value=5.5),
    cell("births", None, period="2026-03", state="not_yet_due", published_on=None),
    cell("births", None, "00001", "2026-03", state="suppressed"),
    cell("births", 0.0, "00002", "2026-03"),
]
CELLS: list[Row] = [
    *EVERY_STATE,
    cell("births", 77.0, "66", "2025-12", synthetic=True),
    cell("nurses", 3.0, period="2025-H2"),
    cell("inner", 1.0),
]
BREAKDOWNS: list[Row] = [
    cell("births", value, breakdown="sex", category=category, category_vi=vi, category_en=en)
    for value, category, vi, en in ((6.0, "male", "Nam", "Male"), (4.5, "female", "Nữ", "Female"))
]
INDICATORS: list[Row] = [
    indicator("births", access="open", licence="attribution", round_to=2),
    indicator("nurses", "half_year", access="shared", indicator_group="input"),
    indicator("inner", access="internal", name_vi="=1+1", sector="home"),
    indicator("proposed", access="open", published=False),
]
WARNING: Row = {
    "warning": "births/24", "rule": "threshold", "indicator": "births", "area": "24",
    "indicator_group": "process", "owner": "SYT", "level": "red", "open": True,
}  # fmt: skip
COVERAGE: Row = {"indicator_group": "process", "sector": "health", "needs": 3, "published": 1}
REVISED: Row = {
    "indicator": "births", "area": "24", "period_kind": "month", "period": "2026-02",
    "period_start": date(2026, 2, 1), "old_value": 10.0, "new_value": 10.5,
    "old_release": 1, "new_release": 2, "revised_on": date(2026, 3, 22),
}  # fmt: skip
TABLES: dict[str, list[Row]] = {
    "indicators": INDICATORS,
    "indicator_values": CELLS,
    "breakdown_values": BREAKDOWNS,
    "revisions": [REVISED],
    "warnings": [WARNING, WARNING | {"warning": "births/25", "open": False}],
    "coverage_matrix": [COVERAGE],
}


class Callers:
    """Somebody of each edition, who asks the interface over a data folder."""

    def __init__(self, root: Path) -> None:
        self.data = DataFolder(root)
        self.data.root.mkdir(parents=True, exist_ok=True)
        self.application = make_application(self.data)
        self.client = TestClient(self.application, raise_server_exceptions=False)
        self.tokens = {
            edition: add_token(self.data.tokens, edition, edition, AS_OF)
            for edition in ("shared", "internal")
        }

    def publish(self, number: int = 1, **tables: list[Row]) -> Path:
        """Put a release into force; returns its database."""
        return make_release(self.data, number, TABLES | tables)

    def ask(
        self, address: str, edition: str = "internal", method: str = "GET", **headers: str
    ) -> Any:
        """The response; ``headers`` with ``_`` for ``-``."""
        said = {name.replace("_", "-"): text for name, text in headers.items()}
        if edition != "open":
            said["Authorization"] = f"Bearer {self.tokens[edition]}"
        return self.client.request(method, address, headers=said)

    def values(self, address: str, edition: str = "internal") -> list[Row]:
        """Rows of an answer in JSON."""
        response = self.ask(address, edition)
        assert response.status_code == 200, response.text
        rows: list[Row] = response.json()[address.partition("?")[0].strip("/")]
        return rows


def swap(data: DataFolder, number: int, warehouse: Path) -> None:
    """Put a release with this database into force in one step, as a night does, and take the
    database of the one before away."""
    folder = data.releases / str(number)
    folder.mkdir(parents=True)
    os.link(warehouse, folder / WAREHOUSE)
    manifest = {"release": number, "shape": SHAPE, "as_of": AS_OF.isoformat()}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    aside = data.root / "current.part"
    aside.symlink_to(Path("releases") / str(number))
    before = data.current.resolve() if data.current.exists() else None
    os.replace(aside, data.current)
    if before:
        (before / WAREHOUSE).unlink()


def cells_of(rows: list[Row], *columns: str) -> list[tuple[Any, ...]]:
    return sorted((tuple(row[name] for name in columns) for row in rows), key=str)


def lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def refused(response: Any, status: int) -> dict[str, Any]:
    """The problem that is told, with the status it must have."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == MEDIA_TYPE
    problem: dict[str, Any] = response.json()
    assert problem["status"] == status and problem["title"] and problem["detail"]
    return problem
