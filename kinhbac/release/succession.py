"""How a sealed folder names the one before it, and whether that is still the one it named.

Here: the entry ``previous`` of a manifest, following it back to the oldest that is kept. Not here:
the files of a folder (``sealed_files``), its list of hashes (``attestation``).

An entry names the hash of the ``SHA256SUMS`` of the folder before, which names that of its
manifest, and so on: whoever trusts one list has proven which folders came before, and one
signature covers them all.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kinhbac.checksums import SUMS, read_sums
from kinhbac.data_folder import hash_file
from kinhbac.problems import Problem
from kinhbac.release.releases import MANIFEST, place_in

UNCHANGED = "each names the hash of the one before it, which is never changed"
WITHOUT_GAP = "each names the one before it, back to the oldest that is kept"
REMEDY = "put it back from a copy"
HIGHEST = 10**9
"""Below this lie all numbers, so that each is the name of a folder."""


@dataclass
class Succession:
    """Numbers that came before, the newest first; one that is not there any more; what is wrong."""

    followed: list[int] = field(default_factory=list)
    gone: int | None = None
    problems: list[Problem] = field(default_factory=list)

    def report(self, place: str, found: str, rule: str = UNCHANGED) -> None:
        """Add a problem, after which nothing can be followed any further."""
        self.problems.append(Problem(found, rule, REMEDY, file=place))


def name_previous(number: int, folder: Path) -> dict[str, Any]:
    """How a manifest names the folder before it, ``folder``, which has this number.

    By its ``SHA256SUMS``, which stands for all of it; if it was sealed before there were any, by
    its manifest.
    """
    file = SUMS if (folder / SUMS).exists() else MANIFEST
    return {"number": number, "file": file, "sha256": hash_file(folder / file)}


def follow(folder: Path, manifest: dict[str, Any]) -> Succession:
    """Go from ``folder``, whose ``manifest`` this is, to those before it, which lie beside it.

    That the oldest are not there is no problem, nor that a copy lies alone: a gap is one.
    """
    passed, number = Succession(), _read_number(manifest)
    while (entry := manifest.get("previous")) and not passed.problems:
        said = _read_entry(entry, number)
        if said is None:
            passed.report(place_in(folder, MANIFEST), "it does not say what came before it")
            break
        number, file, digest = said
        folder = folder.parent / str(number)
        try:
            if not folder.exists():
                _pass_by(passed, folder, number)
                break
        except OSError as error:  # it, or the folder of them all, is not open to this user
            place = f"{folder.parent.name}/{folder.name}"
            passed.report(place, f"it cannot be looked for ({error.strerror})", WITHOUT_GAP)
            break
        manifest = _read_named(passed, folder, file, digest)
        passed.followed.append(number)
    return passed


def _read_number(manifest: dict[str, Any]) -> int:
    """Above all that can have come before: the number of an edition, or of a release."""
    number = manifest.get("edition", manifest.get("release"))
    return number if type(number) is int and 0 < number < HIGHEST else HIGHEST


def _read_entry(entry: Any, next_number: int) -> tuple[int, str, str] | None:
    """Number, file and hash of the one before ``next_number``; None where that is not said."""
    if not isinstance(entry, dict):
        return None
    number, file, digest = (entry.get(key) for key in ("number", "file", "sha256"))
    if type(number) is not int or not 0 < number < next_number or file not in (SUMS, MANIFEST):
        return None
    return number, file, str(digest)


def _pass_by(passed: Succession, folder: Path, number: int) -> None:
    passed.gone = number
    others = (path.name for path in folder.parent.iterdir() if path.name.isdecimal())
    if any(int(name) < number for name in others):
        found = "it is not there, though older ones are"
        passed.report(f"{folder.parent.name}/{folder.name}", found, WITHOUT_GAP)


def _read_named(passed: Succession, folder: Path, file: str, digest: str) -> dict[str, Any]:
    """The manifest in ``folder``, for which ``file`` stands; what is wrong is reported."""
    place = place_in(folder, file)
    try:
        if hash_file(folder / file) != digest:
            passed.report(place, "it is not the one that the next has named")
            return {}
        if file == SUMS:
            place = place_in(folder, MANIFEST)
            sealed, _ = read_sums((folder / SUMS).read_text(encoding="utf-8"))
            if sealed.get(MANIFEST) != hash_file(folder / MANIFEST):
                passed.report(place, "its bytes are not those that were sealed")
                return {}
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        passed.report(place, f"it cannot be read ({type(error).__name__})")
        return {}
    return manifest if isinstance(manifest, dict) else {}
