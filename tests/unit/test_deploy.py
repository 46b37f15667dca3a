"""What is deployed starts what there is, as a user who may write into the data folder alone."""

from __future__ import annotations

import shlex
from configparser import ConfigParser
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from kinhbac import cli
from kinhbac.data_folder import PROGRAM, PROJECT
from kinhbac.upkeep.status import DUE
from orchestration.defs.schedule import NIGHTLY_CRON
from orchestration.serve import LOOPBACK

[PORT] = [option.default for option in cli.main.commands["serve"].params if option.name == "port"]
_, HOST, _, DAGSTER = LOOPBACK
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


CONTAINER = PROJECT / "deploy" / "container"
Instruction = tuple[str, str]


def stages() -> list[list[Instruction]]:
    """The instructions of each stage of the image, with their arguments on one line."""
    text = (CONTAINER / "Containerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    found: list[list[Instruction]] = []
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        name, _, said = line.partition(" ")
        if name == "FROM":
            found.append([])
        if found:
            found[-1].append((name, " ".join(said.split())))
    return found


def told(stage: list[Instruction], name: str) -> list[str]:
    return [said for each, said in stage if each == name]


def test_the_image_is_made_in_stages_and_runs_as_no_root_with_a_look_at_its_health() -> None:
    build, final = stages()
    assert told(build, "FROM") == ["${PYTHON} AS build"]
    assert told(final, "USER") == ["kinhbac"] and not told(build, "USER")
    assert any("useradd --uid 8024 " in said for said in told(final, "RUN"))
    [health] = told(final, "HEALTHCHECK")
    assert "kinhbac status" in health and "test $? -eq 1" in health
    assert told(final, "VOLUME") == ["/var/lib/kinhbac"]
    assert not any("pip" in said for said in told(final, "RUN"))


def test_the_image_holds_all_that_the_program_is_and_nothing_that_there_is_not() -> None:
    build, final = stages()
    copied = {said.split()[0] for said in told(build, "COPY")}
    copied |= {part for said in told(build, "COPY") for part in said.split()[:-1]}
    assert all((PROJECT / part).exists() for part in copied)
    needed = {path.relative_to(PROJECT).as_posix() for path in PROGRAM} | {"sources"}
    assert needed | {"requirements.lock", "pyproject.toml"} <= copied
    assert told(final, "COPY") == ["--from=build /opt/kinhbac /opt/kinhbac"]
    assert "--require-hashes" in told(build, "RUN")[0]
    assert "kinhbac prepare" in told(build, "RUN")[1]


def compose() -> Any:
    return yaml.safe_load((CONTAINER / "compose.yml").read_text(encoding="utf-8"))


def test_containers_start_commands_that_there_are_and_only_the_proxy_is_reached() -> None:
    composed = compose()
    services = composed["services"]
    proxy, folder = services.pop("proxy"), services.pop("folder")
    assert services.keys() == {"scheduler", "interface"}
    # The proxy is root: a new volume that it mounted first would be root's.
    assert folder["user"] == "kinhbac" and folder["volumes"] == ["data:/var/lib/kinhbac"]
    assert proxy["depends_on"] == {"folder": {"condition": "service_completed_successfully"}}
    assert all(service["depends_on"] == ["proxy"] for service in services.values())
    for service in services.values():
        program, *rest = service["command"]
        if program == "kinhbac":
            assert rest[0] in cli.main.commands
        else:
            assert program == "python" and rest[0] == "-m" and find_spec(rest[1])
        assert "ports" not in service and service["network_mode"] == "service:proxy"
        assert service["read_only"] and service["user"] == "kinhbac"
        assert service["cap_drop"] == ["ALL"]
        assert (CONTAINER / service["build"]["context"]).resolve() == PROJECT
        assert (PROJECT / service["build"]["dockerfile"]).is_file()
    # Of the image's own health check nothing is left where it is built in the format of OCI.
    [said] = told(stages()[-1], "HEALTHCHECK")
    assert services["scheduler"]["healthcheck"]["test"][1].replace("$$", "$") in said
    assert all("healthcheck" in service for service in (*services.values(), proxy))
    assert proxy["read_only"] and {*proxy["secrets"]} == {*composed["secrets"]}
    for bound in proxy["volumes"]:
        there, _, rest = bound.partition(":")
        assert rest.endswith(":ro")
        assert there in composed["volumes"] or (CONTAINER / there).is_file()


def test_the_proxy_asks_for_a_login_and_passes_on_to_what_listens() -> None:
    said = (CONTAINER / "nginx.conf").read_text(encoding="utf-8")
    page, dagster = said.split("  server {")[1:]
    for server in (page, dagster):
        assert server.index("auth_basic ") < server.index("location")
    assert page.count("auth_basic off") == 1  # the interface, which asks for its own tokens
    assert f"proxy_pass http://127.0.0.1:{PORT}/;" in page
    assert f"proxy_pass http://{HOST}:{DAGSTER};" in dagster
    for secret in compose()["secrets"]:
        assert f"/run/secrets/{secret}" in said


def test_it_is_said_where_another_registry_lies() -> None:
    for place in ("README.md", "container/compose.yml"):
        assert "KINHBAC_SOURCES" in (PROJECT / "deploy" / place).read_text(encoding="utf-8")
