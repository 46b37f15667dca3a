"""The files of a sealed folder: those that are there, those that should be.

Here: looking, comparing with a list, what a manifest names. Not here: whether the list is to be
trusted, saying it all (``verification``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from kinhbac.data_folder import hash_file
from kinhbac.release.attestation import UNLISTED
from kinhbac.release.releases import WAREHOUSE, hash_parts

NO_FILE = "it is no file of its own"
COPY = "put it back from a copy of the release"
PARQUET = ".parquet"
HALF_MADE = f".{WAREHOUSE}."
"""How a database begins that was being made when its command was killed; nobody reads it."""


def look(folder: Path) -> dict[str, str]:
    """Path → SHA-256 of every file that must be as it was sealed, or why it has none, in words."""
    there = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        half_made = name.startswith(HALF_MADE) and path.parent == folder
        if name in UNLISTED or half_made or (path.is_dir() and not path.is_symlink()):
            continue
        if path.is_symlink() or not path.is_file():
            there[name] = NO_FILE
            continue
        try:
            there[name] = hash_file(path)
        except OSError as error:
            there[name] = f"it cannot be opened ({error.strerror})"
    return there


def compare(sealed: Mapping[str, str], there: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Path, what was found, remedy, of everything that was changed, cut out or added."""
    for name in sorted(sealed.keys() | there.keys()):
        if name not in sealed:
            yield name, "it was added after the release was sealed", "take it out of the folder"
        elif name not in there:
            yield name, "it is not there", COPY
        elif " " in there[name]:
            yield name, there[name], COPY
        elif there[name] != sealed[name]:
            yield name, "its bytes are not those that were sealed", COPY


def named_in(manifest: Mapping[str, Any]) -> dict[str, str]:
    """File or folder → hash, of what the manifest of a release names; empty where it is spoilt."""
    try:
        tables = {f"{table}{PARQUET}": said["sha256"] for table, said in manifest["tables"].items()}
        return {**tables, **manifest.get("files", {})}
    except (KeyError, TypeError, AttributeError):
        return {}


def hash_of(name: str, there: Mapping[str, str]) -> str | None:
    """The hash of a file, or of a table that lies in parts, as a manifest names it; None if it is
    not ``there``."""
    inside = f"{name}/"
    parts = {path.removeprefix(inside): there[path] for path in there if path.startswith(inside)}
    return there.get(name) or (hash_parts(parts) if parts else None)


def tables_in(paths: Collection[str]) -> list[str]:
    """The tables to which ``paths`` belong, as far as they are of any."""
    tops = {path.partition("/")[0] for path in paths}
    return sorted(top.removesuffix(PARQUET) for top in tops if top.endswith(PARQUET))
