"""Jobs and the nightly schedule."""

import dagster as dg

from kinhbac.registry import Registry
from orchestration.defs.ingest import raw_key


def define_jobs(registry: Registry) -> dg.Definitions:
    """Every step at two in the morning in Hà Nội; a job a source for its new extracts alone."""
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
    nightly = dg.ScheduleDefinition(
        name="nightly",
        job=nightly_job,
        cron_schedule="0 2 * * *",
        execution_timezone="Asia/Ho_Chi_Minh",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    return dg.Definitions(jobs=[nightly_job, *source_jobs], schedules=[nightly])
