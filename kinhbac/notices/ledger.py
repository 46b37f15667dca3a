"""What each service was told last, so that nothing is told twice.

Here: one small file a recipient and service in ``data/notices/``, and the lock. It holds hashes
and times, neither words nor addresses. Not here: when something is due (``delivery``).

``sending`` is written before a message leaves and ``sent`` or ``failed`` after. A kill in
between leaves ``sending``, and what may have left is not sent again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from kinhbac.calendar import HANOI
from kinhbac.data_folder import flush, written_aside

State = Literal["sending", "sent", "failed"]


class LedgerUnreadable(Exception):
    """The message says which file, and what to do."""


class AlreadySending(Exception):
    """Another process sends notices now."""


@dataclass(frozen=True)
class Entry:
    """The last message to one service about one recipient.

    ``told`` are the items that it knows, in the states in which it knows them.
    """

    state: State
    at: datetime
    told: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ledger:
    """All entries; ``folder`` need not exist to be read."""

    folder: Path

    def read(self, recipient: str, service: str) -> Entry | None:
        """The entry, or None if nothing was ever sent. Raises LedgerUnreadable."""
        path = self._path(recipient, service)
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            return Entry(content["state"], datetime.fromisoformat(content["at"]), content["told"])
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise LedgerUnreadable(
                f"{path}: this is no entry of the ledger of notices. Rule: what was sent is known. "
                "Remedy: restore it, or remove it and everything is told once more."
            ) from error

    def write(self, recipient: str, service: str, state: State, told: dict[str, str]) -> None:
        """Write the entry so that it outlives a power cut from here on."""
        path = self._path(recipient, service)
        entry = asdict(Entry(state, datetime.now(HANOI), told))
        text = json.dumps(entry | {"at": entry["at"].isoformat(timespec="seconds")}, indent=1)
        with written_aside(path) as aside:
            aside.write_text(text + "\n", encoding="utf-8")
            flush(aside)
        flush(path.parent)

    def _path(self, recipient: str, service: str) -> Path:
        return self.folder / f"{recipient}.{service}.json"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from sending. Raises AlreadySending."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / "lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise AlreadySending from error
        try:
            yield
        finally:
            lock.release()
