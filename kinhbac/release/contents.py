"""What a release holds beside its tables: the registry of its day, the definitions that it bound.

Here: the folder in which it is built; packing, the same bytes for the same registry; storing what is
the same once; having the disk keep it all. Not here: the tables (``parquet``), whether a release may be
sealed, numbering and swapping (``publication``).
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Collection
from pathlib import Path

from kinhbac.data_folder import flush_disk, hash_file, have_same_bytes, link_or_copy, take_away
from kinhbac.registry import Registry
from kinhbac.registry.definitions.fingerprints import describe_definition
from kinhbac.registry.files import registry_files
from kinhbac.rights import PUBLIC, seal_rights

REGISTRY = "registry.zip"
"""The registry's files inside a release, from which it can be computed again."""
DEFINITIONS = "definitions.json"
"""What a sign-off binds, of every indicator."""
TABLES = (".parquet", ".duckdb")


def empty_folder(room: Path, number: int) -> Path:
    """Where release or edition ``number`` is built, in the folder ``room`` of all of them; what an
    earlier kill left there goes."""
    room.mkdir(parents=True, exist_ok=True)
    for leftover in room.glob(".*.part"):
        take_away(leftover)
    # No name that another process may still write below, however it was ended.
    building = room / f".{number}.{os.getpid()}.part"
    building.mkdir()
    return building


def keep_registry(registry: Registry, archive: Path) -> None:
    """The registry as it was, the same bytes for the same files."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in registry_files(registry.folder):
            name = path.relative_to(registry.folder).as_posix()
            packed.writestr(zipfile.ZipInfo(name), path.read_bytes(), zipfile.ZIP_DEFLATED)


def keep_definitions(registry: Registry, path: Path) -> None:
    """What a sign-off binds, of every indicator, as JSON."""
    definitions = {key: describe_definition(registry, key) for key in registry.indicators}
    path.write_text(json.dumps(definitions, ensure_ascii=False, indent=1), encoding="utf-8")


def store_once(folder: Path, before: Path | None) -> None:
    """Store no file of ``folder`` again that ``before``, another release, holds in the same place
    with the same bytes, nor one that ``folder`` holds twice, as where a stage of a composite
    changes nothing: it becomes a hard link, or stays a copy where the file system has none."""
    first: dict[int, list[Path]] = {}
    for path in _new_files(folder):
        stored = [before / path.relative_to(folder)] if before else []
        alike = first.setdefault(path.stat().st_size, [])
        if same := next((one for one in stored + alike if have_same_bytes(path, one)), None):
            aside = path.with_name(f".{path.name}.part")
            link_or_copy(same, aside)
            os.replace(aside, path)
        alike.append(path)


def hash_files(folder: Path) -> dict[str, str]:
    """Name → SHA-256 of the files that stand beside the tables and their database."""
    files = [path for path in sorted(folder.iterdir()) if path.is_file()]
    return {path.name: hash_file(path) for path in files if path.suffix not in TABLES}


def settle(folder: Path, public: Collection[str] | None = PUBLIC) -> None:
    """Make everything read-only, for those who may read it (``rights``), and have the disk keep it,
    with what the night has written before and this rests on."""
    seal_rights(folder, public)
    flush_disk(folder)


def _new_files(folder: Path) -> list[Path]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [path for path in files if path.stat().st_nlink == 1]
