"""Jobs, the nightly schedule, and the sensor that launches what has arrived."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import dagster as dg

from kinhbac.calendar import today
from kinhbac.data_folder import DataFolder
from kinhbac.ingest.arrival import has_arrived, remember_uploads
from kinhbac.registry import Registry
from kinhbac.stillness import find_stillness
from kinhbac.upkeep.heartbeat import beat
from kinhbac.upkeep.lock import find_writer
from kinhbac.upkeep.shape import is_known
from orchestration.defs.ingest import raw_key

NIGHTLY_CRON = "0 2 * * *"
"""Two in the morning, which ``kinhbac status`` and the units of systemd know as well."""

LOST_AFTER = timedelta(hours=1)
"""How long a run may hold nothing of the data folder: one that is to begin waits for less."""


def define_jobs(registry: Registry, data: DataFolder) -> dg.Definitions:
    """Every step at two in the morning in Hà Nội, unless nothing has happened; a job a source for
    its new extracts alone."""
    nightly_job = dg.define_asset_job(
        "nightly_job",
        selection=dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        description="Everything: what has arrived of every source, through to release and notices.",
    )
    source_jobs = [
        dg.define_asset_job(
            f"ingest_{source}",
            selection=dg.AssetSelection.assets(raw_key(source)),
            executor_def=dg.in_process_executor,
            description=f"What {source} has delivered, through the door; the next night publishes it.",
        )
        for source in registry.sources
    ]
    through = [
        dg.define_asset_job(
            f"publish_{source}",
            # All but the door of the others: a release is of one registry and one ledger, and a
            # warehouse that is built in part would hold rows of two.
            selection=dg.AssetSelection.all()
            - dg.AssetSelection.assets(
                *(raw_key(key) for key in registry.sources if key != source)
            ),
            executor_def=dg.in_process_executor,
            description=f"What {source} has delivered, through to the release; no other source is "
            "looked at.",
        )
        for source in registry.sources
    ]

    @dg.schedule(
        job=nightly_job,
        cron_schedule=NIGHTLY_CRON,
        execution_timezone="Asia/Ho_Chi_Minh",
        description="A night at two in the morning in Hà Nội, unless there is nothing to do.",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    def nightly() -> dg.RunRequest | dg.SkipReason:
        """A run, or the reason why there is nothing to do; of a folder of a newer shape, in which
        nothing is noted, the run says what is wrong."""
        stillness = find_stillness(registry.folder, data, today()) if is_known(data) else None
        return dg.SkipReason(str(stillness)) if stillness else dg.RunRequest()

    @dg.sensor(
        job=nightly_job,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description="A night as soon as something has arrived and is at rest, once for what lies there.",
    )
    def arrivals(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        """A night as soon as something has arrived and is at rest, once for what lies there; to be
        switched on where a province does not want to wait for two o'clock."""
        if writer := find_writer(data):
            return dg.SkipReason(f"{writer} is at work")
        if not is_known(data):
            return dg.SkipReason(f"{data.shape} is of a newer version")
        remember_uploads(data)
        landed = [*_landed(data)]
        if arriving := [path.name for path in landed if not has_arrived(path, data)]:
            return dg.SkipReason(f"{len(arriving)} files are arriving")
        found = sha256(repr([_mark(data, path) for path in landed]).encode()).hexdigest()
        if found == context.cursor:
            return dg.SkipReason("nothing has arrived since the last look")
        context.update_cursor(found)
        stillness = find_stillness(registry.folder, data, today())
        return dg.SkipReason(str(stillness)) if stillness else dg.RunRequest(run_key=found)

    return dg.Definitions(
        jobs=[nightly_job, *source_jobs, *through],
        schedules=[nightly],
        sensors=[arrivals, failed_run, _define_lost_runs(data)],
    )


def _define_lost_runs(data: DataFolder) -> dg.SensorDefinition:
    @dg.sensor(
        minimum_interval_seconds=600,
        description="Runs whose process ended without a word are told as failed.",
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def lost_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        """Runs whose process ended without a word (a kill, a power cut, a daemon that was started anew)
        are told as failed: else they would be at work for ever, and ``failed_run`` never hear of them."""
        if writer := find_writer(data):
            return dg.SkipReason(f"{writer} is at work")
        before = datetime.now(UTC) - LOST_AFTER
        at_work = dg.RunsFilter(
            statuses=[
                dg.DagsterRunStatus.STARTING,
                dg.DagsterRunStatus.STARTED,
                dg.DagsterRunStatus.CANCELING,
            ],
            created_before=before,
        )
        lost = context.instance.get_runs(at_work)
        for run in lost:
            why = "its process ended without a word: nobody holds the data folder"
            context.instance.report_run_failed(run, why)
        return dg.SkipReason(f"{len(lost)} runs were lost")

    return lost_runs


@dg.run_failure_sensor(
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="The outside monitor hears of every run that failed.",
)
def failed_run(context: dg.RunFailureSensorContext) -> None:
    """The outside monitor hears of a run that failed or was killed, also where its process could
    not say so itself."""
    beat("failed", f"{context.dagster_run.job_name} failed: Dagster says why")


def _landed(data: DataFolder) -> Iterator[Path]:
    """Every file below the landing zone but what is kept there; no link is followed."""
    for place, folders, names in os.walk(data.landing):
        folders[:] = sorted(name for name in folders if Path(place, name) != data.kept)
        yield from (Path(place, name) for name in sorted(names))


def _mark(data: DataFolder, path: Path) -> tuple[bytes, int, int]:
    """What tells a file from any that lay there before."""
    try:
        found = path.lstat()
    except OSError:  # gone since its folder was read
        return os.fsencode(path), 0, 0
    return os.fsencode(path.relative_to(data.landing)), found.st_size, found.st_mtime_ns
