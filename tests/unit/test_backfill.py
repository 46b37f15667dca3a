"""Chosen periods of a source are read again, and nothing else; Dagster knows which there are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from kinhbac.ingest import reception
from kinhbac.ingest.ledger import Entry
from kinhbac.ingest.reception import examine_and_keep
from kinhbac.upkeep.lock import hold
from orchestration.defs import backfill
from orchestration.defs.periods import periods_of, tell_periods
from orchestration.home import home_of
from orchestration.refresh import prepare
from tests.conftest import FEBRUARY, JANUARY, Province, make_tiny


@pytest.fixture
def taken_in(tmp_path: Path) -> Province:
    made = make_tiny(tmp_path)
    made.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    made.land("clinic/2026-02/2026-03-03_a.csv", FEBRUARY)
    made.receive()
    return made


@pytest.fixture
def instance(taken_in: Province) -> Iterator[dg.DagsterInstance]:
    """Dagster with the settings of this project."""
    prepare(taken_in.data)
    with dg.DagsterInstance.from_config(home_of(taken_in.data).as_posix()) as made:
        tell_periods(made, [("clinic", ["2026-01", "2026-02"])])
        yield made


def launch(
    province: Province, instance: dg.DagsterInstance, period: str
) -> dg.ExecuteInProcessResult:
    jobs = backfill.define_backfills(province.registry, province.data).jobs
    [job] = [job for job in jobs or () if job.name == "read_clinic_again_by_period"]
    assert isinstance(job, dg.JobDefinition)
    return job.execute_in_process(partition_key=period, instance=instance, raise_on_error=False)


def test_a_partition_reads_its_own_extracts_again_and_no_other(
    taken_in: Province, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def watched(*given: Any) -> Iterator[Entry]:
        read.extend(extract.period_label for extract in given[2])
        return examine_and_keep(*given)

    monkeypatch.setattr(reception, "examine_and_keep", watched)
    told_before = taken_in.ledger()
    said = (taken_in.data.raw / "clinic" / "chain").read_bytes()
    result = launch(taken_in, instance, "2026-02")
    assert result.success
    [told] = result.asset_materializations_for_node("read_clinic_again")
    assert {key: told.metadata[key].value for key in ("period", "accepted", "refused", "rows")} == {
        "period": "2026-02", "accepted": 1, "refused": 0, "rows": 2,
    }  # fmt: skip
    assert read == ["2026-02"] and taken_in.ledger() == told_before
    assert (taken_in.data.raw / "clinic" / "chain").read_bytes() == said


def test_a_period_that_was_never_delivered_is_no_partition(
    taken_in: Province, instance: dg.DagsterInstance
) -> None:
    tell_periods(instance, [("clinic", ["2026-02", "2026-03", "a...b", "x\n", "9999-12"])])
    known = periods_of("clinic").get_partition_keys(dynamic_partitions_store=instance)
    assert list(known) == ["2026-01", "2026-02", "2026-03"]
    with pytest.raises(dg.DagsterUnknownPartitionError):
        launch(taken_in, instance, "2025-12")


def test_a_backfill_waits_while_a_night_holds_the_folder(
    taken_in: Province, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "PAUSE", 0)
    monkeypatch.setattr(backfill, "TRIES", 2)
    with hold(taken_in.data, "kinhbac refresh"):
        result = launch(taken_in, instance, "2026-02")
    assert not result.success
    assert len([event for event in result.all_events if event.is_step_restarted]) == 2
    assert launch(taken_in, instance, "2026-02").success


def test_dagster_starts_runs_of_a_backfill_one_after_the_other(
    instance: dg.DagsterInstance,
) -> None:
    limits = instance.get_concurrency_config().run_queue_config
    assert limits
    [limit] = limits.tag_concurrency_limits
    assert backfill.ONE_AT_A_TIME.keys() == {limit["key"]} and limit["limit"] == 1
