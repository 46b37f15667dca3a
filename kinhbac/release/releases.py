"""Releases as they lie in the data folder: the one in force, one of a day, the next number.

Here: reading a manifest, the version of a release's shape, whether a table is still the one
that was sealed. Not here: publishing (``publication``), what is remembered (``memory``). It
imports neither dbt nor Great Expectations: whoever answers from a release needs neither.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kinhbac.data_folder import DataFolder, hash_file
from kinhbac.problems import Problem, ProblemsFound

SHAPE = 1
"""The shape of the releases that this code seals, written into their manifests.

Raise it when a release sealed from then on would be misread by the code of before: when a
table, a column or an entry of the manifest that is read again is renamed, dropped, or means
something else than before. A new table or column is no reason: what a release does not have
is read as unknown. A manifest that names no shape is of shape 1.
"""
GO_BACK = "let `current` point to a release of before (docs/operations.md, «Upgrading»)"


class ReleaseUnreadable(ProblemsFound):
    """A release that this code cannot read, or not as it was sealed: nothing is built on it."""


@dataclass(frozen=True)
class Release:
    """One sealed, numbered publication."""

    number: int
    folder: Path
    manifest: dict[str, Any]


def current_release(data: DataFolder) -> Release | None:
    """The release that readers see, or None before the first.

    Raises ReleaseUnreadable when its shape is newer than the code.
    """
    if not (data.current / "manifest.json").exists():
        return None
    folder = data.current.resolve()
    return _release(folder, _read_manifest(folder))


def release_as_of(data: DataFolder, day: date) -> Release | None:
    """The release that was in force at the end of ``day``, or None before the first.

    Raises ReleaseUnreadable when its shape is newer than the code.
    """
    folders = [path.parent for path in data.releases.glob("[0-9]*/manifest.json")]
    known = [
        (int(manifest["release"]), folder, manifest)
        for folder in folders
        if (manifest := _read_manifest(folder))["as_of"] <= day.isoformat()
    ]
    if not known:
        return None
    _, folder, manifest = max(known, key=lambda release: release[0])
    return _release(folder, manifest)


def release_numbered(data: DataFolder, number: int) -> Release | None:
    """The release of this number, or None if there is none.

    Raises ReleaseUnreadable when its shape is newer than the code.
    """
    folder = data.releases / str(number)
    if not (folder / "manifest.json").exists():
        return None
    return _release(folder, _read_manifest(folder))


def next_number(data: DataFolder) -> int:
    """The number that the next release will have."""
    if not data.releases.exists():
        return 1
    taken = [int(path.name) for path in data.releases.iterdir() if path.name.isdecimal()]
    return max(taken, default=0) + 1


def place_in(release: Release, name: str) -> str:
    """How messages call a file of a release."""
    return f"releases/{release.folder.name}/{name}"


def find_damage(release: Release, table: str) -> Problem | None:
    """Why a table is not the one that was sealed; None when it is, or was never sealed."""
    sealed = release.manifest.get("tables", {}).get(table)
    path = release.folder / f"{table}.parquet"
    if sealed is None or (path.is_file() and hash_file(path) == sealed["sha256"]):
        return None
    found = "its bytes are not those that were sealed" if path.is_file() else "it is not there"
    return Problem(
        file=place_in(release, path.name),
        line=None,
        column=None,
        value=None,
        found=found,
        rule="a night builds on all that the release in force has told, or not at all",
        remedy=f"put the file back from a copy of the release, or {GO_BACK}",
    )


def _read_manifest(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return content


def _release(folder: Path, manifest: dict[str, Any]) -> Release:
    release = Release(manifest["release"], folder, manifest)
    shape = manifest.get("shape", 1)
    if shape > SHAPE:
        problem = Problem(
            file=place_in(release, "manifest.json"),
            line=None,
            column="shape",
            value=str(shape),
            found=f"is a newer shape of releases than this code knows, which is {SHAPE}",
            rule="a release is read by the version that sealed it or by a later one",
            remedy=f"install the version that sealed it, or {GO_BACK}",
        )
        raise ReleaseUnreadable(f"release {release.number}", [problem])
    return release
