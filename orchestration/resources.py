"""What assets are given: the night at hand.

Here: the registry and the data folder as Dagster's resource, held by one run at a time. Not here:
what assets do with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

import dagster as dg

from kinhbac.calendar import today
from kinhbac.data_folder import DataFolder
from kinhbac.night import Night
from kinhbac.registry import Registry
from kinhbac.release.releases import current_release
from kinhbac.upkeep.heartbeat import beat
from kinhbac.upkeep.journal import told
from kinhbac.upkeep.lock import hold

NIGHTLY = "nightly_job"


def make_night(
    registry: Registry, data: DataFolder, night: Night | None = None
) -> dg.ResourceDefinition:
    """``night``, whose folder somebody holds; or one of its own for every run, which holds the
    folder as long as it lasts: its day is fixed when the run begins. Raises FolderBusy then."""

    def begin(context: dg.InitResourceContext) -> Iterator[Night]:
        if night:
            yield night
            return
        job, day = context.run.job_name if context.run else "a run", today()
        with (
            told(data, day) if job == NIGHTLY else nullcontext() as entry,
            hold(data, f"Dagster's {job}"),
        ):
            if entry:
                beat("start")
            own = Night(registry, data, day)
            yield own
            release = current_release(data)
            if entry and own.report.notices:  # the last step has been taken
                entry.come_to(own.report.outcome, release.number if release else None)

    return dg.ResourceDefinition(
        begin,
        description=f"Registry {registry.folder}, data folder {data.root}, today in Hà Nội.",
    )
