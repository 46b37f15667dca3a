"""Jobs and the nightly schedule."""

import dagster as dg

from kinhbac.calendar import today
from kinhbac.data_folder import DataFolder
from kinhbac.registry import Registry
from kinhbac.stillness import find_stillness
from orchestration.defs.ingest import raw_key

NIGHTLY_CRON = "0 2 * * *"
"""Two in the morning, which ``kinhbac status`` and the units of systemd know as well."""


def define_jobs(registry: Registry, data: DataFolder) -> dg.Definitions:
    """Every step at two in the morning in Hà Nội, unless nothing has happened; a job a source for
    its new extracts alone."""
    nightly_job = dg.define_asset_job(
        "nightly_job", selection=dg.AssetSelection.all(), executor_def=dg.in_process_executor
    )
    source_jobs = [
        dg.define_asset_job(
            f"ingest_{source}",
            selection=dg.AssetSelection.assets(raw_key(source)),
            executor_def=dg.in_process_executor,
        )
        for source in registry.sources
    ]

    @dg.schedule(
        job=nightly_job,
        cron_schedule=NIGHTLY_CRON,
        execution_timezone="Asia/Ho_Chi_Minh",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    def nightly() -> dg.RunRequest | dg.SkipReason:
        """A run, or the reason why there is nothing to do."""
        stillness = find_stillness(registry.folder, data, today())
        return dg.SkipReason(str(stillness)) if stillness else dg.RunRequest()

    return dg.Definitions(jobs=[nightly_job, *source_jobs], schedules=[nightly])
