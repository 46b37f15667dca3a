"""Dagster's own jobs, run in this process on the tiny province as a night runs them.

Past 200 lines: everything that one whole run of the job leaves behind.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import dagster as dg
import pytest
import yaml
from click.testing import CliRunner, Result

from kinhbac import cli
from kinhbac.checks import acceptance
from kinhbac.checks.candidate import marts
from kinhbac.checks.proof import PROOFS
from kinhbac.commands import installation
from kinhbac.data_folder import DataFolder
from kinhbac.ingest.landed_names import LandedNames
from kinhbac.release.releases import current_release
from orchestration import defs
from orchestration import refresh as nightly_refresh
from orchestration.assembly import build_definitions
from orchestration.refresh import prepare
from orchestration.run_log import RunLog
from tests.conftest import FEBRUARY, JANUARY, LAST_JANUARY, Province, make_tiny
from tests.noticed import Mailbox, declare

SHOWN = (
    "input",
    "process",
    "impact",
    "composite",
    "Held",
    "Synthetic",
    "To",
    "Checks",
    "Look",
    "Query",
)
"""Lines of the summary, by their first words, that a night without work says as well."""
STRAY = "dentist/2026-01/2026-02-03_a.csv"
REFUSED = "clinic/2026-02/2026-03-03_a.csv"
TOLD = """\
urls:
  - mailto://127.0.0.1:{port}?from=kinhbac@example.invalid&to=an@syt.example.invalid&cto=2: {{tag: SYT}}
"""


@dataclass
class Told:
    """One run as Dagster remembers it: what was materialized and checked, what was logged."""

    job: str
    materialized: set[str]
    checked: dict[str, bool]
    logged: str


def last_run(data: DataFolder) -> Told:
    # With Dagster's own storage, as another version of it would read what the night wrote.
    with dg.DagsterInstance.local_temp(data.dagster.as_posix()) as instance:
        [run, *_] = instance.get_runs(limit=1)
        records = instance.all_logs(run.run_id)
    events = [record.dagster_event for record in records if record.dagster_event]
    checks = [
        event.asset_check_evaluation_data
        for event in events
        if event.event_type is dg.DagsterEventType.ASSET_CHECK_EVALUATION
    ]
    return Told(
        run.job_name,
        {
            event.asset_key.to_user_string()
            for event in events
            if event.is_step_materialization and event.asset_key
        },
        {f"{c.asset_key.to_user_string()}:{c.check_name}": c.passed for c in checks},
        "\n".join(record.user_message for record in records),
    )


def refresh(province: Province) -> Result:
    """``kinhbac refresh``, on that province and its day."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(installation, "SOURCES", province.sources)
        patch.setattr(installation, "data_folder", lambda: province.data)
        patch.setattr(installation, "today", lambda: province.as_of)
        return CliRunner().invoke(cli.main, ["refresh"])


@dataclass
class Nightly:
    """Nights of one state by ``kinhbac refresh``: what Dagster keeps, what a person reads.

    The second has nothing to do; before the third, what the first has seen is lost.
    """

    province: Province
    runs: list[Told]
    said: list[str]
    mails: list[int]


@pytest.fixture(scope="module")
def nightly(tmp_path_factory: pytest.TempPathFactory) -> Nightly:
    made = make_tiny(tmp_path_factory.mktemp("nightly"))
    made.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    made.land(REFUSED, FEBRUARY.replace("20", "twenty"))
    made.land(STRAY, JANUARY)
    mailbox = Mailbox()
    declare(made.data, TOLD.format(port=mailbox.port))
    told = Nightly(made, [], [], [])
    with mailbox.open():
        for night in range(3):
            if night == 2:
                made.data.seen.unlink()
            refreshed = refresh(made)
            assert refreshed.exit_code == 0, refreshed.output
            told.runs.append(last_run(made.data))
            told.said.append(refreshed.output)
            told.mails.append(len(mailbox.mails))
    return told


def test_the_nightly_job_publishes_a_release_and_tells_of_it(nightly: Nightly) -> None:
    run = nightly.runs[0]
    release = current_release(nightly.province.data)
    assert release and release.number == 1
    assert release.manifest["as_of"] == f"{nightly.province.as_of}"
    assert nightly.mails[0] == 2  # what happened, and the letter of the quarter that ended
    assert run.job == "nightly_job"
    taken_in = {"registry", "raw/clinic", "ledger", "reduction", "process"}
    assert taken_in | {"release", "scoreboard", "notices", *marts()} <= run.materialized
    assert run.checked["warnings:acceptance"] and release.manifest["proofs"] == list(PROOFS)
    warned = {check for check, passed in run.checked.items() if not passed}
    assert warned == {
        "raw/clinic:extracts_accepted",
        "registry:no_duplicate_by_meaning",
        "worklist:no_late_extract",
    }


def test_what_the_steps_say_is_printed_and_stands_in_the_log_of_the_run(nightly: Nightly) -> None:
    for place in (nightly.said[0], nightly.runs[0].logged):
        lines = place.splitlines()
        assert "clinic: 1 accepted, 1 refused, 0 unchanged" in lines
        assert f"  {REFUSED}:3, Sinh: «text, 6 characters»" in place
        stray = LandedNames(nightly.province.data, "").tell(STRAY.partition("/")[0])
        assert f"{stray} belongs to no source and no agency: nobody takes it in" in lines
        assert "release 1 is in force" in lines and "notices: 2 sent, 0 unchanged" in lines


def test_the_summary_counts_what_the_steps_brought(nightly: Nightly) -> None:
    lines = nightly.said[0].splitlines()
    assert "Extracts     1 accepted, 1 refused, 0 unchanged" in lines
    assert "Release      1 published" in lines
    assert "Notices      2 sent, 0 unchanged" in lines
    [taken] = [line for line in lines if line.startswith("Time")]
    parts = [
        "prepare",
        "import",
        "ingest",
        "dbt",
        "acceptance",
        "release",
        "edition",
        "notices",
        "whole",
    ]
    assert [part.split()[0] for part in taken.removeprefix("Time").split(",")] == parts


def test_a_night_on_which_nothing_has_happened_starts_no_run(nightly: Nightly) -> None:
    lines = nightly.said[1].splitlines()
    assert "Extracts     0 accepted, 0 refused, 2 unchanged" in lines
    assert "Release      1 stays in force (nothing has changed)" in lines
    assert lines[-1].startswith("Idle         nothing was delivered, declared or installed since")
    assert nightly.runs[1] == nightly.runs[0]
    shown = [line for line in nightly.said[0].splitlines() if line.split(" ")[0] in SHOWN]
    assert shown and [line for line in lines if line.split(" ")[0] in SHOWN] == shown


def test_the_schedule_skips_such_a_night_and_says_why(
    nightly: Nightly, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = nightly.province
    prepare(made.data)
    schedule = build_definitions(made.registry, made.data).resolve_schedule_def("nightly")
    told = []
    for day in (made.as_of, date(2026, 4, 1)):
        monkeypatch.setattr(defs.schedule, "today", lambda day=day: day)
        told.append(schedule.evaluate_tick(dg.build_schedule_context()))
    assert not told[0].run_requests and "by itself nothing changes" in str(told[0].skip_message)
    assert len(told[1].run_requests or []) == 1


def test_the_same_state_is_neither_built_nor_published_nor_told_again(nightly: Nightly) -> None:
    run, lines = nightly.runs[2], nightly.said[2].splitlines()
    assert "Extracts     0 accepted, 0 refused, 2 unchanged" in lines
    assert "Release      1 stays in force (nothing has changed)" in lines
    assert "Notices      0 sent, 2 unchanged" in lines
    assert nightly.mails == [2, 2, 2]
    assert [path.name for path in nightly.province.data.releases.iterdir()] == ["1"]
    assert "no build" in run.logged
    assert run.materialized == {"registry", "raw/clinic", "ledger", "reduction", "process"}


def test_a_red_check_of_the_night_publishes_nothing_and_says_why(
    nightly: Nightly, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = {
        "type": "expect_table_row_count_to_be_between",
        "kwargs": {"min_value": 1000},
        "why": "a province has a thousand indicators",
    }
    asked = {"tables": {"indicators": [rows]}}
    (tmp_path / "size.yml").write_text(yaml.safe_dump(asked), encoding="utf-8")
    monkeypatch.setattr(acceptance, "EXPECTATIONS", tmp_path)
    nightly.province.land("clinic/2025-01/2025-07-21_a.csv", LAST_JANUARY)
    refreshed = refresh(nightly.province)
    run = last_run(nightly.province.data)
    assert refreshed.exit_code == 1
    assert "Nothing was published: 1 blocking check(s) failed" in refreshed.output
    assert not nightly.province.data.seen.exists()  # the next night is no idle one
    assert "a province has a thousand indicators: observed 5" in refreshed.output
    assert "Release      1 stays in force\n" in refreshed.output
    assert run.checked["indicators:acceptance"] is False
    assert not run.materialized & {"release", "scoreboard", "notices"}


def test_a_night_does_not_build_on_a_release_that_is_damaged(published: Province) -> None:
    (published.data.current / "warnings.parquet").unlink()
    refreshed = refresh(published)
    assert refreshed.exit_code == 1
    refusal = "releases/1/warnings.parquet: it is not there. Rule: a night builds on all"
    assert refusal in refreshed.output
    assert "Traceback" not in refreshed.output and "Stack" not in refreshed.output
    assert "Release      1 stays in force\n" in refreshed.output
    assert not last_run(published.data).materialized & {"ledger", "reduction", "release"}


def test_a_run_that_fails_outside_its_steps_says_why(
    published: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt = nightly_refresh.INSTANCE.replace("NoOpComputeLogManager", "NoSuchManager")
    monkeypatch.setattr(nightly_refresh, "INSTANCE", spoilt)
    refreshed = refresh(published)
    assert refreshed.exit_code == 1
    assert "NoSuchManager" in refreshed.output


def test_a_log_of_runs_that_cannot_be_kept_is_told_in_a_sentence(
    published: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(RunLog, "store_event", fail)
    refreshed = refresh(published)
    assert refreshed.exit_code == 1 and isinstance(refreshed.exception, SystemExit)
    assert "OperationalError: database or disk is full. Rule: " in refreshed.output
    assert "store_event" in published.data.failure.read_text()


def test_the_job_of_one_source_takes_in_its_extracts_and_nothing_else(
    published: Province,
) -> None:
    published.land("clinic/2026-02/2026-03-03_a.csv", FEBRUARY)
    before = (published.data.tables / "extracts.parquet").read_bytes()
    night = published.night()
    prepare(night.data)
    job = build_definitions(night.registry, night.data, night).resolve_job_def("ingest_clinic")
    with dg.DagsterInstance.from_config(night.data.dagster.as_posix()) as instance:
        result = job.execute_in_process(instance=instance)
    assert result.success
    run = last_run(published.data)
    assert run.job == "ingest_clinic"
    assert run.materialized == {"raw/clinic"}
    assert run.checked == {"raw/clinic:extracts_accepted": True}
    assert "clinic: 1 accepted, 0 refused, 1 unchanged" in run.logged
    assert (published.data.tables / "extracts.parquet").read_bytes() == before
    release = current_release(published.data)
    assert release and release.number == 1
