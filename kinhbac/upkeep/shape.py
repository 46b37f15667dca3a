"""The shape of a data folder, which it carries, and the steps from one shape to the next.

Here: refusing a folder of a newer shape, migrating one of an older shape. Not here: the shape of a
release, which stands in its manifest and is read as it was sealed (``release.releases``).

``SHAPE`` is raised when older code would misread, overwrite or lose what lies in the folder from then
on; a new file or folder is no reason. Each step is taken once, by the first that writes, and may be
taken again: one that is cut off begins anew. A folder that says nothing is of shape 0 if anything lies
in it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from kinhbac.data_folder import DataFolder, flush, take_away, written_aside
from kinhbac.problems import Refused

log = logging.getLogger("kinhbac")


def _forget_what_moved(data: DataFolder) -> None:
    """What lies elsewhere since: what a night has seen (0.10, to the landing zone, because names of
    files may name people), and dbt's parse of the project (0.8, to the installation)."""
    take_away(data.root / data.seen.name)
    take_away(data.dbt / "target" / "partial_parse.msgpack")


MIGRATIONS: tuple[Callable[[DataFolder], None], ...] = (_forget_what_moved,)
"""The step from each shape to the next, from shape 0 on; tried on a folder of the version that had
none (``tests/night/test_migration.py``)."""
SHAPE = len(MIGRATIONS)


def settle_shape(data: DataFolder) -> None:
    """Bring ``data`` to the shape of this code, whoever holds its lock. Raises Refused for a folder
    of a newer shape, or of one that cannot be told; nothing is touched then."""
    found = read_shape(data)
    if found == SHAPE:
        return
    for step in MIGRATIONS[found:]:
        step(data)
    with written_aside(data.shape) as aside:
        aside.write_text(f"{SHAPE}\n", encoding="utf-8")
        flush(aside)
    if found:
        log.warning("the data folder was of shape %d, it is of shape %d now", found, SHAPE)


def is_known(data: DataFolder) -> bool:
    """Whether this code may write into a data folder, by its shape."""
    try:
        read_shape(data)
    except Refused:
        return False
    return True


def read_shape(data: DataFolder) -> int:
    """Of which shape a data folder is. Raises Refused for one that this code does not know."""
    try:
        said = data.shape.read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        return 0
    if said.isdecimal() and int(said) <= SHAPE:
        return int(said)
    raise Refused(
        f"{data.shape} says {said[:20]!a}; this version knows shapes up to {SHAPE}. Rule: no version "
        "writes into a data folder that it does not know. Remedy: install the version that wrote it "
        "last, or restore a copy of the data folder from before («kinhbac restore»)."
    )
