"""Dagster's event log as a night writes it: together, and in Dagster's own files."""

from __future__ import annotations

from pathlib import Path

import pytest
from dagster import EventLogEntry
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

from orchestration.run_log import RunLog

RUN = "a0a0a0a0-0000-4000-8000-000000000000"


def say(number: int) -> EventLogEntry:
    return EventLogEntry(
        error_info=None, level=20, user_message=f"{number}", run_id=RUN, timestamp=float(number)
    )


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
