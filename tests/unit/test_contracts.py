"""Contracts as others write them: readable by their own tools, and back without a loss.

Past 200 lines: a question a part of a contract, there and back.
"""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import jsonschema
import pytest
import yaml
from click.testing import CliRunner
from open_data_contract_standard.model import OpenDataContractStandard

from kinhbac.cli import main
from kinhbac.data_folder import SOURCES, DataFolder
from kinhbac.exchange.contracts import draft_source, write_contracts
from kinhbac.problems import ProblemsFound
from kinhbac.registry import Registry, load_registry
from kinhbac.registry.declared.contract import Conduct, Source
from tests.conftest import Province
from tests.small_release import make_release

DAY = date(2026, 3, 20)
SHIPPED = sorted(path.parent.name for path in SOURCES.glob("*/source.yml"))
FOREIGN = """\
apiVersion: v3.0.2
kind: DataContract
id: 53581432-6c55-4ba2-a65f-72344a91553b
version: 1.1.0
status: active
name: Hospital returns
domain: Health care
servers: [{server: share, type: local, path: ./returns/*.txt, format: delimited, delimiter: ";"}]
schema:
  - name: returns
    physicalType: file
    properties:
      - {name: ward_code, physicalName: Mã xã, logicalType: string, primaryKey: true}
      - {name: reported_on, logicalType: date}
      - {name: admissions, businessName: Số lượt nhập viện, logicalType: integer, required: true,
         logicalTypeOptions: {minimum: 0}}
      - {name: bed days, logicalType: number}
      - {name: head_of_ward, logicalType: string, classification: PII}
      - {name: remarks, logicalType: string}
team:
  - {username: lan@hospital.example, role: Data Owner, dateIn: 2025-09-01}
slaProperties:
  - {property: latency, value: 3, unit: d}
  - {property: frequency, value: 3, unit: m}
  - {property: generalAvailability, value: "2025-07-01T00:00:00Z"}
"""
RECORDS = """\
      - {name: ma_ho_so, physicalName: Mã hồ sơ, logicalType: string, primaryKey: true}
      - {name: opened, logicalType: timestamp}
      - {name: fee, logicalType: number, logicalTypeOptions: {minimum: 0}}
      - {name: steps, logicalType: array}
"""


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry(SOURCES)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a release of that day."""
    return make_release(DataFolder(tmp_path_factory.mktemp("release")), 1, {}, as_of=DAY)


@pytest.fixture(scope="module")
def contracts(
    registry: Registry, warehouse: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("contracts")
    write_contracts(registry, warehouse, folder)
    return folder


def read(contracts: Path, source: str) -> OpenDataContractStandard:
    return OpenDataContractStandard.from_file(f"{contracts / source}.odcs.yaml")


def drafted(text: str) -> tuple[Source, set[str]]:
    """The source that a draft is, and its lines that wait for a confirmation."""
    marked = {
        line.partition("#")[0].strip().removeprefix("- ").partition(":")[0]
        for line in text.splitlines()
        if line.endswith("# to be confirmed")
    }
    return Source.model_validate(yaml.safe_load(text)), marked


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    path = tmp_path / "returns.yaml"
    path.write_text(FOREIGN, encoding="utf-8")
    return path


def test_every_shipped_source_has_a_contract_that_its_standards_own_tool_passes(
    contracts: Path,
) -> None:
    from datacontract.data_contract import DataContract  # loads longer than the other tests take

    assert sorted(path.name for path in contracts.iterdir()) == [
        f"{source}.odcs.yaml" for source in SHIPPED
    ]
    for path in contracts.iterdir():
        run = DataContract(data_contract_file=f"{path}").lint()
        assert run.result == "passed", [check.reason for check in run.checks]


def test_every_contract_has_the_shape_of_the_standard(contracts: Path, shared: Path) -> None:
    text = (shared / "schemas" / "odcs" / "odcs-json-schema-v3.1.0.json").read_text("utf-8")
    schema = json.loads(text)
    validator = jsonschema.validators.validator_for(schema)(schema)
    for path in contracts.iterdir():
        contract = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert not [error.message for error in validator.iter_errors(contract)], path.name


@pytest.mark.parametrize("source", SHIPPED)
def test_a_contract_comes_back_as_the_source_that_it_was(
    registry: Registry, contracts: Path, source: str
) -> None:
    text = draft_source(contracts / f"{source}.odcs.yaml", DAY)
    # How a source of the demonstration misbehaves is nothing that is agreed with anybody.
    agreed = registry.sources[source].model_copy(update={"demonstration": Conduct()})
    assert drafted(text) == (agreed, set())


def test_the_same_registry_gives_the_same_bytes(
    registry: Registry, warehouse: Path, contracts: Path, tmp_path: Path
) -> None:
    write_contracts(registry, warehouse, tmp_path)
    for path in contracts.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()


def test_owners_follow_each_other_by_date(
    province: Province, warehouse: Path, tmp_path: Path
) -> None:
    text = (province.sources / "clinic/source.yml").read_text(encoding="utf-8")
    handed = "2025-07-01, to: 2025-12-31}, {agency: STC, from: 2026-01-01}]"
    province.write("clinic/source.yml", text.replace("2025-07-01}]", handed))
    write_contracts(province.registry, warehouse, tmp_path)
    first, second = read(tmp_path, "clinic").team.members
    assert (first.username, first.dateOut, first.replacedByUsername) == ("SYT", "2025-12-31", "STC")
    assert (second.username, second.name, second.dateIn) == ("STC", "Sở Tài chính", "2026-01-01")
    back = draft_source(tmp_path / "clinic.odcs.yaml", DAY)
    assert drafted(back) == (province.registry.sources["clinic"], set())


@pytest.mark.parametrize(("first", "owner"), [("2026-03-20", "STC"), ("2026-03-21", "SYT")])
def test_a_contract_names_as_its_owner_whoever_owns_the_source_on_the_day(
    province: Province, warehouse: Path, tmp_path: Path, first: str, owner: str
) -> None:
    text = (province.sources / "clinic/source.yml").read_text(encoding="utf-8")
    handed = f"2025-07-01}}, {{agency: STC, from: {first}}}]"
    province.write("clinic/source.yml", text.replace("2025-07-01}]", handed))
    text = (province.sources / "agencies.yml").read_text(encoding="utf-8")
    for agency in ("SYT", "STC"):
        contact = f"kind: department, contact: {{email: {agency}@bn.example}}}}"
        text = re.sub(rf"({agency}: .*)kind: department}}", rf"\1{contact}", text)
    province.write("agencies.yml", text)
    write_contracts(province.registry, warehouse, tmp_path)
    contract = read(tmp_path, "clinic")
    (approver,) = {role.firstLevelApprovers for role in contract.roles} - {None}
    assert approver == province.registry.agencies[owner].name.vi
    assert [way.url for way in contract.support] == [f"mailto:{owner}@bn.example"]


def test_a_contract_says_what_is_promised(
    province: Province, warehouse: Path, tmp_path: Path
) -> None:
    write_contracts(province.registry, warehouse, tmp_path)
    contract = read(tmp_path, "clinic")
    levels = {level.property: (level.value, level.unit) for level in contract.slaProperties}
    assert levels["latency"] == (5, "day")
    assert levels["frequency"] == (1, "month")
    [held] = contract.schema_
    columns = {one.physicalName: one for one in held.properties}
    assert columns["Sinh"].logicalTypeOptions == {"minimum": 0, "maximum": 1000}
    assert columns["SoDinhDanh"].classification == "personal"
    assert columns["Ma"].primaryKey
    assert "synthetic" in contract.tags
    assert contract.description.limitations == "Số liệu mô phỏng, không phải số liệu thật"


def test_a_changed_promise_is_another_version(
    province: Province, warehouse: Path, tmp_path: Path
) -> None:
    versions = set()
    for days in (5, 6):
        text = (province.sources / "clinic/source.yml").read_text(encoding="utf-8")
        province.write("clinic/source.yml", text.replace("due_days: 5", f"due_days: {days}"))
        write_contracts(province.registry, warehouse, tmp_path)
        versions.add(read(tmp_path, "clinic").version)
    assert len(versions) == 2


def test_what_anothers_contract_says_is_taken_and_the_rest_marked(foreign: Path) -> None:
    source, marked = drafted(draft_source(foreign, DAY))
    assert source.delivery.format == "csv" and source.delivery.delimiter == ";"
    assert source.delivery.frequency == "quarter" and source.delivery.due_days == 3
    assert source.delivery.expected_from == "2025-Q3"
    assert source.owner[0].from_ == date(2025, 9, 1)
    assert source.table
    assert source.table.area.column == "Mã xã"
    assert source.table.personal == ("head_of_ward",)
    assert source.table.ignored == ("remarks",)
    admissions = source.data_elements["admissions"]
    assert admissions.whole and admissions.required and admissions.min == 0
    assert admissions.over_areas == "none"
    assert set(source.data_elements) == {"admissions", "bed_days"}
    assert {"agency", "unit", "over_time", "over_areas", "synthetic", "sector"} <= marked
    assert not {"frequency", "due_days", "delimiter", "from", "min"} & marked


def test_rows_told_apart_by_a_key_of_their_own_are_records(foreign: Path) -> None:
    start = FOREIGN.index("      - {name: ward_code")
    end = FOREIGN.index("team:")
    foreign.write_text(FOREIGN[:start] + RECORDS + FOREIGN[end:], encoding="utf-8")
    source, marked = drafted(draft_source(foreign, DAY))
    assert source.records
    columns = source.records.columns
    assert columns["Mã hồ sơ"].key and columns["fee"].min == 0
    assert columns["opened"].type == "timestamp" and columns["steps"].ignored
    assert "always" in marked


def test_a_draft_waits_until_its_guesses_are_confirmed(province: Province, foreign: Path) -> None:
    province.write("returns/source.yml", draft_source(foreign, DAY))
    with pytest.raises(ProblemsFound) as found:
        load_registry(province.sources)
    said = str(found.value)
    for unknown in ("sector «health_care»", "agency «TO_BE_CONFIRMED»", "unit «to_be_confirmed»"):
        assert f"unknown {unknown}" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kind: DataContract", "kind: DataProduct", "it is no data contract"),
        ("apiVersion: v3.0.2", "apiVersion: v2.2.2", "it is no data contract"),
        ("status: active", "status: [active", "YAML"),
        ("schema:\n", "schema:\n  - {name: more, properties: [{name: x}]}\n", "2 objects"),
        ("domain: Health care", "domain: {of: Health}", "domain"),
        ("status: active", "status: active\nlayout: table", "layout"),
    ],
)
def test_what_is_no_contract_is_refused_with_its_place(
    foreign: Path, old: str, new: str, said: str
) -> None:
    foreign.write_text(FOREIGN.replace(old, new), encoding="utf-8")
    with pytest.raises(ProblemsFound) as found:
        draft_source(foreign, DAY)
    assert said in str(found.value) and "returns.yaml" in str(found.value)


def test_a_contract_of_ours_that_somebody_spoilt_is_refused(
    province: Province, warehouse: Path, tmp_path: Path
) -> None:
    write_contracts(province.registry, warehouse, tmp_path)
    path = tmp_path / "clinic.odcs.yaml"
    contract = yaml.safe_load(path.read_text(encoding="utf-8"))
    for custom in contract["customProperties"]:
        if custom["property"] in ("delivery", "reading"):
            custom["value"] = ["spoilt"]
    contract["schema"][0]["properties"][-1]["businessName"] = None
    path.write_text(yaml.safe_dump(contract), encoding="utf-8")
    with pytest.raises(ProblemsFound) as found:
        draft_source(path, DAY)
    assert "table.area" in str(found.value) and "births_at_clinic" in str(found.value)


def test_one_of_several_objects_is_drafted_by_name(foreign: Path) -> None:
    more = "schema:\n  - {name: more, properties: [{name: x, logicalType: number}]}\n"
    foreign.write_text(FOREIGN.replace("schema:\n", more), encoding="utf-8")
    source, _ = drafted(draft_source(foreign, DAY, "more"))
    assert (source.source, [*source.data_elements]) == ("more", ["x"])


@pytest.mark.parametrize(
    "text",
    [
        "Số\\n  injected: true\\n#",
        "*alias",
        "!!python/object/apply:os.system [x]",
        "{{ env_var('X') }}",
        "' or 1=1 --",
    ],
)
def test_texts_of_a_contract_stay_texts(foreign: Path, text: str) -> None:
    wild = FOREIGN.replace("Số lượt nhập viện", f'"{text}"').replace("remarks", f'"{text}"')
    foreign.write_text(wild.replace("name: Hospital returns", f'name: "{text}"'), encoding="utf-8")
    plain = " ".join(text.replace("\\n", "\n").split())
    source, marked = drafted(draft_source(foreign, DAY))
    assert source.name.vi == plain
    assert source.data_elements["admissions"].name.vi == plain
    assert "injected" not in marked


def test_the_command_prints_a_draft_or_writes_it_into_a_new_folder(
    foreign: Path, tmp_path: Path
) -> None:
    run = CliRunner().invoke
    printed = run(main, ["draft-source", f"{foreign}"])
    assert printed.exit_code == 0 and drafted(printed.output)[0].source == "returns"
    folder = tmp_path / "sources" / "returns"
    assert run(main, ["draft-source", f"{foreign}", f"{folder}"]).exit_code == 0
    assert drafted((folder / "source.yml").read_text(encoding="utf-8"))[0].source == "returns"
    again = run(main, ["draft-source", f"{foreign}", f"{folder}"])
    assert again.exit_code == 1 and "is there already" in again.output
    foreign.write_text("nothing: here\n", encoding="utf-8")
    refused = run(main, ["draft-source", f"{foreign}"])
    assert refused.exit_code == 1 and "it is no data contract" in refused.output
