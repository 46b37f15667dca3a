"""Putting a release in force that somebody has chosen: one of before, or one whose link was lost.

Here: proving it first, then letting ``current`` lead to it. Not here: publishing (``publication``).
"""

from __future__ import annotations

from pathlib import Path

from kinhbac.data_folder import DataFolder, point_to
from kinhbac.problems import Problem, ProblemsFound
from kinhbac.release.attestation import PRUNED
from kinhbac.release.releases import Release, release_numbered
from kinhbac.release.verification import verify
from kinhbac.release.warehouse import warehouse_of


def put_in_force(data: DataFolder, number: int) -> Release | None:
    """Let readers see release ``number``, and the next night build on it; None if there is none.

    What stands in the place of the link and is none is set aside beside it. Raises
    ReleaseUnreadable, and ProblemsFound where it is not to the file what was sealed.
    """
    release = release_numbered(data, number)
    if release is None:
        return None
    problems = verify(release.folder).problems
    if (release.folder / PRUNED).exists():
        rule = "what is in force can be looked at"
        remedy = "put its pages back from a backup and remove this file, or choose a newer release"
        file = f"releases/{number}/{PRUNED}"
        problems.append(Problem("its pages were taken away", rule, remedy, file=file))
    if problems:
        raise ProblemsFound(f"release {number} was not put in force", problems)
    warehouse_of(release)
    if data.current.exists() and not data.current.is_symlink():
        data.current.rename(_free_name(data.current))
    point_to(data.current, f"{data.releases.name}/{number}")
    return release


def _free_name(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}.set-aside-{number}")).exists():
        number += 1
    return aside
