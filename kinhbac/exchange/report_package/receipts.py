"""Receipts: what was sent of which period, kept for ever.

Here: ``sent/<period>/<n>/`` in the data folder, a receipt and the package as it was sent; handing
that one over. Not here: whether something is sent (``sending``).
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
from kinhbac.documents.archives import unpacked
from kinhbac.periods import Period
from kinhbac.problems import Problem, ProblemsFound
from kinhbac.rights import seal_file

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

    Raises ProblemsFound when another one of this number was kept meanwhile.
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
        seal_file(path)
        flush(path)
    flush(aside)
    try:
        os.rename(aside, kept)
    except OSError:
        shutil.rmtree(aside, ignore_errors=True)
        if not kept.exists():
            raise
        problem = Problem(
            file=f"{data.sent.name}/{period.label}/{number}",
            found="the period was sent by somebody else just now",
            rule="each sending of a period has a number of its own",
            remedy="send again, and it is said what has changed since",
        )
        raise ProblemsFound(f"the report of {period.label} was not sent", [problem]) from None
    flush(folder)
    return Receipt(number, kept, said)


def hand_over(receipt: Receipt, to: Path) -> Path:
    """The package as a folder inside ``to``, whole or not at all.

    Raises ProblemsFound where something else is called so there.
    """
    files = unpacked(receipt.package.read_bytes())
    folder: Path = to / receipt.said["name"]
    if folder.exists():
        there = {path: folder / path for path in files}
        if all(own.is_file() and own.read_bytes() == files[path] for path, own in there.items()):
            return folder
        problem = Problem(
            file=folder.as_posix(),
            found="it is there and holds something else than this sending",
            rule="a package is handed over as it is kept, and nothing is written over",
            remedy="name another folder, or remove that one",
        )
        raise ProblemsFound("the package is kept and was not handed over", [problem])
    aside = to / f".{folder.name}.{os.getpid()}.part"
    shutil.rmtree(aside, ignore_errors=True)
    try:
        for path, content in files.items():
            target = aside / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        os.rename(aside, folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)  # the folder is somebody's own
        raise
    return folder


def _read(path: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return said
