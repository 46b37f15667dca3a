"""The installation that commands speak of: its registry, its data folder, its day, its releases.

Here: what every command reads of its surroundings, in one place, which tests put others in place
of. Not here: what a command does with it.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kinhbac import calendar
from kinhbac import data_folder as folders
from kinhbac.problems import ProblemsFound, Refused, RefusedFor
from kinhbac.release.releases import Release, current_release, release_as_of

if TYPE_CHECKING:
    from kinhbac.registry import Registry

SOURCES = folders.SOURCES
today = calendar.today
now = calendar.now
data_folder = folders.data_folder


def read_registry() -> Registry:
    """The registry of this installation. Raises Refused, which tells all its problems."""
    from kinhbac.registry import load_registry

    try:
        return load_registry(SOURCES)
    except ProblemsFound as problems:
        raise RefusedFor(
            problems, "Nothing was published: the registry breaks its own rules."
        ) from None


def source_called(asked: str, registry: Registry) -> str:
    """The key of the source that somebody calls so. Raises UnknownName, which proposes."""
    from kinhbac.answers.names import Named, find_key

    known = [Named(key, (one.name.vi, one.name.en)) for key, one in registry.sources.items()]
    return find_key(asked, known, "source")


def release(as_of: datetime | None = None) -> Release:
    """The release in force, now or on a day; a command without one ends here."""
    found = in_force(as_of)
    if found is None:
        if as_of:
            raise Refused(f"There is no release by {as_of:%d/%m/%Y}.")
        raise Refused("There is no release yet: run kinhbac refresh.")
    return found


def in_force(as_of: datetime | None = None) -> Release | None:
    """The release in force, now or on a day; None if there is none."""
    data = data_folder()
    return release_as_of(data, as_of.date()) if as_of else current_release(data)


def warehouse(release: Release) -> Path:
    """The database of a release; it is made if it is not there."""
    from kinhbac.release.warehouse import warehouse_of

    return warehouse_of(release)
