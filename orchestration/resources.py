"""What assets are given: the night at hand.

Here: the registry and the data folder as Dagster's resource. Not here: what assets do with
them.
"""

import dagster as dg

from kinhbac.calendar import today
from kinhbac.data_folder import DataFolder
from kinhbac.night import Night
from kinhbac.registry import Registry


def make_night(
    registry: Registry, data: DataFolder, night: Night | None = None
) -> dg.ResourceDefinition:
    """``night``, or one of its own for every run: its day is fixed when the run begins."""
    return dg.ResourceDefinition(
        lambda _: night or Night(registry, data, today()),
        description=f"Registry {registry.folder}, data folder {data.root}, today in Hà Nội.",
    )
