"""One writer at a time in a data folder.

Here: who writes, since when and doing what; whoever comes second is told and goes away. Not here:
readers, who never wait, because they meet a whole release whatever is written.

The lock is the operating system's (``flock``): it is gone with the process that held it, however
that ended, so that nobody has to clear anything away.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime

from kinhbac.calendar import now
from kinhbac.data_folder import DataFolder, written_aside
from kinhbac.problems import Refused
from kinhbac.upkeep.shape import settle_shape

A_LOOK = 1.0
"""Seconds to wait: whoever asks who writes holds the lock for an instant."""


@dataclass(frozen=True)
class Writer:
    """Who writes: the command, its process, on which machine, since when."""

    doing: str
    process: int
    machine: str
    since: datetime

    def __str__(self) -> str:
        return (
            f"«{self.doing}» (process {self.process} on {self.machine}, "
            f"since {self.since:%H:%M:%S on %d/%m/%Y})"
        )


class FolderBusy(Refused):
    """Somebody else writes into the data folder: the same command may succeed later."""

    exit_code = os.EX_TEMPFAIL


@contextmanager
def hold(data: DataFolder, doing: str) -> Iterator[None]:
    """Be the only one that writes into ``data``, until the block ends, and have it in the shape of
    this code. Raises FolderBusy, and Refused for a folder of a newer shape."""
    from filelock import FileLock, Timeout

    data.root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(data.lock, thread_local=False)
    try:
        lock.acquire(timeout=A_LOOK)
    except Timeout:
        raise FolderBusy(
            f"{data.root} is being written by {find_writer(data) or 'another process'}. Rule: one "
            "at a time writes into a data folder. Remedy: wait until it has ended, and ask again."
        ) from None
    try:
        settle_shape(data)
        writer = Writer(doing, os.getpid(), socket.gethostname(), now())
        with written_aside(data.writer) as aside:
            told = asdict(writer) | {"since": writer.since.isoformat()}
            aside.write_text(json.dumps(told), encoding="utf-8")
        yield
    finally:
        data.writer.unlink(missing_ok=True)
        lock.release()


def find_writer(data: DataFolder) -> Writer | None:
    """Who writes now, as far as it is told; None when nobody does. It changes nothing, so that a
    folder may be asked that can only be read."""
    try:
        looking = os.open(data.lock, os.O_RDONLY)  # whoever looks may have nothing to write here
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(looking, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return None
    except BlockingIOError:
        pass
    finally:
        os.close(looking)
    try:
        told = json.loads(data.writer.read_text(encoding="utf-8"))
        return Writer(**told | {"since": datetime.fromisoformat(told["since"])})
    except (OSError, ValueError, TypeError, KeyError):  # it has just come, or just ended
        return Writer("something that has not said what it does", 0, "this machine", now())
