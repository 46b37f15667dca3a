"""Sending the package: nothing goes unawares, nothing is lost, and what has changed is said.

Past 200 lines: every way in which a report is sent once more.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from docx import Document

from kinhbac.cli import main
from kinhbac.data_folder import DataFolder
from kinhbac.documents.archives import packed
from kinhbac.exchange.report_package.comparison import is_revised
from kinhbac.exchange.report_package.concerns import DESPITE
from kinhbac.exchange.report_package.contents import CONCERNS
from kinhbac.exchange.report_package.mapping import FIELDS
from kinhbac.exchange.report_package.reading import read_package
from kinhbac.exchange.report_package.sending import Sent, describe, send
from kinhbac.periods import Period
from kinhbac.problems import ProblemsFound
from tests.reported import CELLS, FEBRUARY, INDICATORS, TABLES, TODAY, changed, sent
from tests.small_release import AREAS, make_release


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


def test_nothing_goes_to_the_government_unawares(data: DataFolder) -> None:
    warehouse = make_release(data, 1, TABLES)
    with pytest.raises(ProblemsFound) as refused:
        sent(data, warehouse, despite=())
    said = [str(problem) for problem in refused.value.problems]
    assert [re.findall(r"--despite (\w+)", line) for line in said] == [[one] for one in CONCERNS]
    assert "1 figures of 2 indicators have no value (absent, never)" in said[0]
    assert not data.sent.exists() and not (data.root / "out").exists()
    with pytest.raises(ProblemsFound, match="are simulated"):
        sent(data, warehouse, despite=CONCERNS[:3])


def test_sending_again_hands_over_the_same_until_something_has_changed(data: DataFolder) -> None:
    first = sent(data, make_release(data, 1, TABLES))
    kept = {path.name: path.read_bytes() for path in first.folder.iterdir() if path.is_file()}
    shutil.rmtree(first.folder)
    # The last bits of binary arithmetic are no change, nor is another release.
    again = sent(data, make_release(data, 2, changed(CELLS[0], value=80.3)), today=date(2026, 4, 1))
    assert again.again and again.receipt.number == 1
    assert {
        path.name: path.read_bytes() for path in again.folder.iterdir() if path.is_file()
    } == kept
    assert describe(again)[-2] == "nothing has changed since 21/03/2026: handed over again"


@pytest.mark.parametrize(
    ("place", "more", "kind"),
    [
        (0, {"value": 81.0}, "corrected"),
        (0, {"value": None, "state": "missing"}, "withdrawn"),
        (8, {"value": 2.0, "state": "value", "reason": None}, "added"),
        (5, {"state": "value", "held": False}, "state"),
        (10, {"state": "held", "value": 6.0, "reason": None, "last_good_value": 6.0}, "added"),
    ],
)
def test_sending_again_says_what_has_changed_since(
    data: DataFolder, place: int, more: dict[str, Any], kind: str
) -> None:
    sent(data, make_release(data, 1, TABLES))
    old = CELLS[place]
    revision = {
        "indicator": old["indicator"], "area": old["area"], "period_kind": "month",
        "period_start": FEBRUARY.start, "period": "2026-02", "old_release": 1, "new_release": 2,
        "cause": "correction",
    }  # fmt: skip
    tables = changed(old, **more) | {"revisions": [revision]}
    second = sent(data, make_release(data, 2, tables))
    assert (second.receipt.number, second.again) == (2, False)
    (change,) = read_package(second.folder).rows["changes"]
    assert (change["old_text"], change["new_text"]) == (old["state"], more.get("state", "value"))
    assert (change["change"], change["indicator"]) == (kind, old["indicator"])
    if kind != "state":
        assert change["cause"] == "correction"
        assert (change["old_value"], change["new_value"]) == (old["value"], more["value"])
    assert describe(second)[-2] == f"changed since sending 1: 1 {kind}"
    tables = Document(BytesIO((second.folder / "cover.docx").read_bytes())).tables
    assert len(tables[-2].rows) == 2


def changes_of_cover(made: Sent) -> list[list[str]]:
    """What the cover sheet says has changed, without indicator and area."""
    rows = Document(BytesIO((made.folder / "cover.docx").read_bytes())).tables[-2].rows
    return [[own.text for own in (row.cells[0], *row.cells[3:5])] for row in rows[1:]]


def test_a_target_and_a_name_that_read_otherwise_are_changes(data: DataFolder) -> None:
    sent(data, make_release(data, 1, TABLES))
    areas = [row | {"name_vi": "Xã Mới"} if row["area"] == "00001" else row for row in AREAS]
    indicators = [row | {"synthetic": True} if row is INDICATORS[0] else row for row in INDICATORS]
    told = changed(CELLS[6], target=1.125) | {"areas": areas, "indicators": indicators}
    second = sent(data, make_release(data, 2, told))
    (target, *_) = read_package(second.folder).rows["changes"]
    assert (target["attribute"], target["old_value"], target["new_value"]) == ("target", 3.0, 1.125)
    # As people read figures and words: 1.125 would be a thousand and more.
    assert changes_of_cover(second) == [
        ["Đổi thuộc tính: mục tiêu", "3", "1,13"],
        ["Đổi định nghĩa: số liệu mô phỏng", "không", "có"],
        ["Đổi danh mục: tên", "Xã Một", "Xã Mới"],
    ]


def test_two_figures_that_would_read_alike_are_told_to_the_last_digit(data: DataFolder) -> None:
    sent(data, make_release(data, 1, changed(CELLS[0], value=1080.3)))
    second = sent(data, make_release(data, 2, changed(CELLS[0], value=1080.3012)))
    assert changes_of_cover(second) == [["Điều chỉnh giá trị", "1.080,3", "1.080,3012"]]


def test_another_reason_and_another_sender_are_changes_and_a_remark_is_none(
    data: DataFolder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sent(data, make_release(data, 1, TABLES))
    remarked = tmp_path / FIELDS.name
    remarked.write_text("# A remark.\n" + FIELDS.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr("kinhbac.exchange.report_package.mapping.FIELDS", remarked)
    assert sent(data, make_release(data, 2, TABLES)).again
    code = {"code_system": "organisation", "code": "H99", "area": "24"}
    told = changed(CELLS[8], reason="missing_operand") | {"area_codes": [code]}
    second = sent(data, make_release(data, 3, told))
    assert [
        (row["change"], row["attribute"], row["old_text"], row["new_text"])
        for row in read_package(second.folder).rows["changes"]
    ] == [
        ("attribute", "reason", "late", "missing_operand"),
        ("header", "sender", "H05", "H99"),
    ]


def test_the_cover_sheet_tells_no_code_words(data: DataFolder) -> None:
    """What is a code in the messages is a word on paper."""
    sent(data, make_release(data, 1, TABLES))
    edited = [INDICATORS[0] | {"direction": "lower_is_better"}, *INDICATORS[1:]]
    told = changed(CELLS[6], vintage="provisional") | {"indicators": edited}
    assert changes_of_cover(sent(data, make_release(data, 2, told))) == [
        ["Đổi thuộc tính: mức độ chính thức", "ước tính", "sơ bộ"],
        ["Đổi định nghĩa: chiều đánh giá", "càng cao càng tốt", "càng thấp càng tốt"],
    ]


def test_a_definition_that_reads_otherwise_is_a_change(data: DataFolder) -> None:
    sent(data, make_release(data, 1, TABLES))
    edited = [row for row in INDICATORS if row["indicator"] != "never"]
    edited[0] = edited[0] | {"formula": "a ÷ c"}
    second = sent(data, make_release(data, 2, TABLES | {"indicators": edited}))
    assert [
        (row["change"], row.get("old_text"), row.get("new_text")) for row in second.changes
    ] == [
        ("indicator_withdrawn", None, None),
        ("definition", "a ÷ b", "a ÷ c"),
    ]


def test_a_change_is_what_the_table_of_revisions_calls_one() -> None:
    assert is_revised(None, 0.0) and is_revised(0.0, None) and is_revised(1.0, 1.0 + 2e-11)
    assert not is_revised(None, None) and not is_revised(0.1 + 0.2, 0.3)


@pytest.mark.parametrize("label", ["2026-H1", "2026-02-01"])
def test_a_period_without_a_code_is_not_reported(data: DataFolder, label: str) -> None:
    warehouse = make_release(data, 1, TABLES)
    with pytest.raises(ProblemsFound, match="has no code in a package"):
        send(data, warehouse, Period.parse(label), data.root / "out", CONCERNS, TODAY)


def test_a_period_without_figures_and_a_sender_without_a_code_are_refused(
    data: DataFolder,
) -> None:
    warehouse = make_release(data, 1, TABLES)
    with pytest.raises(ProblemsFound, match="release 1 has no figure of this period"):
        send(data, warehouse, Period.parse("2027-01"), data.root / "out", CONCERNS, TODAY)
    with pytest.raises(ProblemsFound, match="0 codes of «organisation» name the province"):
        sent(data, make_release(data, 2, TABLES | {"area_codes": []}))
    assert not data.sent.exists()


def test_a_folder_that_holds_something_else_is_left_alone_and_the_sending_kept(
    data: DataFolder,
) -> None:
    warehouse = make_release(data, 1, TABLES)
    (other := data.root / "out" / "H05-202602-1").mkdir(parents=True)
    with pytest.raises(ProblemsFound, match="nothing is written over"):
        sent(data, warehouse)
    assert not list(other.iterdir())
    later = sent(data, warehouse, to=data.root / "elsewhere")
    assert later.again and read_package(later.folder).header["sending"] == 1


def test_a_sender_whose_code_is_no_name_of_a_file_is_refused_before_anything_is_kept(
    data: DataFolder,
) -> None:
    for code in ("UBND/24", "../H05", ".H05"):
        told = TABLES | {
            "area_codes": [{"code_system": "organisation", "code": code, "area": "24"}]
        }
        shutil.rmtree(data.root, ignore_errors=True)
        with pytest.raises(ProblemsFound, match=f"«{code}» of the province cannot be in a file"):
            sent(data, make_release(data, 1, told))
        assert not data.sent.exists()


def test_a_disk_that_fails_leaves_nothing_half_and_says_what_it_was(
    data: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = make_release(data, 1, TABLES)
    moved, full = os.rename, [""]

    def fail(old: Path, new: Path) -> None:
        if full[0] in Path(new).parts:
            raise OSError(errno.ENOSPC, "No space left on device", str(new))
        moved(old, new)

    monkeypatch.setattr("kinhbac.exchange.report_package.receipts.os.rename", fail)
    for full[0] in ("2026-02", "out"):  # keeping it, then handing it over
        with pytest.raises(OSError, match="No space left"):
            sent(data, warehouse)
        assert not list(data.root.rglob("*.part"))
    monkeypatch.undo()
    assert sent(data, warehouse).receipt.number == 1


def test_newer_figures_are_not_taken_back_with_older_ones_unawares(data: DataFolder) -> None:
    first = make_release(data, 1, TABLES)
    second = sent(data, make_release(data, 2, changed(CELLS[0], value=81.0)))
    assert second.receipt.release == 2
    with pytest.raises(ProblemsFound, match="release 1 is older than release 2"):
        sent(data, first)
    assert sent(data, first, despite=DESPITE).receipt.number == 2


def test_two_senders_of_one_period_do_not_take_one_number(
    data: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = make_release(data, 1, TABLES)

    def meanwhile(files: dict[str, bytes]) -> bytes:
        (taken := data.sent / "2026-02" / "1").mkdir(parents=True)
        (taken / "receipt.json").touch()
        return packed(files)

    monkeypatch.setattr("kinhbac.exchange.report_package.sending.packed", meanwhile)
    with pytest.raises(ProblemsFound, match="was sent by somebody else just now"):
        sent(data, warehouse)
    assert not (data.root / "out").exists()


def test_the_command_sends_and_says_what_it_did(
    data: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_release(data, 1, TABLES)
    make_release(data, 2, changed(CELLS[0], value=81.0), as_of=date(2026, 4, 1))
    monkeypatch.setenv("KINHBAC_DATA", data.root.as_posix())
    asked = ["report-package", "2026-02", "--to", (data.root / "out").as_posix()]
    refused = CliRunner().invoke(main, asked)
    assert refused.exit_code == 1 and "say --despite held" in refused.stderr
    despite = [word for concern in CONCERNS for word in ("--despite", concern)]
    done = CliRunner().invoke(main, [*asked, *despite, "--as-of", "2026-03-31"])
    assert done.exit_code == 0, done.output
    assert "from release 1" in done.output
    done = CliRunner().invoke(main, [*asked, *despite])
    assert "from release 2" in done.output and "1 corrected" in done.output
    assert "read back, they say what the release says" in done.output
    told = CliRunner().invoke(main, ["report-package", "--help"]).output
    assert f"[{'|'.join(DESPITE)}]" in told
    unknown = CliRunner().invoke(main, ["report-package", "February", *asked[2:]])
    assert unknown.exit_code == 1 and "is not a period" in unknown.stderr
