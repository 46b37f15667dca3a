"""What a run of Dagster's that failed says to people, each step in a sentence.

Here: which exceptions tell all that there is to say, what is said of the others, where the whole of
it is kept. Not here: running the job (``refresh``), what was refused by a night (``kinhbac.night``).
"""

from __future__ import annotations

from typing import Any

from kinhbac.checks.dbt_project import TransformationFailed
from kinhbac.data_folder import DataFolder, written_aside
from kinhbac.ingest.ledger import LedgerBroken
from kinhbac.problems import ProblemsFound, Refused
from kinhbac.release.publication import PublicationRefused
from kinhbac.release.releases import DayPassed, ReleaseUnreadable
from kinhbac.upkeep.lock import FolderBusy

SENTENCES = {
    kind.__name__
    for kind in (
        DayPassed, FolderBusy, LedgerBroken, Refused, ProblemsFound, PublicationRefused, ReleaseUnreadable,
        TransformationFailed,
    )
}  # fmt: skip
"""Exceptions whose message tells a person all that there is to say."""

OF_THE_MACHINE = {
    "OSError", "PermissionError", "FileNotFoundError", "FileExistsError", "IsADirectoryError",
    "NotADirectoryError", "InterruptedError", "TimeoutError", "IOException", "OperationalError",
    "DatabaseError", "TransactionException",
}  # fmt: skip
"""What Python, DuckDB (which cannot end a transaction on a full disk) and SQLite raise where a disk, a
path or its rights are at fault."""


def tell_failures(result: Any, data: DataFolder) -> str:
    """What the steps that failed say. A run can fail outside its steps: then Dagster itself says why."""
    failures = [event for event in result.all_events if event.is_step_failure]
    if not failures:
        return "\n".join(
            f"{event.message} {event.job_failure_data.error or ''}"
            for event in result.all_events
            if event.is_job_failure
        )
    return tell_failed(
        [(event.step_key, event.step_failure_data.error) for event in failures], data
    )


def tell_failed(told: list[tuple[str, Any]], data: DataFolder) -> str:
    """What each step failed on, in a sentence; the whole of it is kept."""
    whole = "\n\n".join(f"{step}: {error}" for step, error in told)
    try:
        with written_aside(data.failure) as aside:
            aside.write_text(whole, encoding="utf-8")
    except OSError:  # a full disk, of which the sentence speaks
        pass
    return "\n".join(f"{step}: {_sentence(error.cause or error, data)}" for step, error in told)


def _sentence(error: Any, data: DataFolder) -> str:
    kind, _, said = error.message.partition(": ")
    name, said = kind.rpartition(".")[2], said.strip()
    if name in SENTENCES:
        return str(said)
    found = f"{name}: {said.partition(chr(10))[0]}".rstrip(": .")
    if name in OF_THE_MACHINE:
        return (
            f"{found}. Rule: what a night reads and writes can be reached. Remedy: look at the path, "
            f"its rights and the room on the disk, and run it again; {data.failure} says all."
        )
    return (
        f"{found}. Rule: a night ends in a release or in a sentence. Remedy: this is a fault of the "
        f"program; give those who keep it what {data.failure} says."
    )
