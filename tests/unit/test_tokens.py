"""Tokens are printed once, stored as hashes, withdrawn at once; the command line gives them."""

from __future__ import annotations

import socket
import stat
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from kinhbac.cli import main
from kinhbac.data_folder import PROJECT, data_folder
from kinhbac.interface.application import make_application
from kinhbac.interface.tokens import add_token, read_tokens, remove_token
from kinhbac.problems import ProblemsFound
from tests.asked import Callers, refused
from tests.noticed import free_port
from tests.small_release import AS_OF


def test_a_token_is_stored_as_a_hash_that_its_user_alone_may_read(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    token = add_token(path, "ioc", "internal", AS_OF)
    assert token not in path.read_text(encoding="utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert add_token(path, "hub", "shared", AS_OF) != token
    assert {name: entry.edition for name, entry in read_tokens(path).items()} == {
        "ioc": "internal",
        "hub": "shared",
    }


def test_a_token_that_is_withdrawn_lets_nobody_in(tmp_path: Path) -> None:
    callers = Callers(tmp_path)
    callers.publish()
    assert callers.ask("/values").status_code == 200
    remove_token(callers.data.tokens, "internal")
    assert callers.ask("/values").status_code == 401
    assert callers.ask("/values", "shared").status_code == 200


@pytest.mark.parametrize(
    ("name", "edition", "found"),
    [
        ("ioc", "internal", "it has a token"),
        ("a b", "internal", "it is no name"),
        ("", "internal", "it is no name"),
        ("new", "open", "what is open needs none"),
        ("new", "secret", "there is no such edition"),
    ],
)
def test_a_token_that_cannot_be_given_is_refused(
    tmp_path: Path, name: str, edition: str, found: str
) -> None:
    path = tmp_path / "tokens.json"
    add_token(path, "ioc", "internal", AS_OF)
    before = path.read_bytes()
    with pytest.raises(ProblemsFound, match=found):
        add_token(path, name, edition, AS_OF)
    assert path.read_bytes() == before


def test_a_file_that_others_may_open_or_have_written_is_not_relied_on(tmp_path: Path) -> None:
    callers = Callers(tmp_path)
    callers.publish()
    callers.data.tokens.chmod(0o640)
    with pytest.raises(ProblemsFound, match=r"chmod 600 tokens\.json"):
        read_tokens(callers.data.tokens)
    assert callers.ask("/values").status_code == 503
    callers.data.tokens.chmod(0o600)
    assert callers.ask("/values").status_code == 200
    callers.data.tokens.write_text('{"internal": {"edition": "internal"}}', encoding="utf-8")
    with pytest.raises(ProblemsFound, match="not what was written"):
        read_tokens(callers.data.tokens)


def test_tokens_from_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KINHBAC_DATA", str(tmp_path))
    run = CliRunner().invoke
    added = run(main, ["token", "add", "ioc"])
    assert added.exit_code == 0 and added.output.startswith("kinhbac_")
    assert run(main, ["token", "add", "hub", "--edition", "shared"]).exit_code == 0
    assert "hub   shared " in run(main, ["token", "list"]).output
    assert run(main, ["token", "remove", "ioc"]).exit_code == 0
    refused = run(main, ["token", "remove", "ioc"])
    assert refused.exit_code == 1 and "there are: hub" in refused.output
    assert run(main, ["token", "add", "hub"]).exit_code == 1


def test_the_user_of_the_service_may_keep_the_tokens_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who serves may read the data folder, and need not be let write into it."""
    callers = Callers(tmp_path / "data")
    callers.publish()
    monkeypatch.setenv("KINHBAC_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("KINHBAC_TOKENS", str(tmp_path / "service" / "tokens.json"))
    added = CliRunner().invoke(main, ["token", "add", "ioc"])
    assert added.exit_code == 0
    shown = {"Authorization": f"Bearer {added.output.strip()}"}
    assert TestClient(make_application(data_folder())).get("/values", headers=shown).is_success
    refused(TestClient(make_application(callers.data)).get("/values", headers=shown), 401)


def test_the_interface_is_served_until_it_is_told_to_end(tmp_path: Path) -> None:
    callers = Callers(tmp_path)
    callers.publish()
    port = free_port()
    command = [sys.executable, "-m", "kinhbac.cli", "serve", "--port", str(port)]
    with subprocess.Popen(
        command,
        cwd=PROJECT,
        env={"KINHBAC_DATA": str(tmp_path), "LANG": "en"},
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            answer = wait_for_answer(port, "/indicators?format=csv", callers.tokens["shared"])
            assert answer.splitlines()[1].startswith("births,")
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.2", port), 1)
        finally:
            server.terminate()
        said, _ = server.communicate(timeout=30)
    assert "Release 1 answers on http://127.0.0.1:" in said
    assert server.returncode in (0, -15)


def wait_for_answer(port: int, path: str, token: str) -> str:
    for _ in range(300):
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
            return connection.getresponse().read().decode()
        except ConnectionRefusedError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise AssertionError(f"nobody answers at {port}")
