"""The package for the Government says what the release says, in a form that others can prove.

Past 200 lines: a question a way in which a package could say something else.
"""

from __future__ import annotations

import json
import re
from datetime import date
from io import BytesIO
from pathlib import Path

import duckdb
import jsonschema
import pytest
from docx import Document

from kinhbac.data_folder import DBT_PROJECT, PROJECT, DataFolder
from kinhbac.exchange.report_package.mapping import FIELDS, read_mapping
from kinhbac.exchange.report_package.messages import (
    read_json,
    read_xml,
    write_json,
    write_xml,
)
from kinhbac.exchange.report_package.reading import read_files, read_package, sums_of
from kinhbac.problems import ProblemsFound
from tests.reported import CELLS, HOSTILE, INDICATORS, TABLES, changed, sent
from tests.small_release import make_release


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


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
    assert len(told) == 10
    assert sorted(told, key=str) == sorted(known, key=str)
    assert {row["period_code"] for row in package.rows["indicator_data"]} == {"202602"}
    by_key = {(row["indicator"], row["area"]): row for row in package.rows["indicator_data"]}
    # A held figure is itself the last good one; one that is not there says which that was.
    good = ("value", "last_good_value", "last_good_period")
    held = {area: by_key["held_one", area] for area in ("24", "00001")}
    assert [held["24"][name] for name in good] == [5.0, None, None]
    assert [held["00001"][name] for name in good] == [None, 4.5, date(2026, 1, 1)]
    assert by_key["absent", "24"]["reason"] == "late"
    own = {row["indicator"]: row for row in package.rows["indicator_set"]}
    assert own.keys() == {row["indicator"] for row in INDICATORS} - {"draft"}
    assert own["rate"]["disaggregations"] == ["sex"] and own["plan"]["disaggregations"] is None
    assert own["plan"]["decision"] == HOSTILE
    assert package.header["sender"] == "H05" and package.header["synthetic"]


def test_other_peoples_validators_accept_every_message_and_refuse_a_wrong_one(
    data: DataFolder,
) -> None:
    import xmlschema  # loads longer than the other tests take

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
        ("held", "held_one"): (2, 2),
        ("provisional", "plan"): (1, 2),
        ("synthetic", "plan"): (1, 2),
    }
    counts, by_indicator = Document(BytesIO((folder / "cover.docx").read_bytes())).tables[1:3]
    assert [cell.text for cell in counts.rows[1].cells] == ["Thiếu số liệu", "2", "1"]
    assert [cell.text for cell in by_indicator.rows[2].cells][1:] == [
        "Tỷ lệ never", "SYT", "toàn bộ",
    ]  # fmt: skip


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
        'receiver = "VPCP"': 'receiver = "VPCP2"',
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
    # Not a figure has changed: the same ones leave once more, in the names that are asked for.
    second = sent(data, make_release(data, 2, TABLES))
    assert (second.receipt.number, second.again) == (2, False)
    assert b"<KPIData" in (content := (second.folder / "indicator_data.xml").read_bytes())
    assert b"<Number>80.3" in content and b"<State>1</State>" in content
    # Each is read by the names it was written with, and so the two can be compared.
    assert [
        (row["change"], row.get("attribute"), row.get("new_text")) for row in second.changes
    ] == [
        ("header", "receiver", "VPCP2"),
        ("names", None, None),
    ]
    assert sent(data, make_release(data, 3, TABLES)).again
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


def test_quality_counts_datasets_in_packages_of_the_periods_that_have_a_code() -> None:
    sql = (DBT_PROJECT / "models/marts/quality/quality.sql").read_text(encoding="utf-8")
    [listed] = re.findall(r"'report_package'\s.*?frequency in \(([^)]*)\)", sql, re.DOTALL)
    assert re.findall(r"'(\w+)'", listed) == list(read_mapping().reported_kinds)
