"""The command line as such: what every command can do, and what it says when it is refused."""

from __future__ import annotations

import io
import json
import logging
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

from kinhbac.cli import main
from kinhbac.commands.kinds import Command
from kinhbac.commands.progress import STAGES, following
from kinhbac.commands.tables import write_table
from kinhbac.data_folder import PROJECT
from tests.analysed import lay_down


def find_commands(group: click.Group, path: str = "kinhbac") -> Iterator[tuple[str, click.Command]]:
    """Every command with its whole name."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from find_commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


COMMANDS = dict(find_commands(main))


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = lay_down(tmp_path / "data")
    monkeypatch.setenv("KINHBAC_DATA", folder.as_posix())
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    return folder


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_a_place_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    told = run("dictionary", f"{file}/below")
    assert told.exit_code == 1
    assert told.stderr.startswith(f"{file}") and "Remedy" in told.stderr
    assert isinstance(told.exception, SystemExit)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_ends_with_two_examples_that_it_understands(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = name.split()[1:]
    [*_, first, second] = run(*words, "--help").output.rstrip().splitlines()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "contract.yaml").touch()
    for line in (first, second):
        typed = shlex.split(line.partition(" > ")[0])
        assert typed[: len(words) + 1] == name.split()
        COMMANDS[name].make_context(name, typed[len(words) + 1 :]).close()


def test_every_command_tells_programs_what_it_tells_people_and_a_document_says_how() -> None:
    text = (PROJECT / "docs" / "commands.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(kinhbac [a-z -]+)` \|", text, re.MULTILINE))
    telling = {
        name for name, one in COMMANDS.items() if isinstance(one, Command) and one.tells_facts
    }
    assert documented == telling
    assert COMMANDS.keys() - telling == {"kinhbac serve"}  # it never ends


ASKED = {
    "kinhbac explain": ("births", "24", "2026-02"),
    "kinhbac worklist": ("SYT",),
    "kinhbac query": ("from areas",),
    "kinhbac export": ("births",),
    "kinhbac revisions": ("births", "24"),
    "kinhbac coverage": (),
    "kinhbac open": (),
    "kinhbac token list": (),
    "kinhbac token add": ("planning",),
    "kinhbac prune": (),
    "kinhbac status": (),
    "kinhbac schema": ("schemas",),
    "kinhbac dictionary": ("dictionary.md",),
}


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.usefixtures("data")
def test_facts_have_the_names_that_the_document_gives_them(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = run(*name.split()[1:], *ASKED[name], "--json")
    text = (PROJECT / "docs" / "commands.md").read_text(encoding="utf-8")
    [shape] = re.findall(rf"^\| `{name}` \| (.*?) \|", text, re.MULTILINE)
    documented = set(re.findall(r"`(\w+)`", shape.partition(":")[0]))
    assert documented == json.loads(told.stdout).keys(), told.stderr


def test_a_command_that_is_misspelt_is_proposed() -> None:
    assert "Did you mean explain" in run("explian").stderr


@pytest.mark.usefixtures("data")
def test_names_that_are_misspelt_are_proposed() -> None:
    assert "Có phải ý là SYT (Sở Y tế)?" in run("worklist", "SYTE").stderr
    told = run("--lang", "en", "explain", "birth", "24", "2026-02").stderr
    assert "Did you mean births (Tỷ lệ births)?" in told
    assert run("worklist", "so y te").output == "SYT, Sở Y tế: 0 việc cần xử lý\n"
    assert run("--lang", "en", "worklist", "syt").output == "SYT, Health: 0 things to put right\n"


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(
    ("typed", "incomplete", "proposed"),
    [
        ([], "exp", {"export", "explain", "export-sdmx"}),
        (["explain"], "bi", {"births"}),
        (["explain", "births"], "xa h", {"00002"}),
        (["worklist"], "", {"SYT"}),
        (["template"], "cl", {"clinic"}),
        (["export", "births", "--areas"], "0000", {"00001", "00002"}),
    ],
)
def test_a_shell_completes_commands_indicators_areas_agencies_and_sources(
    typed: list[str], incomplete: str, proposed: set[str]
) -> None:
    shell = ShellComplete(main, {}, "kinhbac", "_KINHBAC_COMPLETE")
    assert {item.value for item in shell.get_completions(typed, incomplete)} == proposed


def test_completing_without_a_release_proposes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KINHBAC_DATA", f"{tmp_path}")
    shell = ShellComplete(main, {}, "kinhbac", "_KINHBAC_COMPLETE")
    assert shell.get_completions(["explain"], "") == []


def test_a_table_that_is_wider_than_the_terminal_is_cut_in_its_widest_column() -> None:
    told = write_table(("key", "name"), [("a", "x" * 40), ("b", "y")], 20)
    assert told.splitlines()[1] == "a    " + "x" * 14 + "…"
    assert max(map(len, told.splitlines())) == 20


class Terminal(io.StringIO):
    """Where somebody waits."""

    def isatty(self) -> bool:
        return True


def say_stages(stream: io.StringIO, *, first: bool) -> list[str]:
    """What a night's lines look like there."""
    log, handler = logging.getLogger("kinhbac"), logging.StreamHandler(stream)
    log.addHandler(handler)
    try:
        with following(first=first):
            log.warning("dbt builds", extra={"stage": "warehouse"})
            log.warning("something else")
    finally:
        log.removeHandler(handler)
    return stream.getvalue().splitlines()


def test_a_first_night_says_at_a_terminal_how_far_it_is_and_what_is_left() -> None:
    assert say_stages(Terminal(), first=True) == [
        "[4/8, about 10 s left] dbt builds",
        "something else",
    ]
    assert say_stages(Terminal(), first=False)[0] == "[4/8] dbt builds"
    assert say_stages(io.StringIO(), first=True) == ["dbt builds", "something else"]


def test_every_stage_that_a_night_names_has_its_place() -> None:
    text = (PROJECT / "kinhbac" / "night.py").read_text(encoding="utf-8")
    assert re.findall(r'"stage": "(\w+)"', text) == list(STAGES)
