"""What lets anybody prove a sealed folder, a release or an edition, to the last file.

Here: ``SHA256SUMS`` and the signature over it. Not here: signing (``signature``), the folder
before (``succession``), proving it all (``verification``).
"""

from __future__ import annotations

import os
from pathlib import Path

from kinhbac.checksums import SUMS, format_sums
from kinhbac.data_folder import hash_file
from kinhbac.release.releases import WAREHOUSE
from kinhbac.release.signature import SIGNATURE, publish_key, sign
from kinhbac.release.signing_keys import SigningKey
from kinhbac.taken_over import read_sealed

PAGES = "site"
"""The pages of a release: all that may be taken away of an old one."""
PRUNED = "PRUNED"
"""Says that the pages of a release were taken away, and when; in its own folder."""
UNLISTED = (SUMS, SIGNATURE, WAREHOUSE, PRUNED)
"""What the list does not name: itself, what is made of it or of it later, and the database."""
OF_THE_DATABASE = (
    f"{WAREHOUSE} is not named: it is made of the Parquet files, by warehouse.sql, and its bytes "
    "differ each time; kinhbac verify proves what it holds"
)


def attest(folder: Path, before: Path | None = None, key: SigningKey | None = None) -> None:
    """Write ``SHA256SUMS`` of all that ``folder`` holds, and sign it if there is a ``key``.

    To be called last, when ``folder`` shares with ``before`` what is the same: of a file that is
    stored once the hash is known.
    """
    if key:
        publish_key(key, folder, before)
    remark = OF_THE_DATABASE if (folder / WAREHOUSE).exists() else ""
    text = format_sums(_hash_all(folder, before), remark)
    (folder / SUMS).write_text(text, encoding="utf-8")
    if key:
        sign(folder, key)


def _hash_all(folder: Path, before: Path | None) -> dict[str, str]:
    """SHA-256 by path. What is one file with that of ``before`` has the hash that it was sealed
    with: if its bytes have changed since, this must not say that they were sealed so."""
    known = read_sealed(before) if before else {}
    hashes = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in UNLISTED:
            shared = before and name in known and _is_one_file(path, before / name)
            hashes[name] = known[name] if shared else hash_file(path)
    return hashes


def _is_one_file(path: Path, other: Path) -> bool:
    try:
        return os.path.samestat(path.stat(), other.stat())
    except FileNotFoundError:
        return False
