"""The package for the Government: it says what the release says, and nothing goes unawares."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pytest
import xmlschema
from click.testing import CliRunner
from docx import Document

from kinhbac.cli import main
from kinhbac.data_folder import DBT_PROJECT, PROJECT, DataFolder
from kinhbac.documents.archives import packed
from kinhbac.exchange.report_package.comparison import SAME, is_revised
from kinhbac.exchange.report_package.contents import CONCERNS
from kinhbac.exchange.report_package.mapping import FIELDS, read_mapping
from kinhbac.exchange.report_package.messages import (
    read_json,
    read_xml,
    write_json,
    write_xml,
)
from kinhbac.exchange.report_package.reading import read_files, read_package, sums_of
from kinhbac.exchange.report_package.sending import Sent, describe, send
from kinhbac.periods import Period
from kinhbac.problems import ProblemsFound
from tests.small_release import AREAS, cell, indicator, make_release

FEBRUARY = Period.parse("2026-02")
TODAY = date(2026, 3, 21)
HOSTILE = '=cmd|"/C calc"!A1 <b>&amp;</b> Ð'
INDICATORS = [
    indicator("rate"),
    indicator("held_one"),
    indicator("plan", round_to=2, decision=HOSTILE),
    indicator("absent"),
    indicator("never"),
    indicator("yearly", "year"),
    indicator("draft", published=False),
]
CELLS = [
    cell("rate", 80.1 + 0.2),
    cell("rate", 0.0, "00001"),
    cell("rate", None, "00002", state="suppressed", reason="suppressed"),
    cell("rate", 70.0, "66"),
    cell("rate", 70.0, period="2026-01"),
    cell("held_one", 5.0, state="held", held=True, last_good_period_start=date(2026, 1, 1)),
    cell("plan", 1e-17, vintage="estimate", state="provisional", target=3.0),
    cell("plan", 12.5, "00001", synthetic=True),
    cell("absent", None, reason="late", state="late"),
    cell("yearly", 1.0, period="2026"),
]
PARTS: list[dict[str, Any]] = [
    cell("rate", 40.0) | {"breakdown": "sex", "category": sex, "category_vi": vi}
    for sex, vi in (("female", "Nữ"), ("male", "Nam"))
]
TABLES: dict[str, list[dict[str, Any]]] = {
    "indicators": INDICATORS,
    "indicator_values": CELLS,
    "breakdown_values": PARTS,
}


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


def sent(data: DataFolder, warehouse: Path, **more: Any) -> Sent:
    given: dict[str, Any] = {"to": data.root / "out", "despite": CONCERNS, "today": TODAY}
    return send(data, warehouse, FEBRUARY, **given | more)


def changed(old: dict[str, Any], **more: Any) -> dict[str, list[dict[str, Any]]]:
    """The tables, with one cell told otherwise."""
    cells = [row | more if row is old else row for row in CELLS]
    return TABLES | {"indicator_values": cells}


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


def test_what_is_read_back_is_what_the_release_says(data: DataFolder) -> None:
    warehouse = make_release(data, 1, TABLES)
    package = read_package(sent(data, warehouse).folder)
    with duckdb.connect(warehouse.as_posix(), read_only=True) as connection:
        known = connection.execute("""
            select indicator, area, null, null, value, state from indicator_values
            where period = '2026-02' and area != '66'
            union all
            select indicator, area, breakdown, category, value, state from breakdown_values
        """).fetchall()
    columns = ("indicator", "area", "breakdown", "category", "value", "state")
    told = [tuple(row[name] for name in columns) for row in package.rows["indicator_data"]]
    assert len(told) == 9
    assert sorted(told, key=str) == sorted(known, key=str)
    assert {row["period_code"] for row in package.rows["indicator_data"]} == {"202602"}
    by_key = {(row["indicator"], row["area"]): row for row in package.rows["indicator_data"]}
    assert by_key["held_one", "24"]["last_good_period"] == date(2026, 1, 1)
    assert by_key["absent", "24"]["reason"] == "late"
    own = {row["indicator"]: row for row in package.rows["indicator_set"]}
    assert own.keys() == {row["indicator"] for row in INDICATORS} - {"draft"}
    assert own["rate"]["disaggregations"] == ["sex"] and own["plan"]["disaggregations"] is None
    assert own["plan"]["decision"] == HOSTILE
    assert package.header["sender"] == "H05" and package.header["synthetic"]


def test_other_peoples_validators_accept_every_message_and_refuse_a_wrong_one(
    data: DataFolder,
) -> None:
    make = sent(data, make_release(data, 1, TABLES))
    make = sent(data, make_release(data, 2, changed(CELLS[0], value=81.0)))
    names = sorted(path.stem for path in make.folder.glob("*.xml"))
    assert names == sorted(read_mapping().messages)
    for name in names:
        schema = xmlschema.XMLSchema(make.folder / "schema" / f"{name}.xsd")
        content = (make.folder / f"{name}.xml").read_text(encoding="utf-8")
        schema.validate(content)
        assert not schema.is_valid(content.replace("<Release>2<", "<Release>two<"))
        rules = json.loads((make.folder / "schema" / f"{name}.schema.json").read_bytes())
        said = json.loads((make.folder / f"{name}.json").read_bytes())
        jsonschema.Draft202012Validator.check_schema(rules)
        jsonschema.validate(said, rules, jsonschema.Draft202012Validator)
        del said["Header"]["Sender"]
        with pytest.raises(jsonschema.ValidationError, match="Sender"):
            jsonschema.validate(said, rules, jsonschema.Draft202012Validator)


def test_the_cover_sheet_says_what_the_figures_are(data: DataFolder) -> None:
    folder = sent(data, make_release(data, 1, TABLES)).folder
    cover = {
        (row["concern"], row["indicator"]): (row["figures"], row["of_figures"])
        for row in read_package(folder).rows["cover"]
    }
    assert cover == {
        ("missing", "absent"): (1, 1),
        ("missing", "never"): (0, 0),
        ("held", "held_one"): (1, 1),
        ("provisional", "plan"): (1, 2),
        ("synthetic", "plan"): (1, 2),
    }
    counts, by_indicator = Document(BytesIO((folder / "cover.docx").read_bytes())).tables[1:3]
    assert [cell.text for cell in counts.rows[1].cells] == ["Thiếu số liệu", "2", "1"]
    assert [cell.text for cell in by_indicator.rows[2].cells][1:] == [
        "Tỷ lệ never", "SYT", "toàn bộ",
    ]  # fmt: skip


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
        (8, {"value": 2.0, "state": "value"}, "added"),
        (5, {"state": "value", "held": False}, "state"),
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


def test_a_target_and_a_name_that_read_otherwise_are_changes(data: DataFolder) -> None:
    sent(data, make_release(data, 1, TABLES))
    areas = [row | {"name_vi": "Xã Mới"} if row["area"] == "00001" else row for row in AREAS]
    told = changed(CELLS[6], target=4.0) | {"areas": areas}
    second = sent(data, make_release(data, 2, told))
    assert read_package(second.folder).rows["changes"][0]["attribute"] == "target"
    said = Document(BytesIO((second.folder / "cover.docx").read_bytes())).tables[-2].rows
    assert [[own.text for own in row.cells] for row in said[1:]] == [
        ["Đổi thuộc tính: target", "Tỷ lệ plan", "Tỉnh Bắc Ninh", "3.0", "4.0", ""],
        ["Đổi danh mục: name_vi", "", "00001", "Xã Một", "Xã Mới", ""],
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
    path = DBT_PROJECT / "models" / "marts" / "values" / "revisions.sql"
    (bound,) = re.findall(r"> (\S+) \* greatest\(abs", path.read_text(encoding="utf-8"))
    assert float(bound) == SAME
    assert is_revised(None, 0.0) and is_revised(0.0, None) and is_revised(1.0, 1.0 + 3e-12)
    assert not is_revised(None, None) and not is_revised(0.1 + 0.2, 0.3)


def test_a_package_that_was_touched_is_not_believed(data: DataFolder, tmp_path: Path) -> None:
    folder = sent(data, make_release(data, 1, TABLES)).folder
    (folder / "cover.xml").write_bytes(b"<x/>")
    (folder / "periods.json").unlink()
    (folder / "more.txt").touch()
    with pytest.raises(ProblemsFound) as refused:
        read_package(folder)
    assert [(problem.file, problem.found) for problem in refused.value.problems] == [
        ("periods.json", "it is not there"),
        ("more.txt", "it was not sent"),
        ("cover.xml", "its bytes are not those that were sent"),
    ]
    (tmp_path / "none.zip").write_bytes(b"none")
    with pytest.raises(ProblemsFound, match="it cannot be opened"):
        read_package(tmp_path / "none.zip")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b">80.3<", b">80.4<", "XML and JSON say different things"),
        (b"<Content>", b"<Other/><Content>", "it is no IndicatorData"),
        (b"<IndicatorData", b'<!DOCTYPE a [<!ENTITY b "c">]><IndicatorData', "a document type"),
        (b"</IndicatorData>", b"", "no element found"),
    ],
)
def test_xml_and_json_say_the_same_or_the_package_is_not_believed(
    data: DataFolder, old: bytes, new: bytes, said: str
) -> None:
    make = sent(data, make_release(data, 1, changed(CELLS[0], value=80.3)))
    paths = [path for path in make.folder.rglob("*") if path.is_file()]
    files = {path.relative_to(make.folder).as_posix(): path.read_bytes() for path in paths}
    assert old in files["indicator_data.xml"]
    files["indicator_data.xml"] = files["indicator_data.xml"].replace(old, new, 1)
    del files["SHA256SUMS"]
    with pytest.raises(ProblemsFound, match=said):
        read_files(files | {"SHA256SUMS": sums_of(files)})


def test_the_official_names_are_laid_in_without_code(
    data: DataFolder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = sent(data, make_release(data, 1, TABLES))
    laid_in = tmp_path / "fields.toml"
    text = FIELDS.read_text(encoding="utf-8")
    for old, new in {
        '"Data.Value"': '"Data.Amount.Number"',
        'name = "IndicatorData"': 'name = "KPIData"',
        'month = "{year}{month:02}"': 'month = "M{month:02}-{year}"',
        "[codes.frequency]": '[codes.state]\nvalue = "1"\n[codes.frequency]',
        '"Data.State", kind = "text"': '"Data.State", kind = "text", codes = "state"',
    }.items():
        assert old in text
        text = text.replace(old, new)
    laid_in.write_text(text, encoding="utf-8")
    monkeypatch.setattr("kinhbac.exchange.report_package.mapping.FIELDS", laid_in)
    second = sent(data, make_release(data, 2, changed(CELLS[0], value=81.0)))
    assert b"<KPIData" in (content := (second.folder / "indicator_data.xml").read_bytes())
    assert b"<Number>81.0</Number>" in content and b"<State>1</State>" in content
    # Each is read by the names it was written with, and so the two can be compared.
    assert [row["change"] for row in second.changes] == ["corrected"]
    assert read_package(first.folder).header["period_code"] == "202602"
    assert read_package(second.folder).header["period_code"] == "M02-2026"


def test_a_mapping_that_could_not_be_read_back_is_refused_with_all_its_faults() -> None:
    text = FIELDS.read_text(encoding="utf-8")
    text = text.replace('"Data.Area"', '"Data.Indicator"').replace('"Period.Kind"', '"Period Kind"')
    text = text.replace('quarter = "Q"', 'quarter = "M"').replace('"integer", req', '"whole", req')
    text = text.replace('"Sender"', '"Late.Sender"', 1).replace(
        '"Simulated"', '"Late.Simulated"', 1
    )
    with pytest.raises(ProblemsFound) as refused:
        read_mapping(text)
    said = {(problem.column, problem.found) for problem in refused.value.problems}
    assert ("header", "«Late.Simulated» stands apart from the others of its branch") in said
    assert ("messages.periods", "«Period Kind» is no path of names") in said
    assert ("header", "sending is of the unknown kind «whole»") in said
    assert ("messages.indicator_set", "the codes of frequency say two words alike") in said
    assert any(place == "messages.indicator_data" for place, _ in said)
    with pytest.raises(ProblemsFound, match="an entry is missing"):
        read_mapping("edition = '1'")
    with pytest.raises(ProblemsFound, match="it is no TOML"):
        read_mapping("edition")


def test_every_kind_of_field_comes_back_from_both_forms() -> None:
    names = read_mapping()
    message = names.messages["indicator_set"]
    row = {own.column: None for own in message.fields} | {
        "indicator": " a\n", "name_vi": "", "decimals": 0, "frequency": "half_year",
        "valid_from": date(1, 1, 1), "disaggregations": ["sex", "age"], "synthetic": False,
    }  # fmt: skip
    header = {own.column: None for own in names.header}
    for write, read in ((write_xml, read_xml), (write_json, read_json)):
        assert read(names, message, write(names, message, header, [row]))[1] == [row]


def test_every_name_of_a_package_stands_in_the_documentation() -> None:
    text = (PROJECT / "docs" / "exchange.md").read_text(encoding="utf-8")
    names = read_mapping()
    for fields in (names.header, *(message.fields for message in names.messages.values())):
        for own in fields:
            place = ".".join(own.path)
            assert f"`{place}`{' (official)' if own.official else ''}" in text, place


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
    unknown = CliRunner().invoke(main, ["report-package", "February", *asked[2:]])
    assert unknown.exit_code == 1 and "is not a period" in unknown.stderr
