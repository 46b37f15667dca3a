"""Copies of a data folder elsewhere, each whole, of which only what has changed is written.

Here: taking a copy, listing them, laying one down again. Not here: proving what lies in a data
folder (``kinhbac verify``), carrying copies away from the machine (``docs/operations.md``).

A copy is a list of all files with their hashes, rights and times, in ``backups/``; their bytes lie
once each in ``objects/`` under their hash, so that a night adds what it has brought. Nothing waits
for a copy and no night disturbs one: sealed files never change, all others are replaced whole, and
what a release rests on is read after the release; a ledger that has grown meanwhile is as after a
night that was cut off. What a night makes again by itself (``MADE_AGAIN``) is left out.
Past 200 lines because taking a copy and laying it down go by one list.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from pathlib import Path
from typing import Any

from kinhbac.calendar import now
from kinhbac.data_folder import DataFolder, flush, written_aside
from kinhbac.problems import Problem, ProblemsFound, Refused

BLOCK = 1 << 20
FIRST = ("current", "open", "releases", "editions")
"""Read before all others: a release rests on the ledger, and not the other way round."""
MADE_AGAIN = (
    "build", "dbt", "tables", "computed", "counted", "dagster", ".lock", ".writer.json", ".uploads.json",
)  # fmt: skip
"""What a night makes again of the rest; of Dagster's runs the log is lost."""
UNREAD = "it is not in the backup as it was"
HASH = re.compile("[0-9a-f]{64}")
WHOLE = "a backup is laid down to the byte, or not at all"


@dataclass(frozen=True)
class Backup:
    """One copy: its name, which is the time in UTC at which it was begun, and its list.

    ``files``: place in the data folder → what it is: ``link`` to where, or ``sha256``, ``mode``,
    ``mtime`` in nanoseconds and ``size`` of a file, or the ``mode`` of a folder.
    """

    name: str
    files: dict[str, dict[str, Any]]

    @property
    def weight(self) -> int:
        """Bytes of its files together, each as often as it has a name."""
        return sum(found.get("size", 0) for found in self.files.values())


@dataclass(frozen=True)
class Taken:
    """A copy that was taken, and the bytes that it has added."""

    backup: Backup
    added: int


def take_backup(data: DataFolder, store: Path) -> Taken:
    """Add a copy of ``data`` to ``store``. Raises Refused where the one lies in the other."""
    store = store.resolve()
    if store.is_relative_to(data.root) or data.root.is_relative_to(store):
        raise Refused(
            f"{store} lies in the data folder, or holds it. Rule: a backup outlives what it is of. "
            "Remedy: name a folder on another disk."
        )
    before = {
        name: found for backup in list_backups(store)[-1:] for name, found in backup.files.items()
    }
    began, files, added = now(), {}, 0
    for path in _walk(data):
        name = os.fsencode(path.relative_to(data.root)).decode("utf-8", "surrogateescape")
        try:
            files[name], new = _keep(path, store, before.get(name, {}))
        except FileNotFoundError:  # it has just been replaced, or was never meant to stay
            continue
        added += new
    backup = Backup(f"{began.astimezone(UTC):%Y-%m-%dT%H%M%S.%f}", files)
    listed = store / "backups" / f"{backup.name}.json"
    with written_aside(listed) as aside:
        aside.write_text(json.dumps(files, indent=0), encoding="utf-8")
        flush(aside)
    flush(listed.parent)
    return Taken(backup, added)


def list_backups(store: Path) -> list[Backup]:
    """All copies in ``store``, the oldest first. Raises ProblemsFound for one that cannot be read."""
    found = []
    for path in sorted((store / "backups").glob("*.json")):
        try:
            found.append(Backup(path.stem, json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError):
            problem = Problem(
                "it is no list of a backup",
                WHOLE,
                "put it aside, or name another one",
                file=path.as_posix(),
            )
            raise ProblemsFound(store.as_posix(), [problem]) from None
    return found


def restore(store: Path, data: DataFolder, name: str | None = None) -> Backup:
    """Lay a copy down in ``data``, which is empty: the newest, or ``name``.

    Every file is proven by its hash before it takes its place. Files of releases that were stored
    once are so again. Raises Refused where there is no such copy, or ``data`` holds something, and
    ProblemsFound with all that is not in ``store`` as it was; then nothing stays in ``data``.
    """
    backups = [each for each in list_backups(store) if name in (None, each.name)]
    if not backups:
        known = ", ".join(each.name for each in list_backups(store))
        if not known:
            raise Refused(f"There is no backup in {store}.")
        raise Refused(f"There is no backup «{name}» in {store}; there are {known}.")
    backup = backups[-1]
    if problems := list(_find_lost(backup, store)):
        raise ProblemsFound(f"backup {backup.name}", problems)
    if data.root.exists() and any(data.root.iterdir()):
        raise Refused(
            f"{data.root} is not empty. Rule: what was lost is laid down where nothing lies. "
            "Remedy: move it away, or name another folder (KINHBAC_DATA)."
        )
    aside = data.root.with_name(f".{data.root.name}.restoring")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    _lay_down(backup, store, aside.resolve())
    if data.root.exists():
        data.root.rmdir()
    os.replace(aside, data.root)
    return backup


def _walk(data: DataFolder) -> Iterator[Path]:
    """Everything that is copied, folders before what lies in them."""
    entries = {entry.name: Path(entry) for entry in os.scandir(data.root)}
    first = [entries[name] for name in FIRST if name in entries]
    others = [path for name, path in sorted(entries.items()) if name not in (*FIRST, *MADE_AGAIN)]
    for path in [*first, *others]:
        yield from _below(path)


def _below(path: Path) -> Iterator[Path]:
    if path.name.endswith(".part") and path.name.startswith("."):
        return  # not yet whole
    yield path
    if path.is_dir() and not path.is_symlink():
        for entry in sorted(os.scandir(path), key=lambda entry: entry.name):
            yield from _below(Path(entry))


def _keep(path: Path, store: Path, before: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """What stands in the list of ``path``, and the bytes that it has added to ``store``."""
    found = path.lstat()
    mode = stat.S_IMODE(found.st_mode)
    if stat.S_ISLNK(found.st_mode):
        return {"link": path.readlink().as_posix()}, 0
    if not stat.S_ISREG(found.st_mode):  # nothing of a pipe or a device is kept
        return {"mode": mode, "folder": stat.S_ISDIR(found.st_mode)}, 0
    told = {"mode": mode, "mtime": found.st_mtime_ns, "size": found.st_size}
    told |= {"inode": found.st_ino, "ctime": found.st_ctime_ns}
    if before and told == {key: before.get(key) for key in told}:
        return told | {"sha256": before["sha256"]}, 0
    aside = store / "objects" / f".{os.getpid()}.part"
    aside.parent.mkdir(parents=True, exist_ok=True)
    digest = _copy(path, aside)
    place = _place(store, digest)
    if place.exists():
        aside.unlink()
        return told | {"sha256": digest}, 0
    place.parent.mkdir(exist_ok=True)
    aside.chmod(0o400)
    flush(aside)
    os.replace(aside, place)
    flush(place.parent)
    return told | {"sha256": digest}, found.st_size


def _copy(path: Path, to: Path) -> str:
    """Copy the bytes of a file; returns their hash."""
    digest = sha256()
    with path.open("rb") as delivered, to.open("wb") as kept:
        while block := delivered.read(BLOCK):
            digest.update(block)
            kept.write(block)
    return digest.hexdigest()


def _place(store: Path, digest: str) -> Path:
    return store / "objects" / digest[:2] / digest


def _find_lost(backup: Backup, store: Path) -> Iterator[Problem]:
    """What the list names and the store does not hold, before anything is laid down."""
    for name, told in backup.files.items():
        digest = told.get("sha256")
        if digest and not (HASH.fullmatch(digest) and _place(store, digest).is_file()):
            yield _lost(name)


def _lost(name: str) -> Problem:
    return Problem(UNREAD, WHOLE, "name an older backup, or another store", file=name)


def _lay_down(backup: Backup, store: Path, root: Path) -> None:
    """Lay everything down below ``root``; folders get their rights when all lies in them."""
    laid: dict[tuple[str, int, int], Path] = {}
    problems = []
    folders = []
    for name, told in backup.files.items():
        path = root / os.fsdecode(name.encode("utf-8", "surrogateescape"))
        if not path.parent.resolve().is_relative_to(root):  # whoever wrote that means no good
            raise ProblemsFound(f"backup {backup.name}", [_lost(name)])
        if "link" in told:
            path.symlink_to(told["link"])
        elif "sha256" not in told:
            if told["folder"]:
                path.mkdir()
                folders.append((path, told["mode"]))
        else:
            key = told["sha256"], told["mode"], told["mtime"]
            sealed = name.partition("/")[0] in ("releases", "editions")
            if sealed and key in laid:
                os.link(laid[key], path)
                continue
            if _copy(_place(store, told["sha256"]), path) != told["sha256"]:
                problems.append(_lost(name))
            path.chmod(told["mode"] & 0o777)
            os.utime(path, ns=(told["mtime"], told["mtime"]))
            laid[key] = path
    if problems:
        shutil.rmtree(root, ignore_errors=True)
        raise ProblemsFound(f"backup {backup.name}", problems)
    for path, mode in reversed(folders):
        path.chmod(mode & 0o777)
