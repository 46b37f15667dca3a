"""The nightly job, run once from the command line, and what it says at the end.

Here: running Dagster's job in this process and telling the outcome to a person.
Not here: any step of the job (``defs``).
"""

from __future__ import annotations

import os
import time
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import Any

import duckdb

from kinhbac.checks.acceptance import examine_candidate
from kinhbac.checks.dbt_run import dbt_environment, prepare_manifest
from kinhbac.data_folder import DataFolder, written_aside
from kinhbac.registry import Registry
from kinhbac.release.refusal import describe_refusal
from kinhbac.release.releases import Release, current_release

INSTANCE = """\
telemetry: {enabled: false}
nux: {enabled: false}
"""


@dataclass
class Outcome:
    """How a refresh ended."""

    published: bool
    succeeded: bool
    accepted: int = 0
    refused: int = 0
    unchanged: int = 0
    release: Release | None = None
    refusal: str = ""
    notices: str = ""
    seconds: dict[str, float] = field(default_factory=dict)


def prepare(registry: Registry, data: DataFolder) -> None:
    """Lay down what Dagster needs before its definitions load: instance, manifest, settings."""
    data.dagster.mkdir(parents=True, exist_ok=True)
    settings = data.dagster / "dagster.yaml"
    if not settings.exists() or settings.read_text() != INSTANCE:
        with written_aside(settings) as aside:
            aside.write_text(INSTANCE)
    os.environ.update(dbt_environment(registry, data))
    os.environ["DAGSTER_HOME"] = data.dagster.as_posix()
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    prepare_manifest(registry, data)


def refresh(registry: Registry, data: DataFolder) -> Outcome:
    """Run the nightly job once. Raises TransformationFailed if dbt does not parse."""
    started = time.perf_counter()
    before = current_release(data)
    prepare(registry, data)
    prepared = time.perf_counter()
    import dagster as dg  # a second to import; the registry's mistakes are told before

    from orchestration.definitions import defs

    imported = time.perf_counter()
    chatter = (data.dagster / "refresh.log").open("w", encoding="utf-8")
    with dg.DagsterInstance.get() as instance, chatter, redirect_stdout(chatter):
        result = defs.resolve_job_def("nightly_job").execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
    ended = time.perf_counter()
    outcome = Outcome(False, result.success, release=current_release(data))
    for event in result.get_asset_materialization_events():
        if event.asset_key and event.asset_key.path[0] == "raw":
            metadata = event.materialization.metadata
            counts = {name: value.value for name, value in metadata.items()}
            outcome.accepted += _whole(counts["accepted"])
            outcome.refused += _whole(counts["refused"])
            outcome.unchanged += _whole(counts["unchanged"])
        elif event.asset_key and event.asset_key.path == ["notices"]:
            outcome.notices = str(event.materialization.metadata["summary"].value)
    outcome.published = outcome.release is not None and (
        before is None or outcome.release.number != before.number
    )
    if not result.success:
        outcome.refusal = _refusal(registry, data, result)
    outcome.seconds = {
        "prepare": prepared - started,
        "import": imported - prepared,
        **_step_seconds(result),
        "whole": ended - started,
    }
    return outcome


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value


def _step_seconds(result: Any) -> dict[str, float]:
    """Seconds of the job's parts: ingest, dbt, acceptance, release, notices."""
    parts = {
        "warehouse": "dbt",
        "acceptance": "acceptance",
        "release": "release",
        "notices": "notices",
    }
    seconds: dict[str, float] = {}
    for event in result.all_events:
        if event.is_step_success:
            part = parts.get(event.step_key, "ingest")
            spent = event.event_specific_data.duration_ms / 1000
            seconds[part] = seconds.get(part, 0) + spent
    return seconds


def _refusal(registry: Registry, data: DataFolder, result: Any) -> str:
    if data.evidence.exists() and data.candidate.exists():
        verdict = examine_candidate(registry, data)
        if verdict.blocking:
            release = current_release(data)
            return describe_refusal(verdict, registry, release.number if release else None)
    failures = [event for event in result.all_events if event.is_step_failure]
    return "\n".join(
        f"{event.step_key}: {event.step_failure_data.error.cause or event.step_failure_data.error}"
        for event in failures
    )


def describe(outcome: Outcome) -> str:
    """The summary: extracts, indicators and values by group, what is held, where to look."""
    lines = [
        "",
        f"Extracts     {outcome.accepted} accepted, {outcome.refused} refused, "
        f"{outcome.unchanged} unchanged",
    ]
    if outcome.refusal:
        lines.append(outcome.refusal)
    if release := outcome.release:
        lines += _contents(release)
        word = "published" if outcome.published else "stays in force"
        if outcome.succeeded and not outcome.published:
            word += " (nothing has changed)"
        lines.append(f"Release      {release.number} {word}")
        if outcome.notices:
            lines.append(f"Notices      {outcome.notices}")
        current = release.folder.parent.parent / "current"
        lines.append(f"Look here    {current / 'site' / 'index.html'}")
        lines.append(f"Query here   {current / 'warehouse.duckdb'}")
    lines.append("Time         " + ", ".join(f"{k} {v:.1f} s" for k, v in outcome.seconds.items()))
    return "\n".join(lines)


def _contents(release: Release) -> list[str]:
    with duckdb.connect((release.folder / "warehouse.duckdb").as_posix(), read_only=True) as db:
        groups = db.execute(
            """
            select indicator_group, count(distinct indicator), count(value), count(*)
            from indicator_values group by 1
            """
        ).fetchall()
        held, empty, synthetic = db.execute(
            """
            select
                count(*) filter (where len(holds) > 0),
                count(*) filter (where value is null),
                count(*) filter (where synthetic and value is not null)
            from indicator_values
            """
        ).fetchall()[0]
        back, waiting = db.execute(
            "select count(*) filter (where sent_back), count(*) filter (where waits) from indicators"
        ).fetchall()[0]
    order = ["input", "process", "output", "impact", "composite"]
    lines = [
        f"{group:<12} {indicators} indicators, {values:,} values of {cells:,} cells"
        for group, indicators, values, cells in sorted(groups, key=lambda g: order.index(g[0]))
    ]
    warned = [check for check in release.manifest["checks"] if not check["passed"]]
    lines.append(f"Held         {held:,} cells held; {empty:,} cells empty, each with its reason")
    lines.append(
        f"Synthetic    {synthetic:,} values rest on demonstration data, marked in every table"
    )
    if back:
        lines.append(
            f"Sent back    {back} definitions have changed since they were signed, {waiting} more "
            "waiting for them; their values are not published (kinhbac check)"
        )
    worklists = release.manifest["worklists"]
    lines.append(
        f"To do        {sum(worklists.values())} items for {len(worklists)} agencies "
        "(kinhbac worklist AGENCY)"
    )
    lines.append(f"Checks       {len(release.manifest['checks'])} asked, {len(warned)} warnings")
    return lines
