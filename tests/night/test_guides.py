"""Guides that are followed word for word: from a stranger's workbook to its indicator."""

from __future__ import annotations

import re
import shlex
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from kinhbac import cli
from kinhbac.commands import installation
from kinhbac.data_folder import PROJECT
from kinhbac.drafting.registry_start import Province as Beginning
from kinhbac.drafting.registry_start import lay_down_registry
from tests.conftest import in_folder
from tests.sheets import Producer, workbook_of
from tests.straight import Compiled

GUIDE = (PROJECT / "docs" / "adding.md").read_text(encoding="utf-8")


def _workbook() -> bytes:
    """The workbook that the guide shows."""
    shown = re.search(r"(?:^\|.*\n)+", GUIDE, re.MULTILINE)
    assert shown
    rows = [
        [cell.strip().strip("*") for cell in line.strip("|").split("|")]
        for line in shown[0].splitlines()
        if "---" not in line
    ]
    whole = [[int(c) if c.isdecimal() and len(c) < 5 else c for c in row] for row in rows]
    return workbook_of(whole, Producer())


def test_a_strangers_workbook_becomes_an_indicator_by_the_guide(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, project: Compiled
) -> None:
    lay_down_registry(Beginning("33", "Tỉnh Hưng Yên", "Hung Yen", "A", "A"), tmp_path / "sources")
    made = in_folder(tmp_path, project)
    made.as_of = date(2026, 1, 20)
    (tmp_path / "bieu-03.xlsx").write_bytes(_workbook())
    monkeypatch.chdir(tmp_path)
    for name, there in (
        ("SOURCES", made.sources), ("today", lambda: made.as_of), ("data_folder", lambda: made.data),
    ):  # fmt: skip
        monkeypatch.setattr(installation, name, there)
    path = tmp_path / "sources" / "vaccination" / "source.yml"
    told = ""
    steps = re.findall(r"^    ((?:kinhbac|cp) .*)|^\| `(.+?)` \| `(.+?)` \|$", GUIDE, re.MULTILINE)
    assert len(steps) > 7
    for command, line, becomes in steps:
        if line:
            text = path.read_text(encoding="utf-8")
            assert f"{line}\n" in text, line
            path.write_text(text.replace(f"{line}\n", f"{becomes}\n", 1), encoding="utf-8")
            continue
        name, *given = shlex.split(command)
        if name == "cp":
            Path(given[1]).parent.mkdir(parents=True)
            shutil.copyfile(*given)
        elif given == ["refresh"]:
            made.publish()
        else:
            result = CliRunner().invoke(cli.main, given)
            assert result.exit_code == 0, f"{command}: {result.output}"
            told = result.output
    assert "80" in told and "2026-01-06_bieu-03.xlsx" in told
    [(value,)] = made.query(
        "select value from indicator_values where indicator = 'vaccinated_share' and area = '33'"
    )
    assert value == 83.75
    assert (made.data.current / "site" / "indicators" / "vaccinated_share.html").exists()
