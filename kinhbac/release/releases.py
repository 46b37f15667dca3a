"""Releases as they lie in the data folder: the one in force, one of a day, the next number.

Here: reading a manifest, the version of a release's shape, whether tables and files are still
those that were sealed. Not here: publishing (``publication``), what is remembered (``memory``). It
imports neither dbt nor Great Expectations: whoever answers from a release needs neither.
Past 200 lines because every reading of a release is refused in the same words.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from kinhbac.checksums import SUMS
from kinhbac.data_folder import DataFolder, hash_file, hash_unmoved, point_to
from kinhbac.problems import Problem, ProblemsFound, Refused

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
GO_BACK = "put one of before in force with «kinhbac use <n>» (docs/operations.md, «Go back»)"
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
    # The link is read first: what it leads to was there before it did.
    target = data.current.readlink() if data.current.is_symlink() else None
    numbers = _numbers(data)
    if target is not None:
        here = (data.root / target).parent.resolve() == data.releases.resolve()
        if here and target.name.isdecimal() and int(target.name) in numbers:
            return _of_known_shape(_read_release(data.current.resolve()))
        raise _lost(f"it leads to {target.as_posix()}, and there is no such release", numbers)
    if data.current.exists():
        raise _lost("it is no link to a release", numbers)
    if numbers == {1}:
        # Sealed when its night was killed, or in force before its link was lost: it is the only
        # one there can be.
        return _of_known_shape(_read_release(data.releases / "1"))
    if numbers:
        raise _lost(f"it is not there, though release {max(numbers)} is", numbers)
    return None


def restore_current(data: DataFolder) -> bool:
    """Let readers see the first release, if that is the only one and ``current`` is lost; returns
    whether it was. Raises as ``current_release``."""
    release = current_release(data)
    if release is None or data.current.is_symlink():
        return False
    point_to(data.current, f"{data.releases.name}/{release.folder.name}")
    return True


def _lost(found: str, numbers: Collection[int]) -> ReleaseUnreadable:
    newest = f"«kinhbac use {max(numbers)}»" if numbers else "a copy of the data folder"
    remedy = f"put the newest whole release in force with {newest}, which proves it first"
    problem = Problem(found, BUILT_UPON, remedy, file="current")
    return ReleaseUnreadable("the release in force", [problem])


def refuse_gap(data: DataFolder) -> None:
    """Refuse when a release is gone between others. Raises ReleaseUnreadable, naming all gaps."""
    numbers = _numbers(data)
    gone = sorted(set(range(min(numbers, default=0), max(numbers, default=0))) - numbers)
    if gone:
        raise ReleaseUnreadable(
            "releases",
            [
                Problem(
                    "it is not there, though older and newer ones are",
                    BUILT_UPON,
                    "put it back from a copy of the data folder; only the oldest may be taken away",
                    file=f"releases/{number}",
                )
                for number in gone
            ],
        )


class DayPassed(Refused):
    """A night of a day that lies before the release in force."""


def refuse_earlier(data: DataFolder, day: date) -> None:
    """Refuse a night of ``day`` if the release in force is of a later one. Raises DayPassed, and
    ReleaseUnreadable."""
    release = current_release(data)
    if release and day < release.as_of:
        raise DayPassed(
            f"A night of {day:%d/%m/%Y} would come before release {release.number}, which is of "
            f"{release.as_of:%d/%m/%Y}. Rule: releases follow each other in time, and what one has "
            "told is not told as if it were still to come. Remedy: set the clock of the machine "
            "right; if the clock was wrong when that release was made, put the one before it in "
            "force with «kinhbac use <n>»."
        )


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


def release_in(folder: Path) -> Release:
    """The release that lies in a folder: one of ``releases/``, or a copy of one anywhere.

    Raises ReleaseUnreadable when its shape is newer than the code, or its manifest cannot be read.
    """
    return _of_known_shape(_read_release(folder))


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
        release = Release.of(folder, json.loads(path.read_text(encoding="utf-8")))
        if _is_sealed(release):
            return release
        found = "its bytes are not those that were sealed"
    except OSError as error:
        found = f"it cannot be opened ({error.strerror})"
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        found = "it is no manifest of a release"
    place = place_in(folder, path.name)
    problem = Problem(file=place, found=found, rule=AS_SEALED, remedy=PUT_BACK)
    raise _refuse(f"release {folder.name}", problem)


def _is_sealed(release: Release) -> bool:
    """Whether the list of hashes, which releases have had since manifests name the one before,
    names the manifest as it is."""
    sums = release.folder / SUMS
    if not sums.exists():
        return "previous" not in release.manifest
    line = f"{hash_unmoved(release.folder / MANIFEST)}  {MANIFEST}"
    return line in sums.read_text(encoding="utf-8", errors="replace").splitlines()


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
