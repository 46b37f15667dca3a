"""Every command on the tiny province: what programs get has the names that docs/commands.md gives it.

A command that is added and not called here is found. Not here: what a command answers, which
its own tests look at; an empty data folder, help and what is misspelt (``tests/unit/test_commands``).
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kinhbac.cli import main
from kinhbac.commands import installation
from kinhbac.data_folder import PROJECT, DataFolder
from kinhbac.interface.tokens import add_token
from kinhbac.upkeep.backups import take_backup
from tests.conftest import JANUARY, Province
from tests.unit.test_commands import COMMANDS, ENGLISH

NAMED = ("--name-vi", "Một", "--name-en", "One", "--purpose", "To know where to help.")
KIND = ("--unit", "percent", "--frequency", "month", "--direction", "neutral")
CALLED: dict[str, tuple[str, ...]] = {
    "kinhbac explain": ("clinic_birth_rate", "00001", "2026-01"),
    "kinhbac worklist": ("SYT",),
    "kinhbac coverage": (),
    "kinhbac quality": (),
    "kinhbac revisions": ("births_to_date", "24"),
    "kinhbac query": ("from areas",),
    "kinhbac export": ("births_to_date",),
    "kinhbac export-sdmx": ("--to", "sdmx"),
    "kinhbac edition": (),
    "kinhbac report": ("2026-02", "--to", "report.docx"),
    "kinhbac report-package": ("2026-02", "--to", "package", "--despite", "missing", "--despite", "synthetic"),
    "kinhbac open": (),
    "kinhbac verify": (),
    "kinhbac use": ("1",),
    "kinhbac check": (),
    "kinhbac diff": ("1",),
    "kinhbac schema": ("schema",),
    "kinhbac dictionary": ("dictionary.md",),
    "kinhbac template": ("clinic",),
    "kinhbac try": ("clinic", "a.csv", "b.csv"),
    "kinhbac draft-source": ("a.csv",),
    "kinhbac new source": (
        "school", "--agency", "SYT", "--sector", "health", "--frequency", "month", "--from", "a.csv",
    ),
    "kinhbac new indicator": (
        "share", "--source", "clinic", *NAMED, *KIND, "--group", "input", "--numerator", "births",
    ),
    "kinhbac new composite": (
        "whole", "--source", "clinic", *NAMED, *KIND, "--components", "clinic_birth_rate: 1",
    ),
    "kinhbac sign": (
        "trial", "clinic_birth_rate", "--step", "listed", "--by", "SYT", "--decision", "1",
        "--on", "2026-03-01",
    ),
    "kinhbac init": (
        "there", "--code", "33", "--name-vi", "Một", "--name-en", "One", "--site-vi", "Một",
        "--site-en", "One",
    ),
    "kinhbac notify": ("--dry-run",),
    "kinhbac token add": ("planning",),
    "kinhbac token list": (),
    "kinhbac token remove": ("press",),
    "kinhbac status": (),
    "kinhbac prune": (),
    "kinhbac backup": ("store",),
    "kinhbac restore": ("kept",),
    "kinhbac rebind": ("clinic",),
}  # fmt: skip
NIGHTS = {"kinhbac refresh", "kinhbac prepare", "kinhbac rebuild"}
"""Whole nights of dbt, which other tests wait for: ``test_nightly_job``, ``test_as_of``."""

OF_MACHINES = {"kinhbac export", "kinhbac query", "kinhbac draft-source"}
"""What they print is data, or a file to be edited."""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture(scope="module")
def data(computed: Province, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tiny province's data, with a holder of a token and a backup beside it."""
    root = tmp_path_factory.mktemp("installed")
    shutil.copytree(computed.data.root, root / "data", symlinks=True)
    add_token(DataFolder(root / "data").tokens, "press", "internal", computed.as_of)
    (root / "kept").mkdir()
    take_backup(DataFolder(root / "data"), root / "kept")
    return root / "data"


@pytest.fixture(autouse=True)
def called_in(
    data: Path, computed: Province, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder in which a command is called: a registry of its own, two files to look at."""
    shutil.copytree(computed.sources, tmp_path / "sources")
    (tmp_path / "kept").symlink_to(data.parent / "kept")
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(JANUARY, encoding="utf-8")
    process = (tmp_path / "sources" / "process.yml").read_text(encoding="utf-8")
    signed = process.replace("en: Listed}", "en: Listed}, signed_by: [SYT]")
    (tmp_path / "sources" / "process.yml").write_text(signed, encoding="utf-8")
    rounds = "trial:\n  name: {vi: Đợt thử, en: Trial}\n  synthetic: true\n"
    (tmp_path / "sources" / "rounds.yml").write_text(rounds, encoding="utf-8")
    monkeypatch.setattr(installation, "SOURCES", tmp_path / "sources")
    monkeypatch.setattr(installation, "today", lambda: computed.as_of)
    monkeypatch.setenv("KINHBAC_DATA", f"{data}")
    monkeypatch.chdir(tmp_path)


def shape_of(name: str) -> tuple[set[str], set[str]]:
    """The names that are always there, and all, as the document gives them."""
    text = (PROJECT / "docs" / "commands.md").read_text(encoding="utf-8")
    [shape] = re.findall(rf"^\| `{name}` \| (.*?) \|", text, re.MULTILINE)
    if same := re.fullmatch(r"as `(.*)`", shape):
        return shape_of(same[1])
    always = shape.partition(";")[0].partition(":")[0]
    return {*re.findall(r"`(\w+)`", always)}, {*re.findall(r"`(\w+)`", shape)}


def test_every_command_is_called_here() -> None:
    telling = {name for name, one in COMMANDS.items() if getattr(one, "tells_facts", False)}
    assert CALLED.keys() | NIGHTS == telling and not CALLED.keys() & NIGHTS


@pytest.mark.parametrize("name", CALLED)
def test_a_program_gets_the_names_that_the_document_gives(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name == "kinhbac restore":
        monkeypatch.setenv("KINHBAC_DATA", f"{tmp_path / 'restored'}")
    told = run(*name.split()[1:], *CALLED[name], "--json")
    always, documented = shape_of(name)
    assert told.exception is None or isinstance(told.exception, SystemExit), told.exception
    assert always <= json.loads(told.stdout).keys() <= documented, told.stderr
    assert told.exit_code == 0 or name == "kinhbac status", told.stderr


@pytest.mark.parametrize("name", CALLED)
def test_people_are_told_in_vietnamese(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No English sentence; where names of two languages stand beside each other, the first counts."""
    if name == "kinhbac restore":
        monkeypatch.setenv("KINHBAC_DATA", f"{tmp_path / 'restored'}")
    told = run("--lang", "vi", *name.split()[1:], *CALLED[name])
    assert told.exception is None or isinstance(told.exception, SystemExit), told.exception
    assert told.exit_code in (0, 1, 2), told.stderr
    if name not in OF_MACHINES:
        said = re.sub("«.*?»|/ .*|#.*|[a-z_]+: .*", "", told.output)
        assert not ENGLISH.search(said), told.output
