"""Dagster's event log as a night writes it: together, and in Dagster's own files."""

from __future__ import annotations

from pathlib import Path

import pytest
from dagster import AssetKey, AssetMaterialization, EventLogEntry
from dagster._core.events import DagsterEvent, DagsterEventType, StepMaterializationData
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

from orchestration.run_log import RunLog

RUN = "a0a0a0a0-0000-4000-8000-000000000000"


def say(number: int) -> EventLogEntry:
    return EventLogEntry(
        error_info=None, level=20, user_message=f"{number}", run_id=RUN, timestamp=float(number)
    )


def materialize(asset: str, number: int) -> EventLogEntry:
    event = DagsterEvent(
        event_type_value=DagsterEventType.ASSET_MATERIALIZATION.value,
        job_name="nightly",
        event_specific_data=StepMaterializationData(AssetMaterialization(asset)),
    )
    return say(number)._replace(dagster_event=event)


class Torn(RunLog):
    """A log that fails at its second event."""

    def store_event(self, event: EventLogEntry) -> None:
        if event.user_message == "2":
            raise OSError("the disk is full")
        super().store_event(event)


def heard(folder: Path) -> list[str]:
    """What Dagster's own storage reads in the same files."""
    log = SqliteEventLogStorage(folder.as_posix())
    return [event.user_message for event in log.get_logs_for_run(RUN)]


def test_events_of_a_batch_are_stored_all_or_none(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="full"):
        Torn(tmp_path.as_posix()).store_event_batch([say(1), say(2), say(3)])
    assert heard(tmp_path) == []
    log = RunLog(tmp_path.as_posix())
    log.store_event_batch([say(1), say(2)])
    log.store_event(say(3))
    assert heard(tmp_path) == ["1", "2", "3"]
    log.dispose()


def test_a_log_that_was_wiped_is_written_anew(tmp_path: Path) -> None:
    log = RunLog(tmp_path.as_posix())
    log.store_event(say(1))
    log.wipe()
    assert heard(tmp_path) == []
    log.store_event(say(2))
    assert heard(tmp_path) == ["2"]
    log.dispose()


def test_what_is_known_of_an_asset_is_what_anybody_stored_of_it_last(tmp_path: Path) -> None:
    log, other = RunLog(tmp_path.as_posix()), RunLog(tmp_path.as_posix())
    sowed, reaped, never = (AssetKey(name) for name in ("sowed", "reaped", "never"))

    def known() -> list[float | None]:
        """When each was made last; Dagster's own storage reads the same in the same files."""
        asked = [reaped, never, sowed]
        found = log.get_asset_records(asked)
        own = SqliteEventLogStorage(tmp_path.as_posix()).get_asset_records(asked)
        assert sorted(found, key=str) == sorted(own, key=str)
        assert {*map(str, log.get_asset_records())} == {*map(str, found)}
        last = {record.asset_entry.asset_key: record.asset_entry for record in found}
        made = (last[key].last_materialization if key in last else None for key in asked)
        return [entry.timestamp if entry else None for entry in made]

    assert known() == [None, None, None]
    log.store_event(materialize("sowed", 1))
    assert known() == [None, None, 1]
    other.store_event_batch([materialize("reaped", 2), materialize("sowed", 3)])
    assert known() == [2, None, 3]
    log.store_event(say(4))
    other.store_event(materialize("sowed", 5))
    log.store_event(materialize("reaped", 6))
    assert known() == [6, None, 5]
    log.wipe_asset(sowed)
    assert known() == [6, None, None]
    log.wipe()
    assert known() == [None, None, None]
    log.dispose()
    other.dispose()
