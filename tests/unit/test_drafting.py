"""What helps to add: contracts drafted from files, new indicators, a registry to start with."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from kinhbac import cli
from kinhbac.commands import installation
from kinhbac.data_folder import PROJECT
from kinhbac.drafting.delivered_form import find_delivery
from kinhbac.drafting.source_draft import Draft, Wishes, draft_from_file
from kinhbac.ingest.trial import try_file
from kinhbac.problems import Refused
from kinhbac.registry import Registry, load_registry
from kinhbac.registry.declared.contract import Source
from tests.conftest import JANUARY, Province, make_tiny

DAY = date(2026, 12, 13)
COMPARED = "public_statements"
"""It tells of one area more than once, and so looks like records."""
SHIPPED = [
    max(folder.glob("*/*.csv"), key=lambda path: path.stat().st_size)
    for folder in sorted((PROJECT / "sources").glob("*/extracts"))
    if folder.parent.name != COMPARED and any(folder.glob("*/*.csv"))
]
PEOPLE = """\
Mã hồ sơ;Đơn vị;Người nộp;Số CCCD;Điện thoại;Ngày nộp;Trạng thái;Phí (triệu đồng)
H1;07210;Nguyễn Văn Mẫu;001099012345;0912345678;01/11/2026;1;1.250,5
H2;07210;Trần Thị Thử;001199012346;0912345679;02/11/2026;3;12,25
H3;07228;Lê Văn Ví;001099012347;0912345670;30/11/2026;2;-
"""
RETURN = """\
BÁO CÁO;;;
Mã đơn vị;Tên đơn vị;Số giường (giường);Tỷ lệ tiêm chủng
07210;Phường Bắc Giang;1.120;97,5%
07228;Phường Đa Mai;80;91%
07246;Xã Xuân Lương;…;88,25%
"""


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry(PROJECT / "sources")


def drafted(path: Path, registry: Registry, key: str = "new_source") -> tuple[Draft, Source]:
    draft = draft_from_file(path, registry, DAY, Wishes(key))
    return draft, Source.model_validate(yaml.safe_load(draft.text))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parts[-4])
def test_a_shipped_extract_gives_nearly_the_contract_of_its_source(
    path: Path, registry: Registry
) -> None:
    contract = registry.sources[path.parts[-4]]
    _, draft = drafted(path, registry)
    for name in ("format", "encoding", "delimiter", "title_rows", "header_rows", "frequency"):
        assert getattr(draft.delivery, name) == getattr(contract.delivery, name), name
    assert (draft.delivery.decimal, draft.area.code_system) == (
        contract.delivery.decimal,
        contract.area.code_system,
    )
    assert draft.area.column == contract.area.column
    assert draft.table and contract.table
    period, promised = draft.table.period, contract.table.period
    assert (period and period.column) == (promised and promised.column)
    read = {one.column for one in contract.delivered.values()}
    told = {one.column for one in draft.delivered.values()}
    assert len(read & told) >= 0.9 * len(read) and len(told - read) <= 0.1 * len(read)
    assert draft.table.personal == contract.table.personal


def test_a_draft_takes_in_the_file_that_it_was_drafted_from(
    tmp_path: Path, registry: Registry
) -> None:
    (file := tmp_path / "2026-11" / "a.csv").parent.mkdir()
    file.write_text(RETURN, encoding="utf-8")
    draft, source = drafted(file, registry)
    assert source.delivery.title_rows == 1 and source.delivery.thousands == "."
    assert source.delivery.missing == ("…",)
    units = {key: one.unit for key, one in source.data_elements.items()}
    assert units == {"so_giuong": "bed", "ty_le_tiem_chung": "percent"}
    assert source.data_elements["ty_le_tiem_chung"].max == 100
    assert draft.to_say == ["sector", "owner: agency"]

    sources = tmp_path / "sources"
    shutil.copytree(
        PROJECT / "sources", sources, ignore=lambda _, names: [n for n in names if "." not in n]
    )
    (sources / "new_source").mkdir()
    (sources / "new_source" / "source.yml").write_text(
        draft.text.replace("sector: to_be_confirmed", "sector: health").replace(
            "TO_BE_CONFIRMED", "SYT"
        ),
        encoding="utf-8",
    )
    for name in ("rounds.yml", "needs.yml", "quality.yml", "methods.yml"):
        (sources / name).write_text("{}\n", encoding="utf-8")
    (sources / "quality.yml").unlink()
    _, examined = try_file(load_registry(sources), "new_source", file, None, DAY)
    assert examined.typed is not None, examined.problems
    assert examined.rows == 3


def test_no_person_stands_in_a_draft_and_records_have_their_count(
    tmp_path: Path, registry: Registry
) -> None:
    (file := tmp_path / "Nguyễn Văn Mẫu.csv").write_text(PEOPLE, encoding="utf-8")
    draft, source = drafted(file, registry, "letters")
    records = source.records
    assert records and records.area.column == "Đơn vị"
    personal = {name for name, column in records.columns.items() if column.personal}
    assert personal == {"Người nộp", "Số CCCD", "Điện thoại"}
    assert records.columns["Mã hồ sơ"].key and records.columns["Ngày nộp"].type == "date"
    assert (source.delivery.decimal, source.delivery.thousands) == (",", ".")
    assert draft.observations and "count(*) as letters_records" in draft.observations
    told = f"{draft.text}{draft.observations}{draft.to_say}{draft.seen}"
    for cell in PEOPLE.replace("\n", ";").split(";")[8:]:
        assert len(cell) < 4 or cell not in told, cell
    assert "Mẫu" not in told


def test_a_header_that_names_a_person_is_not_drafted(tmp_path: Path, registry: Registry) -> None:
    (file := tmp_path / "a.csv").write_text("Mã,CCCD 001099012345\n07210,1\n", encoding="utf-8")
    with pytest.raises(Refused, match="itself the number"):
        drafted(file, registry)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("messy/PCI_2008.xls", ("xls", 0, 2)),
        ("messy/AnGiang.json", ("json", 0, 1)),
        ("messy/exam_ragged_semicolon_hn_2025.csv", ("csv", 0, 1)),
        ("cases/utf16.csv", ("csv", 0, 1)),
        ("cases/codes_as_numbers.xlsx", ("xlsx", 0, 1)),
    ],
)
def test_the_form_of_files_from_practice_is_found(
    name: str, form: tuple[str, int, int], shared: Path
) -> None:
    found = find_delivery(shared / name, "month")
    assert (found.format, found.title_rows, found.header_rows) == form


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Province:
    made = make_tiny(tmp_path)
    monkeypatch.setattr(installation, "SOURCES", made.sources)
    monkeypatch.setattr(installation, "today", lambda: made.as_of)
    return made


def run(*given: str) -> Result:
    return CliRunner().invoke(cli.main, given)


INDICATOR = (
    "--source", "clinic", "--name-vi", "Tỷ lệ", "--name-en", "Rate", "--group", "process",
    "--purpose", "Shows where help is far.", "--numerator", "births_at_clinic", "--denominator",
    "births", "--scale", "100", "--frequency", "month", "--direction", "higher_is_better",
)  # fmt: skip


def test_a_new_indicator_stands_behind_the_others_and_nothing_is_overwritten(
    made: Province,
) -> None:
    path = made.sources / "clinic" / "indicators.yml"
    before = path.read_text(encoding="utf-8")
    told = run("new", "indicator", "share_at_clinics", *INDICATOR, "--unit", "percent")
    assert told.exit_code == 0 and "Next: kinhbac check" in told.output
    assert path.read_text(encoding="utf-8").startswith(before)
    assert made.registry.indicators["share_at_clinics"].scale == 100
    after = path.read_text(encoding="utf-8")
    again = run("new", "indicator", "share_at_clinics", *INDICATOR, "--unit", "percent")
    assert again.exit_code == 1 and "nothing is overwritten" in again.output
    wrong = run("new", "indicator", "another", *INDICATOR, "--unit", "furlong")
    assert (
        wrong.exit_code == 1 and "furlong" in wrong.output and "Nothing was written" in wrong.output
    )
    assert run("new", "indicator", "Tỷ lệ", *INDICATOR, "--unit", "percent").exit_code == 1
    assert path.read_text(encoding="utf-8") == after


def test_a_new_composite_asks_for_what_it_was_not_told(made: Province) -> None:
    answers = ["clinic", "Chỉ số", "Index", "Shows which clinics need help.",
               "clinic_birth_rate: 0.6, clinic_points: 0.4", "point", "month", "higher_is_better",
               "Cho biết trạm nào cần giúp."]  # fmt: skip
    told = CliRunner().invoke(
        cli.main, ["new", "composite", "clinic_index"], input="\n".join(answers) + "\n"
    )
    assert told.exit_code == 0, told.output
    made_of = made.registry.indicators["clinic_index"].components
    assert made_of and made_of.keys() == {"clinic_birth_rate", "clinic_points"}
    purpose = made.registry.indicators["clinic_index"].purpose
    assert purpose.vi == "Cho biết trạm nào cần giúp." and purpose.en.startswith("Shows which")


def test_a_new_source_is_drafted_from_a_file_and_says_what_is_to_be_said(
    made: Province, tmp_path: Path
) -> None:
    (file := tmp_path / "a.csv").write_text(JANUARY, encoding="utf-8")
    given = ("new", "source", "wards", "--agency", "SYT", "--sector", "health")
    told = run(*given, "--from", str(file))
    assert told.exit_code == 0 and "to be said: unit of sinh" in told.output
    check = run("check")
    assert check.exit_code == 1 and "to_be_confirmed" in check.output
    assert run(*given, "--from", str(file)).exit_code == 1
    assert run("new", "source", "others", "--agency", "XYZ", "--sector", "health").exit_code == 1


def test_a_registry_to_start_with_is_sound_and_never_laid_over_another(tmp_path: Path) -> None:
    given = ("init", str(tmp_path / "hy" / "sources"), "--code", "33", "--name-vi", "Tỉnh Hưng Yên")
    told = run(*given, "--name-en", "Hung Yen, Province")
    assert told.exit_code == 0, told.output
    registry = load_registry(tmp_path / "hy" / "sources")
    assert registry.areas.areas["33"].name_en == "Hung Yen, Province"
    assert registry.identity.site.vi == "Tỉnh Hưng Yên"
    again = run(*given, "--name-en", "Hung Yen")
    assert again.exit_code == 1 and "nothing is overwritten" in again.output
