"""Releases as they lie in the data folder: the one in force, one of a day, the next number.

Here: reading a manifest, the version of a release's shape, whether tables and files are still
those that were sealed. Not here: publishing (``publication``), what is remembered (``memory``). It
imports neither dbt nor Great Expectations: whoever answers from a release needs neither.
Past 200 lines because every reading of a release is refused in the same words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from kinhbac.data_folder import DataFolder, hash_file
from kinhbac.problems import Problem, ProblemsFound

SHAPE = 2
"""The shape of the releases that this code seals, written into their manifests.

Raise it when a release sealed from then on would be misread by the code of before: when a
table, a column or an entry of the manifest that is read again is renamed, dropped, or means
something else than before. A new table or column is no reason: what a release does not have
is read as unknown. A manifest that names no shape is of shape 1. ``release``, ``as_of`` and
``shape`` stand in every manifest and mean the same, whatever its shape. In shape 2 a table may be a
folder, and the database of a release that is not in force is made when it is asked for.
"""
MANIFEST = "manifest.json"
GO_BACK = "let `current` point to a release of before (docs/operations.md, «Go back»)"
BUILT_UPON = "a night builds on all that the release in force has told, or not at all"
WAREHOUSE, SCRIPT = "warehouse.duckdb", "warehouse.sql"
"""The database of a release, and the script that makes it from its tables."""
AS_SEALED = "a release is read as it was sealed, or not at all"
PUT_BACK = f"put the file back from a copy of the release, or {GO_BACK}"


class ReleaseUnreadable(ProblemsFound):
    """A release that this code cannot read, or not as it was sealed: nothing is built on it."""


@dataclass(frozen=True)
class Release:
    """One sealed, numbered publication."""

    number: int
    folder: Path
    manifest: dict[str, Any]
    as_of: date
    shape: int

    @property
    def changes_on(self) -> date:
        """The first day on which it says something else though nothing is delivered.

        One that does not know it holds for its own day alone, or for none.
        """
        ahead = self.manifest.get("changes_ahead") or [{"day": self.manifest["as_of"]}]
        return date.fromisoformat(ahead[0]["day"])

    @classmethod
    def of(cls, folder: Path, manifest: dict[str, Any]) -> Release:
        """The release that a manifest describes, of whatever shape.

        Raises KeyError, TypeError or ValueError when it is no manifest of a release.
        """
        as_of, shape = date.fromisoformat(manifest["as_of"]), int(manifest.get("shape", 1))
        return cls(int(manifest["release"]), folder, manifest, as_of, shape)


def current_release(data: DataFolder) -> Release | None:
    """The release that readers see, or None before the first.

    Raises ReleaseUnreadable when its shape is newer than the code, when its manifest cannot be
    read, and when ``current`` is lost: nobody may take that for the time before the first.
    """
    if data.current.exists() or data.current.is_symlink():
        return _of_known_shape(_read_release(data.current.resolve()))
    # The first alone may have been sealed when its night was killed, and never been in force.
    if next_number(data) > 2:
        raise _refuse(
            "the release in force",
            Problem(
                file=data.current.name,
                found=f"it is not there, though release {next_number(data) - 1} is",
                rule=BUILT_UPON,
                remedy="let `current` point to the last whole one (docs/operations.md, «Go back»)",
            ),
        )
    return None


def release_as_of(data: DataFolder, day: date) -> Release | None:
    """The release that was in force at the end of ``day``, or None before the first.

    Raises ReleaseUnreadable when its shape is newer than the code, or when a manifest cannot
    be read: which release was in force is not known then.
    """
    for number in sorted(_numbers(data), reverse=True):
        release = _read_release(data.releases / str(number))
        if release.as_of <= day:
            return _of_known_shape(release)
    return None


def release_numbered(data: DataFolder, number: int) -> Release | None:
    """The release of this number, or None if there is none.

    Raises ReleaseUnreadable when its shape is newer than the code, or its manifest cannot be
    read.
    """
    if number not in _numbers(data):
        return None
    return _of_known_shape(_read_release(data.releases / str(number)))


def next_number(data: DataFolder) -> int:
    """The number that the next release will have."""
    return max(_numbers(data), default=0) + 1


def folders_of_releases(data: DataFolder) -> dict[int, Path]:
    """Number → folder of every sealed release, whatever its shape."""
    if not data.releases.exists():
        return {}
    paths = data.releases.iterdir()
    return {int(path.name): path for path in paths if path.name.isdecimal()}


def _numbers(data: DataFolder) -> set[int]:
    return set(folders_of_releases(data))


def place_in(folder: Path, name: str) -> str:
    """How messages call a file of a sealed ``folder``: one of ``releases/``, or a copy."""
    return f"{folder.parent.name}/{folder.name}/{name}"


def hash_table(path: Path) -> str:
    """SHA-256 of a table of a release; of one that lies in parts that of their names and hashes."""
    if not path.is_dir():
        return hash_file(path)
    return hash_parts({part.name: hash_file(part) for part in path.iterdir()})


def hash_parts(hashes: Mapping[str, str]) -> str:
    """SHA-256 of a table that lies in parts, of the hashes of its parts by name."""
    parts = [f"{name} {hashes[name]}" for name in sorted(hashes)]
    return sha256("\n".join(parts).encode()).hexdigest()


def find_damage(release: Release, table: str) -> Problem | None:
    """Why a table is not the one that was sealed; None when it is, or was never sealed."""
    sealed = release.manifest.get("tables", {}).get(table)
    path = release.folder / f"{table}.parquet"
    if sealed is None and not path.exists():
        return None
    if sealed is None:
        found = "the manifest lists no such table"
    elif not path.exists():
        found = "it is not there"
    elif hash_table(path) != sealed["sha256"]:
        found = "its bytes are not those that were sealed"
    else:
        return None
    place = place_in(release.folder, path.name)
    return Problem(file=place, found=found, rule=BUILT_UPON, remedy=PUT_BACK)


def find_proven(release: Release) -> Path | None:
    """The database of a release, if it is to the byte the one that was proven at sealing; else None:
    it is not there, was made again since, or is of a release that does not name its hash."""
    path, proven = release.folder / WAREHOUSE, release.manifest.get("database")
    return path if proven and path.exists() and hash_file(path) == proven else None


def read_sealed(release: Release, name: str) -> bytes:
    """A file of the release that is no table, as it was sealed.

    Raises ReleaseUnreadable when it is not there, or not as it was sealed.
    """
    path, sealed = release.folder / name, release.manifest.get("files", {}).get(name)
    if not path.exists():
        found = "it is not there"
    elif sha256(content := path.read_bytes()).hexdigest() != sealed:
        found = "its bytes are not those that were sealed"
    else:
        return content
    place = place_in(release.folder, name)
    problem = Problem(file=place, found=found, rule=AS_SEALED, remedy=PUT_BACK)
    raise _refuse(f"release {release.number}", problem)


def _read_release(folder: Path) -> Release:
    """The release in a folder. Raises ReleaseUnreadable when its manifest says nothing."""
    path = folder / MANIFEST
    try:
        return Release.of(folder, json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        found = f"it cannot be opened ({error.strerror})"
    except (ValueError, TypeError, KeyError):
        found = "it is no manifest of a release"
    place = place_in(folder, path.name)
    problem = Problem(file=place, found=found, rule=AS_SEALED, remedy=PUT_BACK)
    raise _refuse(f"release {folder.name}", problem)


def _of_known_shape(release: Release) -> Release:
    if release.shape <= SHAPE:
        return release
    problem = Problem(
        file=place_in(release.folder, MANIFEST),
        column="shape",
        value=str(release.shape),
        found=f"is a newer shape of releases than this code knows, which is {SHAPE}",
        rule="a release is read by the version that sealed it or by a later one",
        remedy=f"install the version that sealed it, or {GO_BACK}",
    )
    raise _refuse(f"release {release.number}", problem)


def _refuse(subject: str, problem: Problem) -> ReleaseUnreadable:
    return ReleaseUnreadable(subject, [problem])
