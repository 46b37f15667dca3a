"""Extracts in the landing zones: what was delivered, for which period, when.

Here: finding files and naming them. Not here: reading what is inside (``readers``).

A landing zone holds ``<source>/<period>/<file>``. A file name may begin with the day
it was received (``2026-10-12_bieu-01.xlsx``), which git and copying cannot lose; if it
does not, the file's own time counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

from orchestration.periods import Period
from orchestration.registry import Registry
from orchestration.warehouse import DataFolder, hash_file

HANOI = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
_RECEIVED = re.compile(r"(\d{4}-\d{2}-\d{2})_")
_UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")


@dataclass(frozen=True)
class Extract:
    """One delivered file, for one source and one period, kept as delivered for ever."""

    source: str
    period_label: str
    path: Path
    received: date
    sha256: str

    @property
    def extract(self) -> str:
        """The key of an extract: source, period, and the first 12 digits of its hash."""
        return f"{self.source}/{self.period_label}/{self.sha256[:12]}"

    @property
    def period(self) -> Period:
        """The period that the folder names. Raises ValueError if it names none."""
        return Period.parse(self.period_label)

    @property
    def place(self) -> str:
        """How messages call the file: source, period and name."""
        return f"{self.source}/{self.period_label}/{self.path.name}"


def find_extracts(registry: Registry, data: DataFolder, source: str) -> list[Extract]:
    """All extracts of ``source`` in both landing zones, oldest delivery first.

    Real extracts that the project ships lie in ``sources/<source>/extracts``; what
    arrives lies in ``data/landing/<source>``. The same bytes for the same period are
    one extract.
    """
    zones = [registry.folder_of(source) / "extracts", data.landing / source]
    found: dict[str, Extract] = {}
    for zone in zones:
        for path in sorted(zone.glob("*/*")):
            if _is_delivery(path):
                extract = Extract(
                    source, path.parent.name, path, received_on(path), hash_file(path)
                )
                known = found.setdefault(extract.extract, extract)
                if extract.received < known.received:
                    found[extract.extract] = extract
    return sorted(found.values(), key=lambda e: (e.period_label, e.received, e.path.name))


def find_strays(registry: Registry, data: DataFolder) -> list[Path]:
    """Folders of the landing zone that belong to no source."""
    if not data.landing.exists():
        return []
    return sorted(path for path in data.landing.iterdir() if path.name not in registry.sources)


def received_on(path: Path) -> date:
    """The day in the file's name, else the file's own time in Hà Nội."""
    if match := _RECEIVED.match(path.name):
        try:
            return date.fromisoformat(match[1])
        except ValueError:
            pass
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).astimezone(HANOI).date()


def today() -> date:
    """Today in Hà Nội."""
    return datetime.now(HANOI).date()


def _is_delivery(path: Path) -> bool:
    hidden = path.name.startswith((".", "~$"))
    return path.is_file() and not hidden and path.suffix not in _UNFINISHED
