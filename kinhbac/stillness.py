"""Whether anything has happened since the last good night, asked before anything is imported.

Here: what people lay down or take away (landing zone, files that the project ships, settings of
notices), what the nights keep of it, and the answer: a night like the last one, or a night to be
worked through. Not here: of what a release is made and how long it holds (``release.origin``),
the words of the summary (``night_report``). It needs the standard library alone, because the
answer may take no longer than a look.

A file is as it was seen when its size, times, number and mode are the same. That says nothing of
one that was changed within the clock's grain of the look: such a file is read and its hash
compared, as git does with its index; so is every file whose times have moved, which may hold the
same bytes all the same. What was seen is kept in one small file, written when everybody has been
told and taken away before the door opens. A night that was refused, killed, or could not tell
everyone leaves none, and the next one is worked through. Past 200 lines because the look before a
night, the one after it and what is compared of them are one thing.
"""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path

from kinhbac.data_folder import DataFolder, hash_file, written_aside
from kinhbac.registry.files import hash_registry
from kinhbac.release.origin import find_current
from kinhbac.release.releases import Release, ReleaseUnreadable

GRAIN = 2_000_000_000
"""Nanoseconds within which a file may change again and show the same times: the coarsest clock
of the file systems in use."""

WEEK = 7 * 24 * 3600 * 1_000_000_000
"""Nanoseconds after which everything is read again, whatever it looks like: a bit that flips on a
disk changes no time."""

OWN = ("raw", "kept", "notices", "release")
"""What a night writes itself, and what it leaves there is what it has seen."""

UNREAD = "unread"
"""Stands for the hash of a file that could not be read."""


@dataclass(frozen=True)
class Look:
    """A file as it was seen: its mark in the file system (size, times, number, mode), its hash.

    A folder has neither, and a link is its target's name.
    """

    mark: tuple[int, ...]
    sha256: str


@dataclass(frozen=True)
class Sight:
    """Everything that was looked at, by name, when, and since when all of it has been read:
    nanoseconds since 1970."""

    at: int
    looks: dict[str, Look]
    read: int

    def recall(self, name: str, mark: tuple[int, ...]) -> str | None:
        """The hash of a file that is certainly as it was seen, or None."""
        look = self.looks.get(name)
        if look is None or look.mark != mark or max(mark[1:3], default=0) >= self.at - GRAIN:
            return None
        return look.sha256

    @property
    def hashes(self) -> dict[str, str]:
        """What was there: two sights are of one state when this is the same."""
        return {name: look.sha256 for name, look in self.looks.items()}


@dataclass(frozen=True)
class Stillness:
    """Nothing has happened: ``release`` holds what would be published now."""

    release: Release

    def __str__(self) -> str:
        ahead = self.release.manifest["changes_ahead"]
        why = ahead[0]["because"] + (f", and {len(ahead) - 1} more" if ahead[1:] else "")
        return (
            f"nothing was delivered, declared or installed since release {self.release.number}; "
            f"by itself nothing changes before {self.release.changes_on:%d/%m/%Y} ({why})"
        )


def find_stillness(sources: Path, data: DataFolder, day: date) -> Stillness | None:
    """Why the night of ``day`` has nothing to do; None when it has, or when that is not certain.

    ``sources`` is the folder of the registry. Raises nothing: what is wrong is the night's to
    tell.
    """
    try:
        seen = _read(data)
        release = find_current(hash_registry(sources), data, day) if seen else None
        if seen is None or release is None:
            return None
        now = _look(sources, data, seen)
    except (OSError, ValueError, KeyError, TypeError, ReleaseUnreadable):
        return None
    if now.hashes != seen.hashes:
        return None
    recalled = (seen.recall(name, look.mark) for name, look in now.looks.items())
    if now.read != seen.read or None in recalled:
        _write(data, now)  # the next look need not read those files again
    return Stillness(release)


@dataclass
class Watch:
    """One night's looks at what people lay down: before the door opens, and when it has ended.

    ``taken_in``: place and hash of every extract in the ledger of this night.
    """

    before: Sight | None = field(default=None, repr=False)
    taken_in: frozenset[tuple[str, str]] | None = field(default=None, repr=False)
    last: Sight | None = field(default=None, repr=False)

    def begin(self, sources: Path, data: DataFolder, whole: bool) -> None:
        """Look before the door opens; from here on nobody says that nothing has happened.

        ``whole``: it opens for every source. A run for some of them says nothing of the others.
        """
        self.before = self.taken_in = self.last = None
        with suppress(OSError, ValueError, KeyError, TypeError):
            self.last = _read(data)
        data.seen.unlink(missing_ok=True)
        if whole:
            self.before = _look(sources, data, self.last)

    @property
    def seconds(self) -> float:
        """How long ago it began."""
        return (time.time_ns() - self.before.at) / 1e9 if self.before else 0

    def hash_of(self, data: DataFolder) -> Callable[[Path], str]:
        """What tells the hash of a file below ``raw/``: by what was seen before the door opened,
        where that is known."""
        looks = self.before.looks if self.before else {}

        def tell(path: Path) -> str:
            look = looks.get(f"raw/{path.relative_to(data.raw).as_posix()}")
            return look.sha256 if look and look.sha256 not in ("", UNREAD) else hash_file(path)

        return tell

    def changed_kept(self, data: DataFolder) -> list[Path]:
        """Files of what is kept of deliveries that do not hold what the last good night saw in them."""
        before, last = (sight.hashes if sight else {} for sight in (self.before, self.last))
        names = (name for name, found in before.items() if found and last.get(name) != found)
        return [
            data.kept / name.removeprefix("kept/") for name in names if name.startswith("kept/")
        ]

    def record(self, taken_in: Iterable[tuple[str, str]]) -> None:
        """Remember what the ledger holds, now that it has been written."""
        self.taken_in = frozenset(taken_in)

    def end(self, sources: Path, data: DataFolder) -> bool:
        """Keep what is there, if this night has seen all of it; returns whether it has.

        What has come since the door opened has been seen when it stands in the ledger, as what
        the demonstration delivers does; whatever else has changed is the next night's.
        """
        if self.before is None or self.taken_in is None:
            return False
        after = _look(sources, data, self.before)
        before, now = _given(self.before), _given(after)
        come = {name: found for name, found in now.items() if name not in before}
        if before != {name: found for name, found in now.items() if name in before}:
            return False
        if not all(_is_taken_in(name, found, self.taken_in) for name, found in come.items()):
            return False
        _write(data, after)
        return True


def _given(sight: Sight) -> dict[str, str]:
    return {name: h for name, h in sight.hashes.items() if name.partition("/")[0] not in OWN}


def _is_taken_in(name: str, found: str, taken_in: Collection[tuple[str, str]]) -> bool:
    zone, _, place = name.partition("/")
    return zone == "landing" and (not found or (place, found) in taken_in)


def _look(sources: Path, data: DataFolder, known: Sight | None) -> Sight:
    """What is there now; a file that is certainly as it was ``known`` is not read again, for a
    week."""
    at = time.time_ns()
    if known and at - known.read > WEEK:
        known = None
    looks = {}
    for name, path in _names(sources, data):
        try:
            found = path.lstat()
        except OSError:  # it has gone since its folder was read, or nobody can look at it
            continue
        is_folder = stat.S_ISDIR(found.st_mode)
        # A folder's times move with what lies in it, and that is looked at.
        mark = () if is_folder else (
            found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_mode
        )  # fmt: skip
        recalled = known.recall(name, mark) if known and not is_folder else None
        looks[name] = Look(mark, _say(name, path, found) if recalled is None else recalled)
    return Sight(at, looks, known.read if known else at)


def _names(sources: Path, data: DataFolder) -> Iterator[tuple[str, Path]]:
    """Everything that is looked at; the first part of a name says whose it is."""
    yield from _below("landing", data.landing, without=data.kept)
    for shipped in sorted(sources.glob("*/extracts")):
        yield from _below(f"sources/{shipped.parent.name}", shipped)
    yield from _below("kept", data.kept, without=data.seen)
    yield from _below("raw", data.raw)
    yield from _below("notices", data.notices)
    if (settings := data.notices_settings).exists():
        # Who may open it is told of, so it is part of what there is.
        yield f"{settings.name} ({settings.stat().st_mode:o})", settings
    release = data.current.resolve()
    for path in (*release.glob("*"), *release.glob("*.parquet/*")):
        if path.is_file():
            yield f"release/{path.relative_to(release).as_posix()}", path


def _below(name: str, folder: Path, without: Path | None = None) -> Iterator[tuple[str, Path]]:
    for entry in _entries(folder):
        path = folder / entry.name
        if path == without:
            continue
        own = f"{name}/{os.fsencode(entry.name).decode('utf-8', 'backslashreplace')}"
        yield own, path
        if entry.is_dir(follow_symlinks=False):
            yield from _below(own, path)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What lies in a folder; nothing where it may not be read, which the landing zone tells."""
    try:
        return list(os.scandir(folder))
    except OSError:
        return []


def _say(name: str, path: Path, found: os.stat_result) -> str:
    """What a file says: the hash of its bytes, and when it came if that is not in its name."""
    if stat.S_ISREG(found.st_mode):
        try:
            digest = hash_file(path)
        except OSError:  # it may not be read, or has gone: that is told by whoever needs it
            return UNREAD
        is_delivered = name.partition("/")[0] not in OWN
        is_undated = is_delivered and not _begins_with_a_day(path.name)
        return digest + (f" of {found.st_mtime_ns}" if is_undated else "")
    if stat.S_ISLNK(found.st_mode):
        return sha256(os.fsencode(path.readlink())).hexdigest()
    return ""


def _begins_with_a_day(name: str) -> bool:
    """Whether a delivered file's name says when it came; if not, its own time counts."""
    try:
        date.fromisoformat(name[:10])
    except ValueError:
        return False
    return name[10:11] == "_"


def _read(data: DataFolder) -> Sight | None:
    """What the last good night has seen; None when there was none. Raises what JSON raises."""
    if not data.seen.exists():
        return None
    kept = json.loads(data.seen.read_text(encoding="utf-8"))
    looks = {name: Look(tuple(mark), found) for name, (mark, found) in kept["files"].items()}
    return Sight(kept["at"], looks, kept.get("read", 0))  # an earlier version read nothing again


def _write(data: DataFolder, sight: Sight) -> None:
    files = {name: [look.mark, look.sha256] for name, look in sight.looks.items()}
    with written_aside(data.seen) as aside:
        aside.write_text(
            json.dumps({"at": sight.at, "read": sight.read, "files": files}), encoding="utf-8"
        )
