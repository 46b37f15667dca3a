"""Who on the machine may read what kinhbac writes: its own user, unless it is made for everybody.

Here: the rights of new files, of a sealed folder, of the ways to what is public. Not here: who is
told what (``notices``), what may be published (``checks.opened``). One setting: ``KINHBAC_READERS``
says ``group`` where the group of the user may read as well, as an interface that runs as another
user does.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from pathlib import Path

PUBLIC = ("site",)
"""What of a release is made for everybody; of an edition all is."""
PASS = 0o111
"""May be gone through by whoever knows what lies behind it, and not be looked into."""


def keep_private() -> None:
    """Let nobody else read what this process, and those that it starts, write from now on."""
    os.umask(0o027 if _group() else 0o077)


def share(path: Path) -> None:
    """Let everybody read a file or folder, with all that it holds, that belongs to the
    installation: whoever installs is not always the user of the nights."""
    for each in [path, *(path.rglob("*") if path.is_dir() else ())]:
        each.chmod(0o755 if each.is_dir() else 0o644)


def _group() -> bool:
    return os.environ.get("KINHBAC_READERS") == "group"


def seal_rights(folder: Path, public: Collection[str] | None = PUBLIC) -> None:
    """Make all that ``folder`` holds read-only: for everybody what lies in a folder of ``public``,
    or everything if that is None; else for its own user, or his group.

    Files that are shared with an earlier release too.
    """
    own = 0o440 if _group() else 0o400
    for path in [folder, *folder.rglob("*")]:
        inside = path.relative_to(folder).parts
        found = path.lstat().st_mode
        is_public = public is None or (inside and inside[0] in public)
        if stat.S_ISDIR(found):
            wanted = 0o755 if is_public else (0o750 if _group() else 0o700)
            wanted |= 0 if inside else PASS
        else:
            wanted = 0o444 if is_public else own
        if stat.S_IMODE(found) != wanted and not stat.S_ISLNK(found):
            path.chmod(wanted)


def seal_file(path: Path) -> None:
    """Make a file read-only, for its own user or his group."""
    path.chmod(0o440 if _group() else 0o400)


def open_way(*folders: Path) -> None:
    """Let everybody pass through ``folders`` to what is public behind them."""
    for folder in folders:
        mode = stat.S_IMODE(folder.stat().st_mode)
        if mode & PASS != PASS:
            folder.chmod(mode | PASS)


def close_folders(*folders: Path) -> None:
    """Take from others what they may do with ``folders``, as earlier versions let them."""
    for folder in folders:
        if folder.is_dir() and not folder.is_symlink():
            mode = stat.S_IMODE(folder.stat().st_mode)
            wanted = mode & (0o750 if _group() else 0o700)
            if mode != wanted:
                folder.chmod(wanted)
