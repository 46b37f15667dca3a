"""The nightly job, run once in this process.

Here: Dagster's settings, running its job. Not here: any step of the job (``kinhbac.night``), the
words of the summary (``kinhbac.night_report``), what is said of a failure (``failures``).
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kinhbac.checks.dbt_project import parse_project
from kinhbac.data_folder import DataFolder, write_changed
from kinhbac.loading import keep_what_loads
from kinhbac.night import Night, why_refused
from kinhbac.night_report import NightReport
from kinhbac.problems import Refused
from kinhbac.rights import keep_private
from kinhbac.upkeep.room import refuse_full
from orchestration.failures import tell_failed, tell_failures
from orchestration.home import home_of

log = logging.getLogger("kinhbac")
# What the steps say is part of the run: it stands in Dagster's log of events, and nothing else
# of a run is kept in files.
INSTANCE = """\
telemetry: {{enabled: false}}
nux: {{enabled: false}}
python_logs: {{managed_python_loggers: [kinhbac], python_log_level: INFO}}
storage:
  custom: {{module: orchestration.run_log, class: RunStorage, config: {{base_dir: {home}}}}}
concurrency:
  runs:
    tag_concurrency_limits: [{{key: kinhbac/read_again, limit: 1}}]
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
"""
PARTS = {
    "warehouse": "dbt",
    "acceptance": "acceptance",
    "release": "release",
    "open_edition": "edition",
    "notices": "notices",
}
"""The parts whose time is told, by Dagster's step; every other one is part of the ingest."""


def prepare(data: DataFolder) -> None:
    """Lay down what Dagster needs before its definitions load: settings, dbt's project parsed.

    Raises TransformationFailed if the project does not parse.
    """
    keep_private()
    data.dagster.mkdir(parents=True, exist_ok=True)
    settings = data.dagster / "dagster.yaml"
    wanted = INSTANCE.format(home=json.dumps(f"{home_of(data)}", ensure_ascii=False))
    write_changed(settings, wanted.encode())
    if damaged := _find_damaged(data.dagster):
        for folder in ("history", "schedules"):
            shutil.rmtree(data.dagster / folder, ignore_errors=True)
        log.warning("dagster/%s was damaged: the log of runs begins anew", damaged)
    # What Dagster plans and what a step made is stored together, up to so many at once.
    os.environ["DAGSTER_EVENT_BATCH_SIZE"] = "1000"
    parse_project()


def _find_damaged(folder: Path) -> str | None:
    """A database of Dagster's that SQLite cannot open or that is shorter than it says itself.

    It says so in its own head: what a run that was killed had still beside it, in the log written
    ahead, SQLite counts as if it were in it. What else is wrong in one is found by the run, which ends with what SQLite says.
    """
    for path in sorted(folder.rglob("*.db")):
        try:
            with closing(
                sqlite3.connect(f"file:{quote(path.as_posix())}?mode=ro", uri=True)
            ) as own:
                own.execute("select count(*) from sqlite_master").fetchone()
                (size,) = own.execute("pragma page_size").fetchone()
            with path.open("rb") as file:
                pages = int.from_bytes(file.read(32)[28:])
            if path.stat().st_size >= pages * size:
                continue
        except (sqlite3.Error, OSError):
            pass
        return path.relative_to(folder).as_posix()
    return None


def refresh(night: Night) -> NightReport:
    """Run the nightly job once. Raises TransformationFailed if dbt does not parse, and Refused where
    there is no room or Dagster cannot keep its log."""
    started = time.perf_counter()
    refuse_full(night.data)  # Dagster writes before the first step asks
    prepare(night.data)
    prepared = time.perf_counter()
    with night.apart, night.dbt:  # dbt gets ready while Dagster is imported and the door reads
        with keep_what_loads():
            import dagster as dg  # a second to import; the registry's mistakes are told before
            from dagster._utils.error import serializable_error_info_from_exc_info

            from orchestration.assembly import build_definitions

            definitions = build_definitions(night.registry, night.data, night)
        imported = time.perf_counter()
        try:
            with keep_what_loads():  # imports storage classes, which the settings name
                instance = dg.DagsterInstance.from_config(home_of(night.data).as_posix())
            with instance:
                result = definitions.resolve_job_def("nightly_job").execute_in_process(
                    instance=instance,
                    raise_on_error=False,
                    run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
                )
        except Exception:  # of no step, but of Dagster, as it plans or keeps its log
            told = serializable_error_info_from_exc_info(sys.exc_info())
            raise Refused(tell_failed([("nightly_job", told)], night.data)) from None
    ended = time.perf_counter()
    if not result.success:
        night.report.refusal = why_refused(night) or tell_failures(result, night.data)
    night.report.seconds = {
        "prepare": prepared - started,
        "import": imported - prepared,
        **_seconds_by_part(result),
        "whole": ended - started,
    }
    return night.report


def _seconds_by_part(result: Any) -> dict[str, float]:
    """Seconds of the job's parts: ingest, dbt, acceptance, release, edition, notices."""
    seconds: dict[str, float] = {}
    for event in result.all_events:
        if event.is_step_success:
            part = PARTS.get(event.step_key, "ingest")
            spent = event.event_specific_data.duration_ms / 1000
            seconds[part] = seconds.get(part, 0) + spent
    return seconds
