"""The ledger: what was delivered, and what was said of it.

Here: one entry file for every extract ever seen, told by its bytes. Not here: judging an extract
(``door``), how often and when it came (``receipts``), which of them counts (``turns``), the ledger
as tables (``ledger_tables``).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from kinhbac.data_folder import DataFolder, written_aside
from kinhbac.ingest.extent import Extent, read_extent
from kinhbac.periods import Period
from kinhbac.problems import Problem
from kinhbac.registry import Registry
from kinhbac.registry.declared.entries import Vintage


@dataclass(frozen=True)
class Entry:
    """What the door said of one extract, under one contract, as it was delivered first.

    ``extent`` is what an accepted one tells as a whole.
    """

    extract: str
    source: str
    period: str
    file: str
    sha256: str
    bytes: int
    received_on: str
    contract: str
    accepted: bool
    rows: int
    problems: tuple[Problem, ...]
    agency: str | None = None
    vintage: Vintage = "final"
    set_aside: int = 0
    extent: Extent | None = None

    @property
    def place(self) -> tuple[str, str]:
        """Source and period: of all their extracts one is in force."""
        return self.source, self.period

    @property
    def speaks_for_source(self) -> bool:
        """Whether it says anything of the source's state, good or bad.

        What a stranger sends, or a day that has not come yet, holds nobody's values.
        """
        return not any(problem.check in ("owner", "day_of_receipt") for problem in self.problems)


def entry_path(data: DataFolder, source: str, period: str, sha256: str) -> Path:
    """Where the entry of an extract stands, beside its Parquet file."""
    folder = period if names_period(period) else "no-period"
    return data.raw / source / folder / f"{sha256[:12]}.json"


def read_entry(path: Path) -> Entry | None:
    """The entry at ``path``, or None where there is none."""
    if not path.exists():
        return None
    content = json.loads(path.read_text(encoding="utf-8"))
    content["problems"] = tuple(map(_problem, content["problems"]))
    content["extent"] = read_extent(content.get("extent"))
    known = {field.name for field in fields(Entry)}
    return Entry(**{name: told for name, told in content.items() if name in known})


def _problem(written: dict[str, Any]) -> Problem:
    told = {name: tuple(written.get(name, ())) for name in ("lines", "values")}
    return Problem(**{**written, **told})


def read_entries(registry: Registry, data: DataFolder, source: str) -> list[Entry]:
    """Every entry of ``source`` that the ledger holds, also of files no longer landed."""
    entries = [read_entry(path) for path in sorted((data.raw / source).glob("*/*.json"))]
    return [entry for entry in entries if entry is not None]


def write_entry(data: DataFolder, entry: Entry) -> None:
    """Write an entry whole; from this moment the extract counts."""
    path = entry_path(data, entry.source, entry.period, entry.sha256)
    with written_aside(path) as aside:
        aside.write_text(json.dumps(asdict(entry), ensure_ascii=False), encoding="utf-8")


def names_period(label: str) -> bool:
    """Whether a folder's name is a period."""
    try:
        Period.parse(label)
    except ValueError:
        return False
    return True
