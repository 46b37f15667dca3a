"""A person at the command line: explain, diff, worklist, coverage, check."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from kinhbac import cli
from kinhbac.answers import differences
from kinhbac.commands import installation
from tests.conftest import Province

Run = Callable[..., Result]


@pytest.fixture
def run(computed: Province, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(installation, "SOURCES", computed.sources)
    monkeypatch.setenv("KINHBAC_DATA", computed.data.root.as_posix())

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(cli.main, list(arguments))

    return invoke


def test_explain_goes_from_the_value_to_file_row_and_hash(computed: Province, run: Run) -> None:
    result = run("explain", "clinic_birth_rate", "00001", "2026-01")
    assert result.exit_code == 0, result.output
    for said in (
        "clinic_birth_rate, area 00001, 2026-01: 90 %",
        "formula     100 × births_at_clinic ÷ births",
        "figures     9 ÷ 10 → 90",
        "owner       SYT (clinic)",
        "numerator: births_at_clinic = 9 persons",
        "row 2",
        "extract clinic/2026-01/2026-02-03_a.csv, received 2026-02-03, in force, owner SYT (told), sha256 ",
        "rests on demonstration data",
        "proofs of the rule",
        "release     1, published ",
    ):
        assert said in result.output
    extracts = pl.read_parquet(computed.data.current / "extracts.parquet")
    january = extracts.filter(pl.col("extract").str.contains("2026-01/"))
    assert january["sha256"][0] in result.output


def test_explain_follows_composites_lags_and_roll_up(run: Run) -> None:
    composite = run("explain", "clinic_total", "00001", "2026-01").output
    assert "component: 2 × clinic_points = 10 points" in composite
    assert "component: clinic_birth_rate = 90 %" in composite and "sha256" in composite
    assert "clinic_birth_rate: figure 90 → normalised 10 → weighted 1" in composite
    assert "rank        1 of 2" in composite
    growth = run("explain", "births_growth", "00001", "2026-01").output
    assert "births, 1 year earlier = 8 persons" in growth and "clinic/2025-01/" in growth
    province = run("explain", "births_to_date", "tỉnh bắc ninh", "2026-02").output
    assert "= 60 persons" in province and "4 observations, such as" in province


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("fame", "00001", "2026-01"), "There is no indicator «fame»"),
        (
            ("births_to_date", "Xã Ba", "2026-01"),
            "There is no area «Xã Ba». Did you mean 00002 (Two)",
        ),
        (
            ("births_to_date", "Bắc Giang", "2026-01"),
            "«Bắc Giang» is the name of what is no more: former-24",
        ),
        (("births_to_date", "00001", "January"), "«January» is not a period"),
        (("births_to_date", "00001", "2026-Q1"), "has a value per month, from 2025-01 to 2026-03"),
        (("births_to_date", "former-24", "2026-01"), "has no values for former-24"),
    ],
)
def test_explain_says_what_there_is_instead(
    run: Run, arguments: tuple[str, ...], said: str
) -> None:
    result = run("explain", *arguments)
    assert result.exit_code == 1 and said in result.output


def test_explain_says_why_there_is_no_value(run: Run) -> None:
    output = run("explain", "clinic_birth_rate", "00002", "2026-02").output
    assert "no value (missing_operand)" in output and "births_at_clinic = no value" in output


def test_diff_shows_formula_then_and_now(
    computed: Province, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "0 differences against 1" in run("diff", "1").output
    text = (computed.sources / "clinic" / "indicators.yml").read_text(encoding="utf-8")
    repository = tmp_path / "repository"
    changed = tmp_path / "repository" / "sources"
    shutil.copytree(computed.sources, changed)
    for arguments in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "first"],
    ):
        subprocess.run([differences.GIT, *arguments], cwd=repository, check=True)
    (changed / "clinic" / "indicators.yml").write_text(
        text.replace(
            "  scale: 100\n  unit: percent\n  frequency: month\n  direction: higher",
            "  scale: 1000\n  unit: percent\n  frequency: month\n  direction: higher",
        ).replace("births_growth:", "growth_of_births:"),
        encoding="utf-8",
    )
    monkeypatch.setattr(installation, "SOURCES", changed)
    monkeypatch.setattr(differences, "SOURCES", changed)
    for point in ("1", "HEAD"):
        output = run("diff", point).output
        assert "clinic_birth_rate: formula" in output
        assert "100 × births_at_clinic ÷ births" in output
        assert "1000 × births_at_clinic ÷ births" in output
        assert "growth_of_births: indicator" in output and "births_growth: indicator" in output
        assert f"3 differences against {point}" in output
    for unknown in ("17", "--output=x", "no-such-branch"):
        result = run("diff", "--", unknown)
        assert result.exit_code == 2 and "no git revision" in result.output


def test_worklist_and_coverage_are_said_to_a_person(run: Run) -> None:
    listed = run("--lang", "vi", "worklist", "SYT").output
    assert "SYT, Sở Y tế:" in listed and "Chậm gửi (từ ngày 06/03/2025): " in listed
    said = run("--lang", "en", "worklist", "sở tài chính").output.strip()
    assert said == "STC, Department of Finance: 0 things to put right"
    unknown = run("worklist", "XYZ")
    assert unknown.exit_code == 1 and "There are" in unknown.output and "SYT" in unknown.output
    covered = run("coverage").output
    assert "Needs without an indicator: 1" in covered
    assert (
        "Jobs: Impact (policy results), health; asked by STC, for the operations centre" in covered
    )


def test_check_proves_registry_and_release(computed: Province, run: Run) -> None:
    result = run("check")
    assert result.exit_code == 0
    assert "1 sources, 5 indicators: no problem" in result.output
    assert "release 1: 16 proofs of the rule hold" in result.output
    assert "warning: clinic_total is scaled as clinic_points" in result.output
    assert "5 indicators say in English only what they serve" in result.output
    assert "1 sources only tell who delivers (delivered_by: proven): clinic" in result.output
