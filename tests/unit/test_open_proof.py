"""Whatever must not leave is found in an edition, whoever put it there.

Past 200 lines: a question a rule of what is open, and a way around it.
"""

from __future__ import annotations

import csv
import gzip
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb
import polars as pl
import pytest
import xlsxwriter

from kinhbac.checks.opened import proof
from kinhbac.checks.opened.proof import RULES, prove_open
from kinhbac.checks.opened.tables import LISTS
from kinhbac.registry import load_registry
from kinhbac.release.warehouse import WAREHOUSE
from tests.conftest import Province, Share
from tests.opened import SUPPRESSED, parted, publish_once, refused, tables
from tests.small_release import cell

TOLD, SIMULATED, LEVEL, PARTS, STATE, FIGURE, FAMILY = proof.PROOFS


@pytest.fixture
def edition(share: Share, tmp_path: Path) -> Path:
    """A sound edition, to be spoilt, with the release that it was made of beside it."""
    made = share("opened", publish_once)
    shutil.copytree(made / "data" / "editions" / "1", tmp_path / "edition")
    shutil.copytree(made / "sources", tmp_path / "sources")
    shutil.copyfile(made / "data" / "releases" / "1" / WAREHOUSE, tmp_path / WAREHOUSE)
    for path in (tmp_path / "edition").rglob("*"):
        path.chmod(0o755)
    return tmp_path / "edition"


def broken(edition: Path, **other: object) -> set[str]:
    registry = load_registry(edition.parent / "sources")
    assert registry.publication and registry.publication.open
    opening = registry.publication.open.model_copy(update=other)
    return {
        breach.rule for breach in prove_open(edition, edition.parent / WAREHOUSE, registry, opening)
    }


def seal(edition: Path, statement: str) -> None:
    """Let the release have said something else."""
    with duckdb.connect((edition.parent / WAREHOUSE).as_posix()) as connection:
        connection.execute(statement)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def edit_cell(edition: Path, **said: object) -> None:
    """The first cell of an indicator says something else in Parquet."""
    path = edition / "data" / "born.parquet"
    rows = pl.read_parquet(path)
    first = rows.head(1).with_columns(**{name: pl.lit(value) for name, value in said.items()})
    pl.concat([first.cast(rows.schema), rows.tail(-1)]).write_parquet(path)


def edit_list(edition: Path, table: str, column: str, value: str) -> None:
    """A list says something else in Parquet, in its first row or in one of its own."""
    path = edition / "data" / f"{table}.parquet"
    rows = pl.read_parquet(path)
    more = pl.DataFrame({column: [value]}).cast({column: rows.schema[column]})
    pl.concat([rows.tail(-1), more], how="diagonal").write_parquet(path)


def add_to_list(edition: Path, table: str) -> None:
    path = edition / "data" / f"{table}.parquet"
    pl.read_parquet(path).with_columns(target=1.0).write_parquet(path)


def say(edition: Path, text: str) -> None:
    """A paragraph more stands on a page."""
    edit(edition / "en" / "index.html", "</h1>", f"</h1><p>{text}</p>")


def edit_sdmx(edition: Path, old: str, new: str) -> None:
    path = edition / "sdmx" / "data" / "born.csv.gz"
    text = gzip.decompress(path.read_bytes()).decode()
    assert old in text
    path.write_bytes(gzip.compress(text.replace(old, new).encode()))


def edit_workbook(edition: Path, width: int = 8) -> None:
    """A workbook with the last good value of a held month."""
    with xlsxwriter.Workbook(edition / "data" / "born.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(1, 0, ["24", "", "", "2025-12", "", "", 99.0, "missing", "red"][:width])
        book.add_worksheet()


def add_column(edition: Path) -> None:
    path = edition / "data" / "born.csv"
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [[*row, "due_date" if place == 0 else ""] for place, row in enumerate(rows)]
        )


def add(edition: Path, name: str, text: str) -> None:
    path = edition / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def lead_out(edition: Path) -> None:
    [style] = (edition / "assets").glob("style.*.css")
    style.unlink()
    style.symlink_to(edition.parent / WAREHOUSE)


QUOTING = "update indicators set name_en = 'The \"lost\" staff' where indicator = 'staff_absent'"
NAMED = "update indicators set name_en = 'Staff & guards' where indicator = 'staff_absent'"
VILLAGE = (
    "insert into areas (area, kind, name_vi, name_en) "
    "values ('00003', 'village', 'Thôn Ba', 'Third village')"
)
CLOSE = "update indicators set access = 'internal' where indicator = 'born'"
SPOILT: dict[str, list[Callable[[Path], object]]] = {
    TOLD: [
        lambda e: seal(e, CLOSE),
        lambda e: seal(e, "update indicators set published = false where indicator = 'born'"),
        lambda e: edit_cell(e, indicator="staff_absent"),
        lambda e: edit_sdmx(e, "VN_24,born,", "VN_24,staff_absent,"),
        lambda e: edit_list(e, "_indicators", "indicator", "staff_absent"),
        lambda e: edit_list(e, "_changes", "indicator", "staff_absent"),
        lambda e: edit(e / "data" / "_indicators.csv", "born_at_clinics", "never_signed"),
    ],
    SIMULATED: [
        lambda e: seal(e, "update indicators set synthetic = true where indicator = 'born'"),
        lambda e: edit_cell(e, synthetic=True),
        lambda e: edit_sdmx(e, ",false", ",true"),
    ],
    LEVEL: [
        lambda e: seal(e, "update areas set kind = 'ward' where area = '00001'"),
        lambda e: edit_cell(e, area="66666"),
        lambda e: edit(e / "data" / "_areas.csv", "00002", "00003"),
        lambda e: edit_list(e, "_areas", "area", "00003"),
    ],
    PARTS: [
        lambda e: edit_list(e, "_categories", "category", "refugee"),
        lambda e: edit(e / "data" / "_categories.csv", "female", "refugee"),
    ],
    STATE: [
        lambda e: edit_cell(e, state="late"),
        lambda e: edit_cell(e, state="held"),
        lambda e: edit_sdmx(e, ",O,F,", ",L,F,"),
        lambda e: edit_sdmx(e, ",O,F,", ",O,N,"),
        lambda e: edit(e / "data" / "born.csv", "missing", "not_yet_due"),
    ],
    FIGURE: [
        lambda e: edit_cell(e, value=31.0),
        lambda e: edit(e / "data" / "born.csv", "30.0", "30.5"),
        lambda e: edit_sdmx(e, ",30.0,", ",3.0,"),
        edit_workbook,
        lambda e: seal(e, "update indicator_values set state = 'held' where value = 20"),
    ],
    proof.FILES: [
        lambda e: add(e, "worklists/SYT.csv", ""),
        lambda e: add(e, "warehouse.duckdb", ""),
        lambda e: add(e, "indicators/staff_absent.html", ""),
        lambda e: seal(e, CLOSE),
        lead_out,
    ],
    proof.COLUMNS: [
        add_column,
        lambda e: edit_workbook(e, 9),
        lambda e: edit(e / "data" / "_changes.csv", ",count", ",count,holds"),
        lambda e: edit(e / "data" / "_areas.csv", "parent,", ""),
        lambda e: edit_sdmx(e, ",SIMULATED\n", ",SIMULATED,TARGET\n"),
        *(partial(add_to_list, table=table) for table in LISTS),
    ],
    proof.READABLE: [
        lambda e: (e / "data" / "born.xlsx").write_bytes(b"PK"),
        lambda e: (e / "data" / "born.parquet").write_bytes(b"PAR1"),
        lambda e: (e / "sdmx" / "data" / "born.csv.gz").write_bytes(b"x"),
        lambda e: (e / "data" / "_areas.csv").unlink(),
        lambda e: (e / "data" / "_changes.parquet").unlink(),
    ],
    proof.WORDS: [
        lambda e: edit(e / "en" / "index.html", "</h1>", "</h1>as staff_absent shows"),
        lambda e: edit(e / "datapackage.json", "Indicator born", "Indicator staff_absent"),
        lambda e: edit(e / "catalogue" / "catalogue.ttl", '"born"', '"pupils"'),
        lambda e: edit(e / "sdmx" / "structure.xml", 'id="clinic"', 'id="school"'),
        lambda e: (
            seal(e, VILLAGE),
            edit(e / "sdmx" / "structure.xml", 'id="VN_00001"', 'id="VN_00003"'),
        ),
        lambda e: edit_list(e, "_areas", "name_vi", "Indicator staff_absent"),
        lambda e: edit_cell(e, vintage="pupils"),
        lambda e: say(e, "Schools"),
        lambda e: say(e, "Số học sinh"),
        lambda e: (seal(e, NAMED), say(e, "Staff &amp; guards")),
        lambda e: (seal(e, QUOTING), say(e, "The &quot;lost&quot; staff")),
        lambda e: (seal(e, QUOTING), edit_list(e, "_areas", "name_vi", 'The "lost" staff')),
        lambda e: (
            seal(e, QUOTING),
            edit(e / "data" / "_areas.csv", "Bac Ninh", '"The ""lost"" staff"'),
        ),
        lambda e: (
            seal(e, QUOTING),
            edit(e / "datapackage.json", "Indicator born", 'The \\"lost\\" staff'),
        ),
        lambda e: (
            seal(e, QUOTING),
            edit(e / "catalogue" / "catalogue.ttl", '"born"', '"The \\"lost\\" staff"'),
        ),
        lambda e: (seal(e, VILLAGE), say(e, "00003")),
        lambda e: (seal(e, VILLAGE), say(e, "Third village")),
    ],
    proof.ADDRESSES: [
        lambda e: edit(e / "index.html", "</h1>", "</h1>nguyen.van.a@bn.example"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "spoil"), [(rule, spoil) for rule, ways in SPOILT.items() for spoil in ways]
)
def test_a_spoilt_edition_is_found(
    rule: str, spoil: Callable[[Path], object], edition: Path
) -> None:
    spoil(edition)
    assert rule in broken(edition)


def test_a_sound_edition_is_proven(edition: Path) -> None:
    assert broken(edition) == set()
    assert broken(edition, down_to="province") == {LEVEL, proof.WORDS}


def test_every_rule_is_seen_broken() -> None:
    assert {*SPOILT, FAMILY, proof.DIFFERENCE, proof.WITHHELD} == set(RULES)


def test_the_one_part_that_is_withheld_follows_from_the_others(province: Province) -> None:
    told = tables()
    told["indicator_values"][2] |= SUPPRESSED
    found = refused(province, told)
    assert FAMILY in found and "withheld 00002" in found


def test_so_does_a_total_that_is_withheld_while_all_its_parts_are_told(province: Province) -> None:
    told = tables()
    told["indicator_values"][0] |= SUPPRESSED
    assert "withheld 24" in refused(province, told)


def test_two_parts_that_are_withheld_follow_from_nothing(province: Province) -> None:
    told = tables()
    for part in told["indicator_values"][1:3]:
        part |= SUPPRESSED
    assert refused(province, told) == ""


def test_a_part_that_is_not_known_follows_from_nothing(province: Province) -> None:
    told = tables()
    told["indicator_values"][2] |= {"value": None, "state": "missing"}
    assert refused(province, told) == ""


def test_what_does_not_add_up_gives_nothing_away(province: Province) -> None:
    told = tables()
    told["indicator_values"] += [
        cell("clinic_rate", 90.0, "00001"), cell("clinic_rate", None, "00002", state="suppressed"),
    ]  # fmt: skip
    assert refused(province, told) == ""


def test_the_one_category_that_is_withheld_follows_from_the_others(province: Province) -> None:
    parts = [parted("male", 5.0), parted("female", None, state="suppressed")]
    found = refused(province, tables(breakdown_values=parts))
    assert FAMILY in found and "withheld female" in found


def test_an_edition_cannot_lead_out_of_itself_by_a_key(edition: Path) -> None:
    """Whatever stands where an indicator's key should, is no file of an edition."""
    add(edition, "data/born.csv.sh", "")
    assert broken(edition) >= {proof.FILES}


def test_the_proof_reads_the_settings_of_the_province(edition: Path) -> None:
    seal(edition, "update indicators set synthetic = true where indicator = 'born'")
    assert SIMULATED in broken(edition)
    assert SIMULATED not in broken(edition, simulated=True)
    seal(edition, "update areas set kind = 'former_district' where area = '00001'")
    assert LEVEL in broken(edition, down_to="province")
    assert LEVEL not in broken(edition, down_to="commune")
