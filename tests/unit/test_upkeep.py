"""One writer at a time; what nights came to; how an installation stands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result
from dagster._utils.error import SerializableErrorInfo

from kinhbac import calendar, cli
from kinhbac.calendar import HANOI
from kinhbac.checks.dbt_project import parse_project
from kinhbac.data_folder import DataFolder
from kinhbac.ingest.arrival import was_renamed
from kinhbac.night import lay_down_registry
from kinhbac.problems import Refused
from kinhbac.rights import keep_private
from kinhbac.scoreboard.kept import keep
from kinhbac.upkeep import journal, room, status
from kinhbac.upkeep.heartbeat import beat
from kinhbac.upkeep.journal import read_nights, told
from kinhbac.upkeep.lock import FolderBusy, find_writer, hold
from kinhbac.upkeep.status import find_status
from kinhbac.upkeep.status_text import as_json, as_metrics, describe
from orchestration.failures import tell_failures
from tests.conftest import make_tiny

DAY = date(2026, 3, 20)
HOLD = """
import sys
from pathlib import Path
from kinhbac.checks.dbt_project import parse_project
from kinhbac.data_folder import DataFolder
from kinhbac.upkeep.lock import hold
with hold(DataFolder(Path(sys.argv[1])), "kinhbac refresh"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    monkeypatch.setenv("KINHBAC_DATA", tmp_path.as_posix())
    return DataFolder(tmp_path.resolve())


@contextmanager
def another_process(data: DataFolder) -> Iterator[subprocess.Popen[str]]:
    """One that holds the folder for as long as nobody ends it."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, data.root.as_posix()],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def ask(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, arguments)


# ---- one at a time ----


def test_who_comes_second_is_told_who_writes_since_when_and_ends_with_75(data: DataFolder) -> None:
    with another_process(data) as process:
        for command in (["refresh"], ["use", "1"], ["notify"], ["edition"], ["prepare"]):
            said = ask(*command)
            assert said.exit_code == os.EX_TEMPFAIL == 75
            assert f"is being written by «kinhbac refresh» (process {process.pid} on" in said.output
            assert "Remedy: wait until it has ended" in said.output
        assert "notify" not in str(find_writer(data))
    assert '"outcome": "busy"' in data.journal.read_text() and read_nights(data) == []


def test_readers_and_what_only_shows_wait_for_nobody(data: DataFolder) -> None:
    with another_process(data):
        for command in (["notify", "--dry-run"], ["coverage"], ["open"], ["status"]):
            assert ask(*command).exit_code != os.EX_TEMPFAIL


def test_the_lock_of_a_dead_process_is_no_obstacle(data: DataFolder) -> None:
    with another_process(data):
        pass
    assert find_writer(data) is None
    with hold(data, "kinhbac use"):
        writer = find_writer(data)
        assert writer and (writer.doing, writer.process) == ("kinhbac use", os.getpid())
        with pytest.raises(FolderBusy), hold(data, "kinhbac use"):
            pass
    assert find_writer(data) is None


def test_who_asks_who_writes_writes_nothing_himself(data: DataFolder) -> None:
    with hold(data, "kinhbac use"):
        pass
    os.utime(data.lock, (1, 1))
    data.lock.chmod(0o400)
    assert find_writer(data) is None
    assert data.lock.stat().st_mtime == 1  # opened to be written it would have been cut


# ---- what nights came to ----


def test_a_night_says_what_it_came_to_and_a_killed_one_does_not(data: DataFolder) -> None:
    with told(data, DAY) as night:
        night.come_to("published", 3, parts={"dbt": 7.5})
    with pytest.raises(Refused), told(data, DAY):
        raise Refused("the clock went back\nand more")
    with pytest.raises(KeyError), told(data, DAY):
        raise KeyError("Nguyễn Thị Hoa")
    with data.journal.open("a") as file:  # cut off by a full disk, then a killed night
        file.write(
            '\n{"began": "2026-03-\n{"began": "2026-03-21T02:00:00+07:00", "day": "2026-03-21"}'
        )
    nights = read_nights(data)
    assert [(n.outcome, n.release, n.said) for n in nights] == [
        ("published", 3, ""),
        ("refused", None, "the clock went back"),
        ("failed", None, "KeyError"),
        (None, None, ""),
    ]  # fmt: skip
    assert nights[0].parts == {"dbt": 7.5} and nights[0].free
    assert "Hoa" not in data.journal.read_text()


def test_a_night_does_not_fail_because_it_is_not_remembered_and_says_so_once(
    data: DataFolder, caplog: pytest.LogCaptureFixture
) -> None:
    data.journal.mkdir()
    with told(data, DAY) as night:
        night.come_to("unchanged", 1)
    assert read_nights(data) == []
    assert caplog.text.count("is not remembered") == 1
    with told(data, DAY) as night:
        data.journal.rmdir()  # there is room again
        night.come_to("unchanged", 1)
    assert [night.release for night in read_nights(data)] == [1]


def test_the_oldest_nights_are_let_go(data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "KEPT", 3)
    began = datetime(2026, 3, 1, 2, tzinfo=HANOI)
    for number in range(20):
        moment = began + timedelta(days=number)
        monkeypatch.setattr(journal, "now", lambda now=moment: now)
        with told(data, DAY) as night:
            night.come_to("unchanged", number)
    numbers = [night.release for night in read_nights(data)]
    assert numbers[-3:] == [17, 18, 19] and len(numbers) <= 7


# ---- how it stands ----


@pytest.fixture
def nights(data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lays down nights that began at two on days of March, each with its outcome and seconds."""

    def lay(*came_to: tuple[int, str | None, float]) -> DataFolder:
        lines, free = [], 10_000_000
        for day, outcome, seconds in came_to:
            began = datetime(2026, 3, day, 2, tzinfo=HANOI).isoformat()
            said: dict[str, Any] = {"began": began, "day": f"2026-03-{day:02}"}
            if outcome:
                free -= 1_000_000
                said |= {"ended": began, "outcome": outcome, "seconds": seconds, "free": free,
                         "said": "rule 3 is red", "parts": {"dbt": 1.0}}  # fmt: skip
            lines.append(json.dumps(said))
        data.journal.write_text("\n".join(lines))
        monkeypatch.setattr(status, "find_free", lambda _: 2_500_000)
        return data

    return lay


def said_of(data: DataFolder, day: int, hour: int = 8) -> tuple[int, str]:
    found = find_status(data, datetime(2026, 3, day, hour, tzinfo=HANOI))
    matters = [m.said for m in found.matters if "no release" not in m.said and "room" not in m.said]
    assert "no release yet" in describe(found)
    return found.exit_code, "; ".join(matters)


def test_a_night_that_did_not_happen_is_told(nights: Any) -> None:
    data = nights((18, "published", 60), (19, "published", 62))
    assert said_of(data, 19) == (2, "")
    assert said_of(data, 20, hour=1) == (2, "")
    assert said_of(data, 20, hour=2) == (2, "")
    assert said_of(data, 20) == (
        2,
        "no night has begun since 02:00 on 20/03/2026, when one was due",
    )


def test_who_came_second_and_did_nothing_is_no_night(nights: Any) -> None:
    data = nights((18, "published", 60), (19, None, 0), (20, "busy", 1))
    assert said_of(data, 20)[1] == (
        "no night has begun since 02:00 on 20/03/2026, when one was due; "
        "the night that began at 02:00 on 19/03/2026 did not end: it was killed"
    )


def test_who_looks_at_the_status_remembers_what_is_being_uploaded(data: DataFolder) -> None:
    (period := data.landing / "clinic" / "2026-01").mkdir(parents=True)
    (period / "a.csv.part").write_text("Ma")
    ask("status")
    (period / "a.csv.part").rename(period / "a.csv")
    assert was_renamed(period / "a.csv", data)


def test_a_killed_night_is_no_running_one(nights: Any) -> None:
    data = nights((18, "published", 60), (19, "published", 62), (20, None, 0))
    assert "began at 02:00 on 20/03/2026 did not end: it was killed" in said_of(data, 20)[1]
    with hold(data, "kinhbac refresh"):
        assert said_of(data, 20)[1] == "the last night has taken 21600 s; usual are 61 s"


@pytest.mark.parametrize(
    ("outcome", "seconds", "told"),
    [
        ("published", 65, ""),
        ("refused", 65, "the last night refused: rule 3 is red"),
        ("published", 400, "the last night took 400 s; usual are 62 s"),
    ],
)
def test_a_refused_and_a_long_night_are_told(
    nights: Any, outcome: str, seconds: float, told: str
) -> None:
    data = nights((18, "published", 60), (19, "published", 62), (20, outcome, seconds))
    assert said_of(data, 20)[1] == told


def test_the_room_on_the_disk_is_told_in_nights(nights: Any) -> None:
    data = nights((18, "published", 60), (19, "published", 62), (20, "published", 62))
    found = find_status(data, datetime(2026, 3, 20, 8, tzinfo=HANOI))
    assert found.room == 2
    assert any(
        "room for 2 nights" in matter.said and matter.gravity == 2 for matter in found.matters
    )


def test_a_source_is_overdue_with_what_it_owed_and_not_with_what_a_stranger_sent() -> None:
    with duckdb.connect() as connection:
        connection.execute("""
            create table deliveries as
            from (values
                ('clinic', 'SYT', date '2026-02-05', 'late'),
                ('clinic', 'SYT', date '2026-03-05', 'refused'),
                ('school', 'STC', date '2026-02-05', 'on_time'),
                ('school', 'STC', null, 'refused')
            ) as t(source, owner, due_date, state)
        """)
        assert connection.execute(status.OVERDUE).fetchall() == [
            ("clinic", "SYT", 2, date(2026, 2, 5))
        ]


def test_programs_are_told_the_same(nights: Any) -> None:
    data = nights((19, "published", 62), (20, "refused", 62))
    found = find_status(data, datetime(2026, 3, 20, 8, tzinfo=HANOI))
    told = as_json(found)
    assert json.loads(json.dumps(told))["nights"]["last"]["outcome"] == "refused"
    assert told["exit_code"] == 2
    lines = as_metrics(found).splitlines()
    assert "kinhbac_status 2" in lines and lines[-1] == "# EOF"
    assert not any("release_number" in line for line in lines)  # unknown is not zero


def test_the_clock_is_that_of_ha_noi(data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    assert calendar.now().utcoffset() == timedelta(hours=7)
    found = json.loads(ask("status", "--json").output)
    assert found["nights"]["next_due"].endswith("02:00:00+07:00")


# ---- an outside monitor ----


@pytest.fixture
def monitor(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str]]]:
    """What a monitor on this machine was told: path and words."""
    heard: list[tuple[str, str]] = []

    class Monitor(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            heard.append((self.path, self.rfile.read(length).decode()))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    with HTTPServer(("127.0.0.1", 0), Monitor) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("KINHBAC_HEARTBEAT", f"http://127.0.0.1:{server.server_port}/a1/")
        yield heard
        server.shutdown()


def test_a_monitor_hears_of_good_and_bad_nights(
    data: DataFolder, monitor: list[tuple[str, str]]
) -> None:
    beat("start")
    with told(data, DAY) as night:
        night.come_to("published", 3)
    with pytest.raises(Refused), told(data, DAY):
        raise Refused("the clock went back")
    with another_process(data):
        ask("refresh")
    assert monitor == [("/a1/start", ""), ("/a1", ""), ("/a1/fail", "the clock went back")]


def test_a_monitor_that_does_not_answer_fails_no_night(
    data: DataFolder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for address in ("http://127.0.0.1:1/secret", "file:///secret", "secret"):
        monkeypatch.setenv("KINHBAC_HEARTBEAT", address)
        with told(data, DAY) as night:
            night.come_to("published", 3)
    assert read_nights(data)[-1].outcome == "published"
    assert caplog.text.count("the monitor was not told") == 3 and "secret" not in caplog.text


def test_the_next_night_says_that_some_did_not_happen(
    nights: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    data = nights((18, "published", 60), (19, "published", 62))
    monkeypatch.setattr(journal, "now", lambda: datetime(2026, 3, 22, 2, tzinfo=HANOI))
    with told(data, DAY) as night:
        night.come_to("unchanged", 3)
    assert "2 nights did not happen: the last one began at 02:00 on 19/03/2026" in caplog.text


# ---- room, and failures ----


def test_a_night_without_room_is_refused_before_it_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_tiny(tmp_path)
    assert room.find_free(made.data) > 0  # though the folder is not there yet
    made.data.candidate.parent.mkdir(parents=True)
    made.data.candidate.write_bytes(bytes(50 << 20))
    monkeypatch.setattr(room, "find_free", lambda _: 100 << 20)
    with pytest.raises(
        Refused, match=r"100 MiB are free, about 178 MiB are needed\. Rule: .* Remedy"
    ):
        lay_down_registry(made.night())
    assert not made.data.tables.exists()
    said = CliRunner().invoke(cli.main, ["refresh"], env={"KINHBAC_DATA": f"{made.data.root}"})
    assert said.exit_code == 1 and "100 MiB are free" in said.output
    assert not made.data.dagster.exists()  # whose log would be the first to find no room
    monkeypatch.setattr(room, "find_free", lambda _: 178 << 20)
    lay_down_registry(made.night())


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("duckdb.duckdb.IOException: IO Error: No space left on device\nmore", "run it again"),
        (
            "_duckdb.TransactionException: TransactionContext Error: Failed to commit: Could not write "
            'file "candidate.duckdb.wal": No space left on device',
            "run it again",
        ),
        ("OSError: [Errno 30] Read-only file system: '/data/raw'", "its rights and the room"),
        ("KeyError: 'x'", "this is a fault of the program"),
    ],
)
def test_what_fails_a_night_is_a_sentence_and_the_log_keeps_the_rest(
    data: DataFolder, message: str, told: str
) -> None:
    def failed(message: str) -> SimpleNamespace:
        error = SerializableErrorInfo(message, ["  File x, line 1\n"], "", None)
        data = SimpleNamespace(error=error)
        return SimpleNamespace(is_step_failure=True, step_key="release", step_failure_data=data)

    said = tell_failures(SimpleNamespace(all_events=[failed(message)]), data)
    assert said.startswith("release: ") and "\n" not in said
    assert told in said and "line 1" not in said
    assert "line 1" in data.failure.read_text()


# ---- whoever installs is not the user of the nights ----


def test_what_the_installation_makes_others_can_read(tmp_path: Path) -> None:
    keep_private()
    folder = tmp_path / "made"
    keep("vega.js", "version 1", lambda: b"x", folder)
    made = [folder, *folder.iterdir(), parsed := parse_project().partial_parse, parsed.parent]
    assert all(path.stat().st_mode & 0o044 == 0o044 for path in made)
