"""What assets are given: the night at hand, and dbt.

Here: the registry, the data folder and dbt's project as Dagster's resources. Not here: what
assets do with them.
"""

import dagster as dg
from dagster_dbt import DbtCliResource, DbtProject

from kinhbac.calendar import today
from kinhbac.checks.dbt_run import DBT, manifest_path
from kinhbac.data_folder import DBT_PROJECT, DataFolder
from kinhbac.night import Night
from kinhbac.registry import Registry


class NotPrepared(Exception):
    """Dagster cannot know the models yet: the message says what to do."""


def make_night(
    registry: Registry, data: DataFolder, night: Night | None = None
) -> dg.ResourceDefinition:
    """``night``, or one of its own for every run: its day is fixed when the run begins."""
    return dg.ResourceDefinition(
        lambda _: night or Night(registry, data, today()),
        description=f"Registry {registry.folder}, data folder {data.root}, today in Hà Nội.",
    )


def make_project(data: DataFolder) -> DbtProject:
    """dbt's project, parsed and built inside the data folder."""
    if not manifest_path(data).exists():
        raise NotPrepared(
            f"{manifest_path(data)} is not there; Dagster reads the models from it: "
            "run kinhbac prepare"
        )
    return DbtProject(DBT_PROJECT, target_path=manifest_path(data).parent, profiles_dir=DBT_PROJECT)


def make_dbt(project: DbtProject) -> DbtCliResource:
    """dbt beside the running Python, whatever PATH says."""
    return DbtCliResource(project, dbt_executable=DBT)
