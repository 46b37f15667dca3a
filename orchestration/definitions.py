"""Dagster's entry point: loads ``defs/``.

Here: putting the parts together. Not here: any logic. Reads the registry and dbt's
manifest and does nothing else at import; ``kinhbac prepare`` parses the dbt project.
"""

import dagster as dg

from orchestration.defs import checks, ingest, notify, publish, schedule, transform

defs = dg.Definitions(
    assets=[*ingest.assets, transform.warehouse, publish.release, notify.notices],
    asset_checks=[*ingest.checks, checks.acceptance, *checks.worklist_checks, publish.rule_proven],
    jobs=[schedule.nightly_job, *schedule.source_jobs],
    schedules=[schedule.nightly],
    resources=transform.resources,
    executor=dg.in_process_executor,
)
