"""When Dagster begins a night by itself: at two, and when something has arrived; never for nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dagster as dg
import pytest
from dagster._daemon.freshness import FreshnessDaemon

from kinhbac.ingest.arrival import keep_promise
from kinhbac.registry import load_registry
from kinhbac.release.contract import columns_of
from kinhbac.release.releases import Release
from kinhbac.stillness import Stillness
from kinhbac.upkeep.lock import hold
from orchestration.assembly import build_definitions
from orchestration.defs import publish, schedule
from orchestration.defs.ingest import raw_key
from orchestration.home import home_of
from orchestration.refresh import prepare
from tests.conftest import FEBRUARY, JANUARY, SCHOOL, Province, make_tiny

PLACE = "clinic/2026-02/2026-03-03_a.csv"


@pytest.fixture
def zone(tmp_path: Path) -> Province:
    made = make_tiny(tmp_path)
    made.data = replace(made.data, rest=60)
    age(made.land("clinic/2026-01/2026-02-03_a.csv", JANUARY))
    return made


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing has happened since release 3."""
    ahead = {"changes_ahead": [{"day": "2026-04-01", "because": "a month begins"}]}
    release = Release.of(tmp_path, {"release": 3, "as_of": "2026-03-20", **ahead})
    monkeypatch.setattr(schedule, "find_stillness", lambda *_: Stillness(release))


def age(path: Path) -> None:
    then = time.time() - 3600
    os.utime(path, (then, then))


def find(zone: Province, kind: str, name: str) -> Callable[..., Any]:
    [found] = [one for one in getattr(schedule.define_jobs(zone.registry, zone.data), kind) or ()
               if one.name == name]  # fmt: skip
    asked: Callable[..., Any] = found
    return asked


def look(zone: Province, cursor: str | None = None) -> tuple[Any, str | None]:
    """What the sensor answers, and what it remembers."""
    context = dg.build_sensor_context(cursor=cursor)
    return find(zone, "sensors", "arrivals")(context), context.cursor


def test_the_schedule_starts_no_run_where_nothing_has_happened(zone: Province, still: None) -> None:
    answer = find(zone, "schedules", "nightly")()
    assert isinstance(answer, dg.SkipReason)
    assert "since release 3; by itself nothing changes before 01/04/2026" in str(answer)


def test_the_schedule_starts_a_run_otherwise(zone: Province) -> None:
    assert isinstance(find(zone, "schedules", "nightly")(), dg.RunRequest)


def test_what_has_arrived_is_launched_once(zone: Province) -> None:
    first, seen = look(zone)
    assert isinstance(first, dg.RunRequest) and first.run_key == seen
    again, seen = look(zone, seen)
    assert str(again) == str(dg.SkipReason("nothing has arrived since the last look"))
    age(zone.land(PLACE, FEBRUARY))
    more, newer = look(zone, seen)
    assert isinstance(more, dg.RunRequest) and newer != seen


def test_nothing_is_launched_while_a_file_arrives_or_somebody_writes(zone: Province) -> None:
    landed = zone.land(PLACE, FEBRUARY)
    arriving, seen = look(zone)
    assert "1 files are arriving" in str(arriving) and seen is None
    age(landed)
    with hold(zone.data, "kinhbac refresh"):
        busy, seen = look(zone)
    assert "«kinhbac refresh»" in str(busy) and seen is None
    assert isinstance(look(zone)[0], dg.RunRequest)


def test_a_file_that_the_sensor_saw_arrive_is_launched_as_soon_as_it_is_renamed(
    zone: Province,
) -> None:
    uploading = zone.land(f"{PLACE}.part", FEBRUARY)
    arriving, seen = look(zone)
    assert "1 files are arriving" in str(arriving) and seen is None
    uploading.rename(zone.data.landing / PLACE)
    assert isinstance(look(zone)[0], dg.RunRequest)


def test_an_upload_that_was_proven_is_launched_at_once_and_an_altered_one_is_not(
    zone: Province,
) -> None:
    landed = zone.land(PLACE, FEBRUARY)
    with landed.open("rb") as file:
        keep_promise(file.fileno(), sha256(FEBRUARY.encode()).hexdigest())
    assert isinstance(look(zone)[0], dg.RunRequest)
    landed.write_text(FEBRUARY[:-3])
    assert "1 files are arriving" in str(look(zone)[0])


def test_of_a_folder_of_a_newer_version_nothing_is_noted(zone: Province, still: None) -> None:
    zone.data.shape.write_text("999")
    zone.land(f"{PLACE}.part", FEBRUARY)
    assert "newer version" in str(look(zone)[0])
    assert isinstance(
        find(zone, "schedules", "nightly")(), dg.RunRequest
    )  # which says what is wrong
    assert not zone.data.uploads.exists()


def test_what_the_last_night_has_taken_in_is_not_launched_again(
    zone: Province, still: None
) -> None:
    answer, seen = look(zone)
    assert isinstance(answer, dg.SkipReason) and seen
    zone.data.kept.mkdir(parents=True)
    (zone.data.kept / "seen.json").write_text("{}")
    assert "since the last look" in str(look(zone, seen)[0])


def test_a_job_takes_one_source_through_to_the_release(computed: Province) -> None:
    computed.write("school/source.yml", SCHOOL)
    definitions = build_definitions(load_registry(computed.sources), computed.data)
    keys = definitions.resolve_job_def("publish_clinic").asset_layer.selected_asset_keys
    left_out = {spec.key for spec in definitions.resolve_all_asset_specs()} - keys
    # A part of the warehouse beside the rest as it was would be rows of two ledgers.
    assert left_out == {raw_key("school")}


def test_what_reads_deliveries_lies_downstream_of_them(computed: Province) -> None:
    graph = build_definitions(computed.registry, computed.data).resolve_asset_graph()
    below = dg.AssetSelection.assets(raw_key("clinic")).downstream().resolve(graph)
    names = {key.to_user_string() for key in below}
    assert {"stg_observations", "stg_comparisons", "stg_revised_observations"} <= names


def test_a_source_is_stale_when_its_next_period_is_late(computed: Province) -> None:
    definitions = build_definitions(computed.registry, computed.data)
    specs = {spec.key: spec for spec in definitions.resolve_all_asset_specs()}
    policy = specs[raw_key("clinic")].freshness_policy
    assert policy == dg.FreshnessPolicy.time_window(fail_window=timedelta(days=31 + 5 + 1))


def test_dagster_shows_the_columns_of_tables_and_what_they_mean(computed: Province) -> None:
    definitions = build_definitions(computed.registry, computed.data)
    specs = {spec.key.to_user_string(): spec for spec in definitions.resolve_all_asset_specs()}
    schema = specs["warnings"].metadata["dagster/column_schema"]
    assert isinstance(schema, dg.TableSchema)
    assert [column.name for column in schema.columns] == list(columns_of("warnings"))
    assert all(column.description and column.type for column in schema.columns)
    # A night, which nobody looks at, does without.
    night = build_definitions(computed.registry, computed.data, computed.night())
    assert not any("dagster/column_schema" in s.metadata for s in night.resolve_all_asset_specs())


def test_whatever_dagster_shows_has_an_owner_and_says_what_it_is(computed: Province) -> None:
    definitions = build_definitions(computed.registry, computed.data)
    silent = {
        spec.key.to_user_string()
        for spec in definitions.resolve_all_asset_specs()
        if not (spec.description and spec.owners and spec.group_name != "default" and spec.kinds)
    }
    shown = [*definitions.resolve_all_job_defs(), *(definitions.schedules or ())]
    shown += definitions.sensors or ()
    # Dagster makes a job of all assets by itself, and calls it so.
    silent |= {one.name for one in shown if not (one.description or one.name == "__ASSET_JOB")}
    assert not silent
    told = {
        spec.key.to_user_string(): spec.description
        for spec in definitions.resolve_all_asset_specs()
    }
    assert str(told["int_cells"]).startswith(
        "Grain: indicator"
    )  # as its file says, having no contract


def test_the_daemon_that_our_settings_start_judges_how_old_sources_are(tmp_path: Path) -> None:
    data = make_tiny(tmp_path).data
    prepare(data)
    with dg.DagsterInstance.from_config(home_of(data).as_posix()) as instance:
        assert FreshnessDaemon.daemon_type() in instance.get_required_daemon_types()


def test_a_run_that_fails_is_told_to_the_monitor(
    zone: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, ...]] = []
    monkeypatch.setattr(schedule, "beat", lambda *said: told.append(said))

    @dg.op
    def breaks() -> None:
        raise ValueError("the disk is gone")

    @dg.job
    def nightly_job() -> None:
        breaks()

    with dg.DagsterInstance.ephemeral() as instance:
        result = nightly_job.execute_in_process(instance=instance, raise_on_error=False)
        context = dg.build_run_status_sensor_context(
            sensor_name="failed_run",
            dagster_event=result.get_run_failure_event(),
            dagster_instance=instance,
            dagster_run=result.dagster_run,
        ).for_run_failure()
        schedule.failed_run(context)
    [(kind, said)] = told
    assert kind == "failed" and "nightly_job" in said


def begin_run(instance: dg.DagsterInstance, hours_ago: int) -> str:
    """A run that Dagster has started, of which nothing is heard any more."""
    run = dg.DagsterRun("nightly_job", status=dg.DagsterRunStatus.STARTED)
    began = datetime.now(UTC) - timedelta(hours=hours_ago)
    instance.run_storage.add_historical_run(run, began.replace(tzinfo=None))
    return run.run_id


def test_a_run_whose_process_is_gone_is_told_as_failed_and_no_other(zone: Province) -> None:
    prepare(zone.data)
    lost_runs = find(zone, "sensors", "lost_runs")
    with dg.DagsterInstance.from_config(home_of(zone.data).as_posix()) as instance:
        lost, fresh = begin_run(instance, 3), begin_run(instance, 0)

        def look() -> list[str]:
            lost_runs(dg.build_sensor_context(instance=instance))
            statuses = (instance.get_run_by_id(run) for run in (lost, fresh))
            return [run.status.value for run in statuses if run]

        with hold(zone.data, "Dagster's nightly_job"):  # which may be this very run
            assert look() == ["STARTED", "STARTED"]
        assert look() == ["FAILURE", "STARTED"]
        [said] = [
            record.user_message or record.message
            for record in instance.all_logs(lost)
            if record.dagster_event and record.dagster_event.is_run_failure
        ]
    assert "its process ended without a word" in said


@pytest.mark.parametrize(
    ("usual", "room", "passed"),
    [(60.0, 400, (True, True)), (10.0, 2, (False, False)), (None, None, (True, True))],
)
def test_a_long_night_and_little_room_are_warned_of_beside_the_release(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    usual: float | None,
    room: int | None,
    passed: tuple[bool, bool],
) -> None:
    sealed = Release.of(
        tmp_path,
        {"release": 3, "as_of": "2026-03-20", "proofs": 1, "tables": {}, "site": {}},
    )
    monkeypatch.setattr(publish, "publish_release", lambda _: sealed)
    monkeypatch.setattr(publish, "find_usual", lambda _: (usual, room))
    night: Any = SimpleNamespace(data=None, watch=SimpleNamespace(seconds=100.0))
    checks = [told for told in publish.release(night) if isinstance(told, dg.AssetCheckResult)]
    assert [check.check_name for check in checks] == [publish.LENGTH, publish.ROOM]
    assert tuple(check.passed for check in checks) == passed
    assert {check.severity for check in checks} == {dg.AssetCheckSeverity.WARN}
