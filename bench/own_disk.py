"""A file system of one's own, and rights given up: what the kernel itself refuses.

Here: mounts in memory, folders that nobody can write to, capabilities. Not here: what is tried on
them (``night_faults``). As root, or where a user may mount a file system of his own.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS, MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = (
    0x20000,
    1,
    32,
    4096,
    16384,
    1 << 18,
)


def _mount(what: str, where: Path | str, form: str | None, flags: int, data: str = "") -> None:
    told = (what.encode(), os.fsencode(where), form.encode() if form else None)
    if LIBC.mount(*told, flags, data.encode() or None):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), f"{where}")


def own_disk(root: Path, mebibytes: int) -> bool:
    """Mount a file system in memory at ``root``, seen by this process and its children alone; whether
    this machine lets it."""
    if LIBC.unshare(CLONE_NEWNS):
        return False
    try:
        _mount("none", "/", None, MS_REC | MS_PRIVATE)
        _mount("none", root, "tmpfs", 0, f"size={mebibytes}m")
    except OSError:
        return False
    return True


@contextmanager
def mounted_read_only(place: Path) -> Iterator[None]:
    """A folder that nobody can write to while the block lasts."""
    _mount(f"{place}", place, None, MS_BIND)
    _mount(f"{place}", place, None, MS_BIND | MS_REMOUNT | MS_RDONLY)
    try:
        yield
    finally:
        LIBC.umount2(os.fsencode(place), 2)


def become_nobody_special() -> None:
    """Give up root's right to open and write what its owner has closed, for good."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    held = (ctypes.c_uint32 * 6)()
    if os.geteuid() == 0:
        LIBC.capget(header, held)
        for part in (0, 1, 2):  # effective, permitted, inheritable
            held[part] &= ~0b110  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH
        if LIBC.capset(header, held):
            raise OSError("the rights of root could not be given up")
