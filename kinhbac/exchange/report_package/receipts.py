"""Receipts: what was sent of which period, kept for ever.

Here: ``sent/<period>/<n>/`` in the data folder, a receipt and the package as it was sent. Not
here: whether something is sent (``sending``).
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kinhbac.data_folder import DataFolder, flush
from kinhbac.periods import Period

RECEIPT, PACKAGE = "receipt.json", "package.zip"


@dataclass(frozen=True)
class Receipt:
    """One sending: its number among those of the period, and all that its receipt says."""

    number: int
    folder: Path
    said: dict[str, Any]

    @property
    def package(self) -> Path:
        """The package as it was sent."""
        return self.folder / PACKAGE

    @property
    def release(self) -> int:
        """The release whose figures were sent."""
        return int(self.said["release"])

    @property
    def sent_on(self) -> date:
        """The day of sending."""
        return date.fromisoformat(self.said["sent_on"])


def read_receipts(data: DataFolder, period: Period) -> list[Receipt]:
    """The sendings of a period, the newest last."""
    folder = data.sent / period.label
    numbers = sorted(int(path.name) for path in folder.glob("*") if path.name.isdecimal())
    return [
        Receipt(number, folder / str(number), _read(folder / str(number) / RECEIPT))
        for number in numbers
    ]


def keep_receipt(
    data: DataFolder, period: Period, number: int, said: dict[str, Any], package: bytes
) -> Receipt:
    """Keep a sending, whole or not at all; a kill leaves at most a hidden folder.

    Raises FileExistsError when another one of this number was kept meanwhile.
    """
    folder = data.sent / period.label
    folder.mkdir(parents=True, exist_ok=True)
    aside, kept = folder / f".{number}.{os.getpid()}.part", folder / str(number)
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    (aside / PACKAGE).write_bytes(package)
    text = json.dumps(said, ensure_ascii=False, indent=1) + "\n"
    (aside / RECEIPT).write_text(text, encoding="utf-8")
    for path in (aside / PACKAGE, aside / RECEIPT):
        path.chmod(0o444)
        flush(path)
    flush(aside)
    try:
        os.rename(aside, kept)
    except OSError:
        shutil.rmtree(aside)
        raise FileExistsError(kept) from None
    flush(folder)
    return Receipt(number, kept, said)


def _read(path: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return said
