"""A run that ends with Dagster's daemon is told as failed, and the next one is as if it had not been."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from kinhbac.ingest import reception
from kinhbac.upkeep.lock import find_writer
from orchestration.defs import schedule
from orchestration.defs.ingest import define_ingest, raw_key
from orchestration.home import home_of
from orchestration.refresh import prepare
from orchestration.resources import make_night
from tests.conftest import JANUARY, Province, in_folder, make_tiny


@contextmanager
def opened(province: Province) -> Iterator[dg.DagsterInstance]:
    prepare(province.data)
    with dg.DagsterInstance.from_config(home_of(province.data).as_posix()) as instance:
        yield instance


def take_in(province: Province, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    """The door as Dagster's run, which holds the folder by itself."""
    given = dg.Definitions(resources={"night": make_night(province.registry, province.data)})
    definitions = dg.Definitions.merge(given, define_ingest(province.registry))
    return definitions.resolve_implicit_global_asset_job_def().execute_in_process(
        instance=instance,
        asset_selection=[raw_key("clinic"), dg.AssetKey("ledger")],
        raise_on_error=False,
    )


def lose_run(root: Path) -> None:
    """A run whose process is killed while it reads, as with the daemon that launched it."""

    def end(*_: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    vars(reception).update(examine_and_keep=end)
    province = in_folder(root)
    with opened(province) as instance:
        take_in(province, instance)


def test_a_run_that_was_lost_is_told_and_the_next_one_is_as_if_it_had_not_been(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disturbed, other = make_tiny(tmp_path / "disturbed"), make_tiny(tmp_path / "other")
    for province in (disturbed, other):
        province.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    process = multiprocessing.get_context("spawn").Process(
        target=lose_run, args=(tmp_path / "disturbed",)
    )
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    monkeypatch.setattr(schedule, "LOST_AFTER", timedelta(0))
    with opened(disturbed) as instance:  # the daemon that was started anew
        [lost] = instance.get_runs()
        assert lost.status is dg.DagsterRunStatus.STARTED and find_writer(disturbed.data) is None
        sensors = schedule.define_jobs(disturbed.registry, disturbed.data).sensors or ()
        [look] = [sensor for sensor in sensors if sensor.name == "lost_runs"]
        look(dg.build_sensor_context(instance=instance))
        assert [run.status.value for run in instance.get_runs()] == ["FAILURE"]
        assert take_in(disturbed, instance).success
    with opened(other) as instance:
        assert take_in(other, instance).success
    for name in ("chain", "receipts.json"):
        found, expected = ((p.data.raw / "clinic" / name).read_bytes() for p in (disturbed, other))
        assert found == expected
    assert not list(disturbed.data.raw.rglob("*.part"))
