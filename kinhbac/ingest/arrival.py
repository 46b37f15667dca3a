"""Whether a file in the landing zone is whole, though somebody may have written to it just now.

Here: how long it has been at rest, what its upload promised, that its upload name was renamed; the
memory of looks from which that is known. Not here: what its manifest says (``extracts``), which
names are those of uploads (``landing_zone``).

What a file system keeps of a file tells no rename: servers set times while they still receive. So
whoever looks at the landing zone remembers which files stand there under the name of an upload. A
file is known again by its device, its number and the moment at which it was made: a number is given
to another file as soon as its own is gone. One with a second name is known by none of them, for one
of them may be the upload's.
"""

from __future__ import annotations

import ctypes
import json
import os
import struct
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from kinhbac.data_folder import DataFolder, written_aside
from kinhbac.ingest.landed_file import hash_of, open_landed
from kinhbac.ingest.landing_zone import LEFT_OVER

HOUR = 3600
"""Seconds for which a renamed file is remembered after it was written to last, or longer where one
must be at rest for longer: then it is."""
PROMISE = "user.kinhbac.sha256"
"""The attribute in which an upload leaves the hash that its bytes were proven to have."""
LIBC = ctypes.CDLL(None, use_errno=True)
HERE, NO_LINK, BASIC_AND_BIRTH, BIRTH = -100, 0x100, 0xFFF, 0x800
"""``AT_FDCWD``, ``AT_SYMLINK_NOFOLLOW``, ``STATX_BASIC_STATS | STATX_BTIME``, ``STATX_BTIME``."""
STATX = struct.Struct("=I12xI12xQQ32xqI4x16xqI12xII")
"""Of ``struct statx``: mask, links, number, size, birth, last writing, device."""


class File(NamedTuple):
    """A file as the system knows it: ``key`` is the same under whatever name it stands, for it
    alone; ``state`` is another whenever it was written to; ``names`` is how many it has."""

    key: str
    state: list[int]
    names: int


def is_at_rest(path: Path, seconds: float) -> bool:
    """Whether nobody has written to a file for so long: what is still being uploaded may end at a
    cell. Of a file that is gone, whoever reads it says so."""
    if not seconds:
        return True
    try:
        return not 0 <= time.time() - path.lstat().st_mtime < seconds
    except OSError:
        return True


def has_arrived(path: Path, data: DataFolder) -> bool:
    """Whether a landed file is whole, as far as can be told without what lies beside it; a young one
    is read for it where its upload has promised what it holds."""
    return is_at_rest(path, data.rest) or was_renamed(path, data) or _keeps_promise(path)


def was_renamed(path: Path, data: DataFolder) -> bool:
    """Whether the file stood here under the name of an upload when somebody looked, has another
    name since, and nobody has been seen to write to it under that."""
    known = _read(data)
    found = _identify(path) if known and not _is_upload(path, data) else None
    if found is None or found.names > 1 or found.key not in known:
        return False
    return known[found.key] in (None, found.state)


def remember_uploads(data: DataFolder) -> None:
    """Look around the landing zone, and remember what stands there under the name of an upload.

    What has been renamed since an earlier look is remembered until it has been at rest for long. It
    is told to nobody where this cannot be written: files rest, then.
    """
    known, now = _read(data), dict[str, list[int] | None]()
    for place, is_upload in _walk(data):
        if not (is_upload or known):
            continue
        path = Path(place)
        if not is_upload and is_at_rest(path, max(data.rest, HOUR)):
            continue
        if (found := _identify(path)) is None:
            continue
        if is_upload:
            now[found.key] = None
        elif found.key in known and known[found.key] in (None, found.state):
            now.setdefault(found.key, found.state)
    if now != known:
        with suppress(OSError):
            _write(data, now)


def keep_promise(descriptor: int, digest: str) -> None:
    """Leave at an open file that its bytes were proven to have this hash. Where the file system keeps
    no attributes it rests like any other."""
    with suppress(OSError, AttributeError):
        os.setxattr(descriptor, PROMISE, digest.encode())


def read_promise(descriptor: int) -> str | None:
    """The hash that the bytes of an open file were proven to have when they were uploaded."""
    try:
        return os.getxattr(descriptor, PROMISE).decode("ascii", "replace")
    except (OSError, AttributeError):
        return None


def _keeps_promise(path: Path) -> bool:
    try:
        with open_landed(path) as file:
            promised = read_promise(file.fileno())
            return promised is not None and promised == hash_of(file)
    except OSError:
        return False


def _is_upload(path: Path, data: DataFolder) -> bool:
    """Whether its name, or that of a folder above it, is that of an upload."""
    return any(map(LEFT_OVER.fullmatch, path.relative_to(data.landing).parts))


def _walk(data: DataFolder) -> Iterator[tuple[str, bool]]:
    """Every file below the landing zone but what is kept there, and whether it stands under the name
    of an upload; no link is followed. Paths are texts, for there may be thousands."""
    top = data.landing.as_posix()
    for place, folders, names in os.walk(top):
        if place == top:
            folders[:] = [name for name in folders if name != data.kept.name]
        inside = any(map(LEFT_OVER.fullmatch, place.removeprefix(top).split("/")[1:]))
        for name in names:
            yield f"{place}/{name}", inside or bool(LEFT_OVER.fullmatch(name))


def _identify(path: Path) -> File | None:
    """What the system knows of a file; None where it does not tell when it was made."""
    buffer = ctypes.create_string_buffer(256)
    try:
        if LIBC.statx(HERE, os.fsencode(path), NO_LINK, BASIC_AND_BIRTH, buffer):
            return None
    except AttributeError:  # not Linux
        return None
    (mask, names, number, size, born, born_ns, written, written_ns, major, minor) = (
        STATX.unpack_from(buffer)
    )
    if not mask & BIRTH:
        return None
    key = f"{major}:{minor}:{number}:{born}.{born_ns:09}"
    return File(key, [size, written * 1_000_000_000 + written_ns], names)


def _read(data: DataFolder) -> dict[str, list[int] | None]:
    """What is remembered: the state in which a file was first seen renamed, None until it is. One
    that cannot be read is none."""
    try:
        known = json.loads(data.uploads.read_bytes())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _write(data: DataFolder, known: dict[str, list[int] | None]) -> None:
    if data.root.stat().st_uid != os.geteuid():
        return  # who only looks, as a monitor does, leaves nothing that the nights cannot write to
    with written_aside(data.uploads) as aside:
        aside.write_text(json.dumps(known), encoding="utf-8")
