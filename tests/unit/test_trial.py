"""Trying a file: the door's words in full on one's own terminal, and nothing left behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kinhbac import cli
from kinhbac.commands import installation
from tests.conftest import JANUARY, Province, make_tiny


@pytest.fixture
def made(tmp_path: Path) -> Province:
    return make_tiny(tmp_path)


def attempt(made: Province, monkeypatch: pytest.MonkeyPatch, *given: str) -> Result:
    monkeypatch.setattr(installation, "SOURCES", made.sources)
    monkeypatch.setattr(installation, "today", lambda: made.as_of)
    return CliRunner().invoke(cli.main, ["try", *given])


def test_the_cell_is_shown_and_nothing_is_kept(
    made: Province, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (file := tmp_path / "Nguyễn Văn An.csv").write_text(
        JANUARY.replace("10,9", "Nguyễn Văn An\x1b[2J,9"), encoding="utf-8"
    )
    before = sorted(tmp_path.rglob("*"))
    told = attempt(made, monkeypatch, "clinic", str(file))
    assert told.exit_code == 1
    assert "Nguyễn Văn An.csv: would be refused for 2026-02: 2 rows" in told.output
    assert ":2, Sinh: «Nguyễn Văn An\\x1b[2J» it is not a number" in told.output
    assert "\x1b" not in told.output
    assert sorted(tmp_path.rglob("*")) == before and not made.data.root.exists()


def test_a_good_file_would_be_accepted_for_the_period_of_its_folder_or_the_one_named(
    made: Province, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (folder := tmp_path / "2026-01").mkdir()
    (folder / "a.csv").write_text(JANUARY, encoding="utf-8")
    told = attempt(made, monkeypatch, "clinic", str(folder / "a.csv"))
    assert told.exit_code == 0 and "would be accepted for 2026-01: 2 rows" in told.output
    told = attempt(made, monkeypatch, "clinic", str(folder / "a.csv"), "--period", "2025-12")
    assert "would be accepted for 2025-12" in told.output


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            ["dentist", "a.csv"],
            "There is no source «dentist», nor one that is called alike. There are clinic.",
        ),
        (["clinic", "no.csv"], "no.csv is no file."),
        (["clinic", __file__, "--period", "May"], "«May» is not a period"),
    ],
)
def test_what_cannot_be_tried_is_one_sentence(
    made: Province, monkeypatch: pytest.MonkeyPatch, given: list[str], told: str
) -> None:
    answer = attempt(made, monkeypatch, *given)
    assert answer.exit_code == 1 and told in answer.output and "Traceback" not in answer.output


def test_several_files_are_judged_each_for_itself(
    made: Province, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (good := tmp_path / "good.csv").write_text(JANUARY, encoding="utf-8")
    (bad := tmp_path / "bad.csv").write_text(JANUARY.replace("10,9", "?,9"), encoding="utf-8")
    told = attempt(made, monkeypatch, "clinic", f"{good}", f"{bad}", "--json")
    facts = json.loads(told.output)
    assert told.exit_code == 1 and not facts["accepted"]
    assert [one["accepted"] for one in facts["files"]] == [True, False]
    alone = json.loads(attempt(made, monkeypatch, "clinic", f"{good}", "--json").output)
    assert alone["accepted"] and alone["rows"] == 2 and alone["file"] == f"{good}"


def test_the_verdict_is_told_in_the_language_of_who_holds_the_file(
    made: Province, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (file := tmp_path / "a.csv").write_text(JANUARY.replace("10,9", "?,9"), encoding="utf-8")
    monkeypatch.setenv("LANG", "vi_VN.UTF-8")
    told = attempt(made, monkeypatch, "clinic", f"{file}").output
    assert "a.csv: sẽ bị từ chối cho kỳ 02/2026: 2 dòng" in told
    assert "«?» không phải là số có dấu thập phân" in told or "«?» không phải là số nguyên" in told
    assert "Cách khắc phục: Sửa ô rồi gửi lại tệp." in told


def test_a_source_is_found_by_its_name_and_proposed_where_it_is_misspelt(
    made: Province, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (file := tmp_path / "a.csv").write_text(JANUARY, encoding="utf-8")
    name = made.registry.sources["clinic"].name.vi
    assert attempt(made, monkeypatch, name.lower(), f"{file}", "--json").exit_code == 0
    told = attempt(made, monkeypatch, "clinnic", f"{file}")
    assert told.exit_code == 1 and "clinic (" in told.output
