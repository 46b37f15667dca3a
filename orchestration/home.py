"""Dagster's home by a name that Dagster can read: a link where its own holds signs of a pattern.

Here: that link. Not here: what lies in the home (``refresh.prepare``). Dagster looks its settings up
by a pattern and writes the home into the address of a database, where a question mark ends it; in
a folder called ``[1]*`` it would find no settings and keep its runs elsewhere.
"""

from __future__ import annotations

import os
import stat
import tempfile
from hashlib import sha256
from pathlib import Path

from kinhbac.data_folder import DataFolder, point_to
from kinhbac.problems import Refused

SIGNS = frozenset("*?[]")


def home_of(data: DataFolder) -> Path:
    """The folder itself, or a link to it in a folder of this user alone, made anew where it is gone.

    One and the same for a data folder, so that several processes find it. Raises Refused where
    somebody else has put something there.
    """
    if SIGNS.isdisjoint(data.dagster.as_posix()):
        return data.dagster
    room = Path(tempfile.gettempdir()) / f"kinhbac-{os.getuid()}"
    room.mkdir(mode=0o700, exist_ok=True)
    found = room.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise Refused(
            f"{room} is not a folder of this user alone. Rule: what leads to the data folder is laid "
            "down by its user. Remedy: remove it, or name another folder for temporary files (TMPDIR)."
        )
    link = room / sha256(os.fsencode(data.dagster)).hexdigest()[:16]
    if not (link.is_symlink() and link.exists() and link.samefile(data.dagster)):
        point_to(link, data.dagster.as_posix())
    return link
