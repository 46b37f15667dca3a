"""Dagster's definitions of one registry and one data folder.

Here: putting the parts together, and what all of them are given. Not here: the parts
(``defs``), which registry and folder (``definitions``, ``refresh``).
"""

import dagster as dg

from kinhbac.checks.dbt_project import parsed_project
from kinhbac.data_folder import DataFolder
from kinhbac.night import Night
from kinhbac.registry import Registry
from orchestration.defs.backfill import define_backfills
from orchestration.defs.checks import define_acceptance
from orchestration.defs.ingest import define_ingest
from orchestration.defs.notify import define_notices
from orchestration.defs.publish import define_release
from orchestration.defs.schedule import define_jobs
from orchestration.defs.transform import define_warehouse
from orchestration.resources import make_night


class NotPrepared(Exception):
    """Dagster cannot know the models yet: the message says what to do."""


def build_definitions(
    registry: Registry, data: DataFolder, night: Night | None = None
) -> dg.Definitions:
    """Assets, checks, jobs and the schedule for ``registry``, at work in ``data``.

    Every run is given ``night``, or a night of its own when there is none. Raises NotPrepared
    when dbt's project has not been parsed as it stands now.
    """
    project = parsed_project()
    if project is None:
        raise NotPrepared(
            "dbt's project is not parsed, or has changed since; Dagster reads the models from "
            "its parse: run kinhbac prepare"
        )
    given = dg.Definitions(
        resources={"night": make_night(registry, data, night)},
        executor=dg.in_process_executor,
    )
    return dg.Definitions.merge(
        given,
        define_ingest(registry),
        define_warehouse(project, shown=night is None),
        define_acceptance(),
        define_release(),
        define_notices(),
        define_jobs(registry, data),
        *([] if night else [define_backfills(registry, data)]),  # a night launches none
    )
