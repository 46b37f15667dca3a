"""What is served stays on this machine, and can be looked at only."""

from __future__ import annotations

from orchestration.serve import commands


def test_dagster_is_served_on_loopback_and_changes_nothing_unless_told() -> None:
    webserver, _ = commands()
    assert webserver[1:6] == ["--host", "127.0.0.1", "--port", "3000", "--read-only"]
    assert "--read-only" not in commands(operate=True)[0]
