"""A small release as analysts open it: indicators, a former commune, a composite with ranks.

Here: the release that the examples in docstrings and the tests of the library ask. Not here: what is asked.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from kinhbac.data_folder import DataFolder
from kinhbac.release.releases import MANIFEST
from tests.asked import BREAKDOWNS, EVERY_STATE, REVISED
from tests.small_release import AREAS, Row, cell, indicator, make_release

FORMER: list[Row] = [
    {"area": "former-24", "kind": "former_province", "code": "24", "name_vi": "Tỉnh Bắc Giang (cũ)",
     "name_en": "Bac Giang (former)", "valid_to": date(2025, 6, 30)},
    {"area": "former-1", "kind": "former_commune", "code": "9", "name_vi": "Xã Bòn (cũ)",
     "name_en": "Bon (former)", "parent": "former-24", "valid_to": date(2025, 6, 30)},
]  # fmt: skip
RANKED: Row = {
    "indicator": "index", "version": 1, "period_kind": "month", "period": "2026-02",
    "period_start": date(2026, 2, 1), "state": "value", "imputed": False, "units": 2,
    "rank_low": 1.0, "rank_high": 2.0, "draws": 1000, "synthetic": False,
}  # fmt: skip
TABLES: dict[str, list[Row]] = {
    "areas": AREAS + FORMER,
    "area_successions": [
        {"predecessor": "former-1", "successor": "00002", "share": 1.0},
        {"predecessor": "former-24", "successor": "24", "share": 1.0},
    ],
    "indicators": [
        indicator("births", access="open", licence="attribution", round_to=2),
        indicator("index", access="internal", indicator_group="composite", name_vi="=1+1"),
    ],
    "indicator_values": [
        *EVERY_STATE,
        cell("index", 70.0, "00001", synthetic=True),
        cell("index", 60.0, "00002", synthetic=True),
    ],
    "breakdown_values": BREAKDOWNS,
    "revisions": [REVISED],
    "composite_ranks": [
        RANKED | {"area": "00001", "value": 70.0, "rank": 1.0},
        RANKED | {"area": "00002", "value": 60.0, "rank": 2.0},
    ],
}


def lay_down(root: Path) -> Path:
    """A data folder with this release in force."""
    data = DataFolder(root)
    path = make_release(data, 1, TABLES).parent / MANIFEST
    sealed = {"checks": [], "proofs": [], "published_at": "2026-03-20T02:00:00+07:00"}
    told = json.loads(path.read_text(encoding="utf-8")) | sealed
    path.write_text(json.dumps(told), encoding="utf-8")
    return root
