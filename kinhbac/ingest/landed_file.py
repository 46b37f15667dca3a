"""Opening what lies in a landing zone.

Here: regular files and nothing else, whatever a name has become since it was listed. A link could
lead anywhere, a pipe or a device has no end, and whoever opened one would wait for ever. Not here:
which names are deliveries (``extracts``), what is read (``readers``).
"""

from __future__ import annotations

import os
import stat
import time
from hashlib import file_digest
from io import BufferedReader
from pathlib import Path
from typing import NamedTuple

FOLDER = "is a folder"
KINDS = {
    stat.S_IFLNK: "is a link",
    stat.S_IFDIR: FOLDER,
    stat.S_IFIFO: "is a pipe",
    stat.S_IFSOCK: "is a socket",
    stat.S_IFCHR: "is a device",
    stat.S_IFBLK: "is a device",
}

UNSETTLED = 3
"""Seconds within which a file system may not tell one writing from the next: FAT counts in twos."""


class State(NamedTuple):
    """What a file system says of a file: it is another whenever the file was written to."""

    bytes: int
    file: int
    written: int
    changed: int


def open_landed(path: Path) -> BufferedReader:
    """The bytes of a regular file. Raises OSError, with the reason, for anything else."""
    _prove_regular(path.lstat())
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        _prove_regular(os.fstat(descriptor))
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def _prove_regular(found: os.stat_result) -> None:
    if why := why_no_file(found):
        raise OSError(why)


def why_no_file(found: os.stat_result) -> str | None:
    """What it is, as the system tells, if it is no regular file."""
    return None if stat.S_ISREG(found.st_mode) else KINDS[stat.S_IFMT(found.st_mode)]


def hash_of(file: BufferedReader) -> str:
    """SHA-256 of its bytes. Raises OSError where it cannot be read."""
    return file_digest(file, "sha256").hexdigest()


def hash_settled(file: BufferedReader) -> tuple[str, State | None]:
    """``hash_of``, and the state in which the file has these bytes: as long as it is in that one,
    nobody need read it all to know. None for a file that was written to just before or meanwhile,
    of which no state says so."""
    before = state_of(file)
    digest = hash_of(file)
    rested = time.time() - max(before.written, before.changed) / 1e9 > UNSETTLED
    return digest, before if rested and state_of(file) == before else None


def state_of(file: BufferedReader | Path) -> State:
    """The state of an open file, or of what has a name now. Raises OSError where nothing has it."""
    found = file.lstat() if isinstance(file, Path) else os.fstat(file.fileno())
    return State(found.st_size, found.st_ino, found.st_mtime_ns, found.st_ctime_ns)


def size_of(path: Path) -> int:
    """Its bytes, as the system says; none where it is gone."""
    try:
        return path.lstat().st_size
    except OSError:
        return 0


def why_unread(path: Path) -> str | None:
    """Why a name cannot be opened as a delivered file; None if it can.

    >>> why_unread(Path(os.devnull))
    'is a device'
    """
    try:
        open_landed(path).close()
    except OSError as error:
        return reason_of(error)
    return None


def reason_of(error: OSError) -> str:
    """The reason alone: the path that the system names is told by whoever knows its place."""
    if error.errno is None:
        return str(error)
    return f"cannot be opened ({os.strerror(error.errno).lower()})"
