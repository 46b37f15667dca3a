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
import duckdb
import pytest
import yaml
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

from kinhbac.cli import main
from kinhbac.commands import installation
from kinhbac.commands.kinds import Command
from kinhbac.commands.progress import STAGES, Spoken, following
from kinhbac.commands.tables import write_table
from kinhbac.data_folder import PROJECT
from kinhbac.night import COMPUTING
from kinhbac.night import run as run_night
from kinhbac.words.sentences import translate
from tests.analysed import lay_down
from tests.conftest import JANUARY, make_tiny


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


def test_a_damaged_file_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise duckdb.IOException("IO Error: computed checksum 1 does not match 2\nmore")

    monkeypatch.setattr(installation, "in_force", fail)
    told = run("worklist", "SYT")
    assert told.exit_code == 1 and isinstance(told.exception, SystemExit)
    assert "worklist: IO Error: computed checksum 1 does not match 2. " in told.stderr
    assert "more" not in told.stderr and "kinhbac verify" in told.stderr


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


def test_what_examples_and_documents_ask_for_is_there() -> None:
    """Indicators and data elements that help, README and the documents name are the registry's."""
    told = [
        yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in (PROJECT / "sources").glob("*/*.yml")
        if path.name in ("indicators.yml", "source.yml")
    ]
    known = {key for one in told for key in one.get("data_elements", one)}
    said = "\n".join(
        [
            *(example for one in COMMANDS.values() for example in getattr(one, "examples", ())),
            (PROJECT / "README.md").read_text(encoding="utf-8"),
            (PROJECT / "docs" / "commands.md").read_text(encoding="utf-8"),
        ]
    )
    asked = re.findall(r"kinhbac (?:explain|revisions|export|export-sdmx) ([a-z0-9_]{4,})", said)
    asked += re.findall(r"kinhbac sign \w+ ([a-z0-9_]+)", said)
    assert len(asked) > 10
    assert set(asked) <= known


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
def test_heads_and_figures_of_tables_are_those_of_their_reader() -> None:
    question = "select 'a' as key, 1234.5 as share, date '2026-03-01' as day from range(1)"
    assert "1.234,5  01/03/2026\n1 dòng\n" in run("--lang", "vi", "query", question).output
    assert "1,234.5  1 Mar 2026\n1 row\n" in run("--lang", "en", "query", question).output
    run("token", "add", "planning")
    assert run("--lang", "vi", "token", "list").output.split()[:3] == ["tên", "bản", "cơ"]
    assert run("--lang", "vi", "token", "--help").output.startswith(
        "Cách dùng: main token [TÙY CHỌN] LỆNH [THAM SỐ]..."
    )


@pytest.mark.usefixtures("data")
def test_names_that_are_misspelt_are_proposed() -> None:
    assert "Có phải ý là SYT (Sở Y tế)?" in run("worklist", "SYTE").stderr
    told = run("--lang", "en", "explain", "birth", "24", "2026-02").stderr
    assert "Did you mean births (births)?" in told
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


def test_a_first_night_says_at_a_terminal_how_far_it_is_and_what_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LANG", "vi_VN.UTF-8")
    assert say_stages(Terminal(), first=True)[0] == "[4/8, còn khoảng 10 giây] dbt builds"
    monkeypatch.setenv("LANG", "en")
    assert say_stages(Terminal(), first=True) == [
        "[4/8, about 10 s left] dbt builds",
        "something else",
    ]
    assert say_stages(Terminal(), first=False)[0] == "[4/8] dbt builds"
    assert say_stages(io.StringIO(), first=True) == ["dbt builds", "something else"]


def test_a_night_tells_a_refused_delivery_in_the_language_of_the_terminal(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made = make_tiny(tmp_path)
    made.land("clinic/2026-01/2026-02-03_a.csv", JANUARY.replace(",30,", ",ba mươi,"))
    run_night(made.night(), (step for step in COMPUTING if step.name in ("registry", "raw")))
    formatter = Spoken()
    formatter.code = "vi"
    [refused] = [record for record in caplog.records if record.levelno == logging.WARNING]
    said = formatter.format(refused)
    assert "clinic: 1 lỗi" in said and ":3, Sinh: «" in said
    assert not re.search(r"\b(it is|problem|number|Rule|Remedy)\b", said), said


def test_every_stage_that_a_night_names_has_its_place() -> None:
    text = (PROJECT / "kinhbac" / "night.py").read_text(encoding="utf-8")
    assert re.findall(r'"stage": "(\w+)"', text) == list(STAGES)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", [*COMMANDS, "kinhbac", "kinhbac new", "kinhbac token"])
def test_help_is_told_in_both_languages(name: str, lang: str) -> None:
    """No line of it is left in the other one: what a command is for, each option, the headings."""
    told = run("--lang", lang, *name.split()[1:], "--help")
    assert told.exit_code == 0
    said = re.sub(r"^  kinhbac .*", "", told.output, flags=re.MULTILINE)
    headings = {"vi": ("Cách dùng: ", "Tùy chọn:"), "en": ("Usage: ", "Options:")}
    assert all(heading in said for heading in headings[lang])
    command = COMMANDS.get(name)
    for option in command.params if command else ():
        if isinstance(option, click.Option):
            text = option.help or f"{option.prompt or ''}"
            assert text, f"{option.name} says nothing"
            assert (translate(" ".join(text.split()), "vi") == text) is (text in SAME), text


SAME: frozenset[str] = frozenset()
"""Texts that are alike in both languages."""


def test_a_command_that_is_called_wrongly_says_so_in_the_language_of_the_terminal() -> None:
    told = run("--lang", "vi", "explian")
    assert told.exit_code == 2
    assert told.stderr.endswith("Lỗi: Không có lệnh 'explian'. Có phải ý là explain?\n")
    told = run("--lang", "vi", "new", "indicater")
    assert "Có phải ý là indicator?" in told.stderr
    told = run("--lang", "vi", "explain", "births")
    assert "Lỗi: Thiếu tham số 'AREA'." in told.stderr
    assert "Xem hướng dẫn: " in told.stderr
    assert "Error: Missing argument 'AREA'." in run("--lang", "en", "explain", "births").stderr


CALLED_ON_NOTHING = {
    **{name: one for name, one in ASKED.items() if name not in ("kinhbac schema", "kinhbac dictionary")},
    "kinhbac worklist": ("SYT",),
    "kinhbac edition": (),
    "kinhbac backup": ("store",),
    "kinhbac quality": (),
    "kinhbac verify": (),
    "kinhbac use": ("7",),
    "kinhbac rebuild": ("2026-05-01", "again"),
    "kinhbac export-sdmx": ("--to", "sdmx"),
    "kinhbac report": ("2026-10", "--to", "report.docx"),
    "kinhbac report-package": ("2026-10", "--to", "sent"),
    "kinhbac diff": ("7",),
    "kinhbac restore": ("store",),
    "kinhbac rebind": ("nothing",),
    "kinhbac notify": ("--dry-run",),
    "kinhbac token remove": ("nobody",),
    "kinhbac try": ("nothing", "nothing.csv"),
    "kinhbac template": ("nothing",),
    "kinhbac draft-source": ("nothing.csv",),
    "kinhbac sign": (
        "2026", "nothing", "--step", "agreed", "--by", "SYT", "--decision", "1", "--on", "2026-01-01",
    ),
    "kinhbac new source": ("Odd Name", "--agency", "SYT", "--sector", "health"),
    "kinhbac new indicator": (
        "Odd Name", "--source", "health", "--name-vi", "x", "--name-en", "x", "--purpose", "x",
        "--group", "input", "--numerator", "x", "--unit", "x", "--frequency", "month",
        "--direction", "neutral",
    ),
    "kinhbac new composite": (
        "odd", "--source", "health", "--name-vi", "x", "--name-en", "x", "--purpose", "x",
        "--components", "nothing", "--unit", "x", "--frequency", "month", "--direction", "neutral",
    ),
    "kinhbac init": ("there", "--code", "x", "--name-vi", "x", "--name-en", "x"),
}  # fmt: skip


WANTS_NO_RELEASE = {
    "kinhbac refresh", "kinhbac prepare", "kinhbac check", "kinhbac schema", "kinhbac dictionary",
}  # fmt: skip
"""A first night, and what looks at the registry and the program alone."""


def test_no_command_is_forgotten_on_an_empty_data_folder() -> None:
    telling = {
        name for name, one in COMMANDS.items() if isinstance(one, Command) and one.tells_facts
    }
    assert CALLED_ON_NOTHING.keys() | WANTS_NO_RELEASE == telling


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", CALLED_ON_NOTHING)
def test_on_an_empty_data_folder_a_command_answers_or_refuses_in_a_sentence(
    name: str, lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No traceback, an exit code that docs/commands.md knows, nothing on standard output for a
    program that is refused, and no English where Vietnamese was asked for."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KINHBAC_DATA", f"{tmp_path / 'data'}")
    (tmp_path / "store").mkdir()
    words = name.split()[1:]
    told = run("--lang", lang, *words, *CALLED_ON_NOTHING[name], "--json")
    assert told.exception is None or isinstance(told.exception, SystemExit), told.exception
    assert told.exit_code in (0, 1, 2)
    if told.exit_code and not told.stdout:
        assert told.stderr.strip(), name
        if lang == "vi":
            assert not ENGLISH.search(re.sub("«.*?»|'.*?'|/\\S+", "", told.stderr)), told.stderr
    else:
        json.loads(told.stdout)


ENGLISH = re.compile(r"\b(the|is no|there|Rule|Remedy|not|Nothing|Error|Usage|Try|has)\b")
