"""What is served is looked at only; what is written into the registry, or lies damaged, is told."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import partial
from multiprocessing import Pipe
from pathlib import Path
from urllib.parse import quote

import pytest

from kinhbac.data_folder import PROJECT
from kinhbac.ingest.ledger import LedgerBroken, tell_broken
from kinhbac.problems import ProblemsFound
from orchestration.refresh import prepare
from orchestration.serve import commands
from tests.conftest import REGISTER, Province, make_tiny

Asked = Callable[..., tuple[int, str]]
"""Method, path, body, headers → status and what was answered."""


def test_dagster_is_served_on_loopback_and_changes_nothing_unless_told() -> None:
    webserver, _ = commands()
    assert webserver[1:8] == [
        "-m", "orchestration.web_server", "--host", "127.0.0.1", "--port", "3000", "--read-only",
    ]  # fmt: skip
    assert "--read-only" not in commands(operate=True)[0]


SERVED = """\
import sys
from orchestration import serve
told = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(600)"
serve.commands = lambda operate: tuple(
    [sys.executable, "-c", told, f"{name}.pid"] for name in ("page", "daemon")
)
serve.run()
"""


def serve(folder: Path) -> subprocess.Popen[str]:
    """What serves, with two that only last in place of Dagster's page and daemon."""
    made = make_tiny(folder)
    served = {"KINHBAC_SOURCES": f"{made.sources}", "KINHBAC_DATA": f"{made.data.root}"}
    return subprocess.Popen(
        [sys.executable, "-c", SERVED],
        env=os.environ | served | {"PYTHONPATH": f"{PROJECT}"},
        cwd=folder,
        stderr=subprocess.PIPE,
        text=True,
    )


def served_pids(folder: Path) -> list[int]:
    """The processes that it started, as soon as both have."""
    for _ in range(600):
        with suppress(OSError, ValueError):
            return [int((folder / f"{name}.pid").read_text()) for name in ("page", "daemon")]
        time.sleep(0.05)
    raise TimeoutError(folder)


def test_who_is_told_to_end_serving_ends_page_and_daemon(tmp_path: Path) -> None:
    with serve(tmp_path) as serving:
        started = served_pids(tmp_path)
        serving.terminate()
    assert serving.returncode == 0
    assert not [pid for pid in started if Path(f"/proc/{pid}").exists()]


def test_a_daemon_that_ends_by_itself_ends_the_page_and_is_told_of(tmp_path: Path) -> None:
    with serve(tmp_path) as serving:
        page, daemon = served_pids(tmp_path)
        os.kill(daemon, signal.SIGKILL)
        _, said = serving.communicate()
    assert serving.returncode == 1
    assert "has ended by itself" in said and "Traceback" not in said
    assert not Path(f"/proc/{page}").exists()


def test_a_folder_that_cannot_be_written_is_told_by_who_serves_in_a_sentence(
    tmp_path: Path,
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "dagster").write_text("")
    with serve(tmp_path) as serving:
        _, said = serving.communicate()
    assert serving.returncode == 1
    assert f"{tmp_path / 'data' / 'dagster'}" in said and "Traceback" not in said


@pytest.fixture(scope="module", params=["looking", "operating"])
def dagster(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Asked]:
    """The page of a Dagster of one asset, as it is started, and how it is asked."""
    home = tmp_path_factory.mktemp(request.param)
    (home / "one.py").write_text("import dagster\n\n\n@dagster.asset\ndef one(): ...\n")
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    webserver, _ = commands(operate=request.param == "operating")
    start = [f"{port}" if part == "3000" else part for part in webserver[:-2]]
    with subprocess.Popen(
        [*start, "-f", home / "one.py"], env=os.environ | {"DAGSTER_HOME": home.as_posix()}
    ) as server:
        ask = partial(ask_dagster, port)
        for _ in range(600):
            with suppress(OSError):
                if ask("GET", "/server_info")[0]:
                    break
            time.sleep(0.1)
        yield ask
        server.terminate()


def ask_dagster(
    port: int, method: str, path: str, body: str | None = None, **headers: str
) -> tuple[int, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as line:
        own = {"Content-Type": "application/json"} if body else {}
        line.request(
            method,
            path,
            body,
            own | {name.replace("_", "-"): said for name, said in headers.items()},
        )
        answer = line.getresponse()
        return answer.status, answer.read().decode()


ADDED = 'mutation { setConcurrencyLimit(concurrencyKey: "k", limit: 1) }'
QUESTION, CHANGE = (json.dumps({"query": text}) for text in ("{ version }", ADDED))


def test_dagster_answers_its_own_page_and_no_other(dagster: Asked) -> None:
    assert dagster("GET", "/")[0] == 200
    assert '"version"' in dagster("POST", "/graphql", QUESTION)[1]
    for told in (
        {"Host": "kinhbac.example.invalid"},
        {"Host": "kinhbac.example.invalid:3000"},
        {"Host": ""},
        {"Origin": "http://elsewhere.invalid"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
    ):
        for method, path, body in (
            ("GET", "/", None),
            ("POST", "/graphql", QUESTION),
            ("GET", "/server_info", None),
        ):
            status, said = dagster(method, path, body, **told)
            assert status == 403 and said.count("\n") == 1, (told, method, path)
        upgrade = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec_WebSocket_Version": "13",
            "Sec_WebSocket_Key": "MDEyMzQ1Njc4OTAxMjM0NQ==",
            "Sec_WebSocket_Protocol": "graphql-ws",
        }
        assert dagster("GET", "/graphql", **upgrade, **told)[0] == 403


def test_no_get_of_dagster_changes_anything_nor_what_a_form_can_send(dagster: Asked) -> None:
    assert dagster("GET", f"/graphql?query={quote(ADDED)}")[0] == 403
    assert dagster("POST", f"/graphql?query={quote(ADDED)}", Content_Type="text/plain")[0] == 403
    assert dagster("POST", "/graphql", CHANGE, Content_Type="application/graphql")[0] == 403


def test_dagster_is_operated_only_where_it_was_started_for_that(
    dagster: Asked, request: pytest.FixtureRequest
) -> None:
    said = dagster("POST", "/graphql", CHANGE)[1]
    assert ('"setConcurrencyLimit":true' in said) is ("operating" in request.node.name)


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize("spoil", [halve, lambda path: path.write_bytes(b"no database" * 999)])
def test_a_damaged_log_of_runs_begins_anew_and_a_whole_one_stays(
    tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    data = make_tiny(tmp_path).data
    index = data.dagster / "history" / "runs" / "index.db"
    index.parent.mkdir(parents=True)
    with closing(sqlite3.connect(index)) as made:
        made.execute("create table runs (told)")
        made.executemany("insert into runs values (randomblob(?))", [(4000,)] * 20)
        made.commit()
    (data.dagster / "dagster.yaml").write_bytes(b"\xff\x00:")
    prepare(data)
    assert index.exists() and "telemetry" in (data.dagster / "dagster.yaml").read_text("utf-8")
    spoil(index)
    prepare(data)
    assert not index.exists()


def test_the_log_of_a_run_that_was_killed_stays(tmp_path: Path) -> None:
    data = make_tiny(tmp_path).data
    index = data.dagster / "history" / "runs" / "index.db"
    index.parent.mkdir(parents=True)
    at_work = tmp_path / "index.db"
    with closing(sqlite3.connect(at_work)) as made:
        made.execute("pragma journal_mode = wal")
        made.execute("create table runs (told)")
        made.execute("pragma wal_checkpoint")
        made.executemany("insert into runs values (randomblob(?))", [(4000,)] * 20)
        made.commit()
        for path in tmp_path.glob("index.db*"):  # as a kill leaves them
            shutil.copy(path, index.parent)
    prepare(data)
    with closing(sqlite3.connect(index)) as kept:
        assert kept.execute("select count(*) from runs").fetchone() == (20,)


RECORDS = """\
records: {area: {column: Ma}, columns: {So: {as: number, key: true, pattern: "(?=a)b"}}}
"""
UNREADABLE = {
    "a format": ("format: csv,", 'format: csv, date_format: "%Q",', "«%Q» is no format of days"),
    "a pattern": (
        "table: {area: {column: Ma, codes_as_of: 2025-07-01}}\n", RECORDS,
        "«\\(\\?=a\\)b» is no regular expression without",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_could_not_be_read_with_is_told_when_the_registry_is_read(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    made = make_tiny(tmp_path)
    assert old in REGISTER
    made.write("register/source.yml", REGISTER.replace(old, new))
    with pytest.raises(ProblemsFound, match=told):
        _ = made.registry


def test_no_link_in_the_registry_is_followed(tmp_path: Path) -> None:
    made: Province = make_tiny(tmp_path)
    process = made.sources / "process.yml"
    process.rename(tmp_path / "elsewhere.yml")
    process.symlink_to(tmp_path / "elsewhere.yml")
    with pytest.raises(ProblemsFound, match=r"sources/process\.yml: it is a link"):
        _ = made.registry


def test_what_a_worker_is_refused_is_told_by_the_night() -> None:
    broken = LedgerBroken("ledger", [tell_broken("clinic", "it is not there")])
    hearing, telling = Pipe(duplex=False)  # as processes hand it over
    with hearing, telling:
        telling.send(broken)
        told = hearing.recv()
    assert isinstance(told, LedgerBroken) and str(told) == str(broken)
