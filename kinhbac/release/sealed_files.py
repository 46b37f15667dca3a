"""The files of a sealed folder: those that are there, those that should be.

Here: the folder itself, looking, comparing with a list, what a manifest names. Not here: whether
the list is to be trusted, saying it all (``verification``).
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from kinhbac.checksums import SUMS
from kinhbac.data_folder import hash_file
from kinhbac.problems import Problem, ProblemsFound
from kinhbac.release.attestation import UNLISTED
from kinhbac.release.releases import MANIFEST, WAREHOUSE, hash_parts
from kinhbac.release.signature import PUBLIC_KEY

NO_FILE = "it is no file of its own"
UNOPENED = "it cannot be opened"
COPY = "put it back from a copy of the release"
TAKE_OUT = "take it out of the folder"
PARQUET = ".parquet"
HALF_MADE = f".{WAREHOUSE}."
"""How a database begins that was being made when its command was killed; nobody reads it."""

Difference = tuple[str, str, str]
"""Path, what was found, remedy."""


def find_sealed(folder: Path) -> Path:
    """Where ``folder`` lies, whatever leads there. Raises ProblemsFound when nothing was sealed."""
    try:
        place = folder.resolve()
        if any((place / name).exists() for name in (SUMS, MANIFEST)):
            return place
        found = f"it holds neither {SUMS} nor {MANIFEST}" if place.is_dir() else "it is no folder"
    except OSError as error:
        found = f"{UNOPENED} ({error.strerror})"
    except RuntimeError:  # so says pathlib
        found = "it is a link that leads back to itself"
    rule = "a release, or an edition, is one folder, or a whole copy of it"
    problem = Problem(found, rule, "name the folder in which they lie", file=folder.as_posix())
    raise ProblemsFound(folder.as_posix(), [problem])


def look(folder: Path) -> dict[str, str]:
    """Path → SHA-256 of every file that must be as it was sealed, or why it has none, in words.

    A folder is there only if it cannot be opened: nobody knows what it holds.
    """
    closed: list[OSError] = []
    there = {}
    for place, folders, files in os.walk(folder, onerror=closed.append):
        for path in (Path(place, name) for name in [*folders, *files]):
            name = path.relative_to(folder).as_posix()
            half_made = name.startswith(HALF_MADE) and path.parent == folder
            if name not in UNLISTED and not half_made and (found := _hash(path)):
                there[name] = found
    for error in closed:
        name = Path(error.filename).relative_to(folder).as_posix()
        there[name] = f"{UNOPENED} ({error.strerror})"
    return there


def _hash(path: Path) -> str | None:
    """What ``look`` says of a file; None of a folder, whose files speak for it."""
    try:
        if path.is_dir() and not path.is_symlink():
            return None
        return hash_file(path) if path.is_file() and not path.is_symlink() else NO_FILE
    except OSError as error:
        return f"{UNOPENED} ({error.strerror})"


def compare(sealed: Mapping[str, str], there: Mapping[str, str]) -> Iterator[Difference]:
    """Everything that was changed, cut out or added since the list was made.

    Of a folder that cannot be opened the folder alone.
    """
    closed = {name for name, found in there.items() if found.startswith(UNOPENED)}
    for name in sorted(sealed.keys() | there.keys()):
        if name not in sealed and name not in closed:
            yield name, "it was added after the release was sealed", TAKE_OUT
        elif name not in there:
            if closed.isdisjoint(folders_of(name)):
                yield name, "it is not there", COPY
        elif " " in there[name]:
            yield name, there[name], COPY
        elif there[name] != sealed[name]:
            yield name, "its bytes are not those that were sealed", COPY


def compare_named(
    manifest: Mapping[str, Any], there: Mapping[str, str], known: Collection[str]
) -> Iterator[Difference]:
    """Everything that is not as the manifest says, but for what is ``known`` to be wrong.

    So a file is not changed by changing the list too. The manifest of an edition names all its
    files, and by its hash the interface tells what it serves: nothing may be added either.
    """
    named, known = named_in(manifest), frozenset(known)
    for name, digest in sorted(named.items()):
        if known.isdisjoint([name, *folders_of(name)]) and hash_of(name, there) != digest:
            yield name, "it is not what the manifest names", COPY
    if "edition" in manifest:
        for name in sorted(there.keys() - named.keys() - known - {MANIFEST, PUBLIC_KEY}):
            yield name, "the manifest does not name it", TAKE_OUT


def named_in(manifest: Mapping[str, Any]) -> dict[str, str]:
    """File or folder → hash, of what a manifest names: that of an edition all its files, that of a
    release its tables and what they rest on. Empty where it is spoilt."""
    try:
        tables = manifest.get("tables", {}).items()
        tables = {f"{table}{PARQUET}": said["sha256"] for table, said in tables}
        return {**tables, **manifest.get("files", {})}
    except (KeyError, TypeError, AttributeError):
        return {}


def folders_of(name: str) -> list[str]:
    """The folders in which a file lies, the sealed one, ``.``, among them."""
    return [folder.as_posix() for folder in PurePosixPath(name).parents]


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
