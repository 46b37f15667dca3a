"""Whoever signs or checks is told what is not published, and what is lacking."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from kinhbac import cli
from tests.conftest import PROCESS, Province

ROUNDS = """\
trial:
  name: {vi: Đợt thử, en: Trial}
  synthetic: true
  acts: {}
"""
LACKING = "births_growth is not published (listed); for issued: «need» is not filled in"


def test_what_stays_unpublished_is_told_with_what_it_lacks(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    province.write("process.yml", PROCESS.replace("[formula]", "[formula, need]"))
    province.write("rounds.yml", ROUNDS)
    monkeypatch.setattr(cli, "SOURCES", province.sources)
    monkeypatch.setenv("KINHBAC_DATA", str(province.data.root))
    signed = CliRunner().invoke(cli.main, ["sign", "trial", "births_growth"])
    assert signed.output.splitlines() == [
        "1 of 1 definitions signed anew in trial",
        f"warning: {LACKING}",
    ]
    checked = CliRunner().invoke(cli.main, ["check"])
    assert checked.exit_code == 0
    assert f"warning: {LACKING}" in checked.output
