"""The ledger: what was delivered, what was said of it, what is in force.

Here: one entry file for every extract ever seen, and which of them counts. Not here:
judging an extract (``door``), the ledger as tables (``ledger_tables``).

Of the accepted extracts of one source and period the one of the latest vintage is in
force, and of those the last received; the others stay and are superseded. Two different
files of one day and vintage contradict each other, and neither is in force until a later
one decides. A file that was overwritten in the landing zone keeps its entry and gives way to
what stands there now. A refused extract never replaces an accepted one: the last good values stay,
marked as held.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from kinhbac.data_folder import DataFolder, written_aside
from kinhbac.periods import Period
from kinhbac.problems import Problem
from kinhbac.registry import Registry
from kinhbac.registry.declared.entries import VINTAGES, Vintage

Standing = Literal["in_force", "superseded", "refused", "contested"]


@dataclass(frozen=True)
class Entry:
    """What the door said of one extract, under one contract."""

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
    overwritten: bool = False

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

    @property
    def order(self) -> tuple[int, str]:
        """A later vintage comes after an earlier one, then the day of receipt counts."""
        return VINTAGES.index(self.vintage), self.received_on


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
    return Entry(**content)


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


def rank_extracts(beside: list[Entry]) -> dict[str, Standing]:
    """How each extract of one source and period stands."""
    standings: dict[str, Standing] = {entry.extract: "refused" for entry in beside}
    by_order: dict[tuple[int, str], list[Entry]] = {}
    for entry in beside:
        if entry.accepted and entry.overwritten:
            standings[entry.extract] = "superseded"
        elif entry.accepted:
            by_order.setdefault(entry.order, []).append(entry)
    in_force = False
    for order in sorted(by_order, reverse=True):
        twins = by_order[order]
        for entry in twins:
            standings[entry.extract] = "superseded"
        if in_force:
            continue
        if len(twins) == 1:
            standings[twins[0].extract] = "in_force"
            in_force = True
        else:
            standings |= {entry.extract: "contested" for entry in twins}
    return standings


def names_period(label: str) -> bool:
    """Whether a folder's name is a period."""
    try:
        Period.parse(label)
    except ValueError:
        return False
    return True
