"""What a release is made of, as one hash, and until which day it says what would be published.

Here: the registry, the code, the libraries, the ledger, the calendar. Not here: which days
change something (``changes_ahead``), whether something lies in the landing zone that the ledger
does not know (``stillness``). It imports nothing but the standard library's hashes, because it is
asked before a night imports anything.
"""

from __future__ import annotations

import sysconfig
from datetime import date
from hashlib import sha256
from pathlib import Path

from kinhbac.data_folder import DataFolder, hash_file, hash_of_code
from kinhbac.release.releases import Release, current_release

LEDGER = ("extracts.parquet", "turns.parquet", "problems.parquet")
"""The ledger as tables: everything ever delivered, which counted when, and what is wrong with it."""


def fingerprint(registry: str, data: DataFolder) -> str:
    """SHA-256 of all that decides a release's contents but the day.

    ``registry`` is the hash of the registry's files. Raises FileNotFoundError when no ledger has
    been written.
    """
    ledger = (hash_file(data.tables / name) for name in LEDGER)
    return sha256("\n".join([registry, hash_of_program(), *ledger]).encode()).hexdigest()


def hash_of_program() -> str:
    """SHA-256 of the code and of the libraries installed: another DuckDB may sum otherwise."""
    return sha256("\n".join([hash_of_code(), *libraries()]).encode()).hexdigest()


def libraries() -> list[str]:
    """The libraries installed, each with its version."""
    installed = Path(sysconfig.get_path("purelib")).glob("*.dist-info")
    return sorted(path.stem for path in installed)


def find_current(registry: str, data: DataFolder, day: date) -> Release | None:
    """The release in force, if it holds what would be published on ``day``; else None.

    Raises ReleaseUnreadable.
    """
    release = current_release(data)
    if release is None or not release.as_of <= day < release.changes_on:
        return None
    return release if release.manifest["fingerprint"] == fingerprint(registry, data) else None
