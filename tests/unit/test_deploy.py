"""The units of systemd start what there is, as a user who may write into the data folder alone."""

from __future__ import annotations

import shlex
from configparser import ConfigParser
from pathlib import Path

import pytest

from kinhbac import cli
from kinhbac.data_folder import PROJECT
from kinhbac.upkeep.status import DUE
from orchestration.defs.schedule import NIGHTLY_CRON

UNITS = PROJECT / "deploy" / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))


class Unit(ConfigParser):
    """A unit of systemd, whose keys keep their capital letters."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def read(path: Path) -> Unit:
    unit = Unit(interpolation=None, strict=False, delimiters=["="])
    unit.read(path, encoding="utf-8")
    return unit


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_a_service_starts_a_command_that_there_is(path: Path) -> None:
    service = read(path)["Service"]
    program, command, *_ = shlex.split(service["ExecStart"])
    assert program.endswith("/.venv/bin/kinhbac") and command in cli.main.commands
    assert (service["User"], service["UMask"], service["ProtectSystem"]) == (
        "kinhbac", "0077", "strict",
    )  # fmt: skip
    assert service.get("ReadWritePaths", "/var/lib/kinhbac") == "/var/lib/kinhbac"


def test_nights_begin_when_their_absence_is_noticed() -> None:
    timer = read(UNITS / "kinhbac-night.timer")["Timer"]
    assert timer["OnCalendar"] == f"*-*-* {DUE:%H:%M:%S} Asia/Ho_Chi_Minh"
    assert timer["Persistent"] == "true"
    assert f"{DUE.minute} {DUE.hour} * * *" == NIGHTLY_CRON


def test_a_night_that_was_refused_is_not_tried_again_and_one_that_waits_is() -> None:
    service = read(UNITS / "kinhbac-night.service")["Service"]
    assert service["Restart"] == "on-failure"
    assert service["RestartPreventExitStatus"] == "1 2"
