"""The gate: what is red stays unpublished, whoever asks; what is published stays whole."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.problems import ProblemsFound
from orchestration.quality import check_expectations, examine_candidate
from orchestration.release.publication import PublicationRefused, current_release, publish
from orchestration.warehouse import DataFolder
from tests.conftest import CLINIC, JANUARY, Province, write_tiny_registry


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Province:
    """A province whose candidate may be published, built once, and a copy of all its files."""
    root = tmp_path_factory.mktemp("sound")
    made = Province(root / "now" / "sources", DataFolder(root / "now" / "data"))
    write_tiny_registry(made)
    made.write("clinic/source.yml", CLINIC.replace(", personal: [SoDinhDanh]", ""))
    made.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    made.build()
    shutil.copytree(root / "now", root / "kept", symlinks=True)
    return made


@pytest.fixture
def built(sound: Province) -> Province:
    """The sound province as it was built, in its own place, whatever a test did to it."""
    now = sound.data.root.parent
    shutil.rmtree(now)
    shutil.copytree(now.with_name("kept"), now, symlinks=True)
    return sound


def spoil(province: Province, statement: str) -> None:
    with duckdb.connect(province.data.candidate.as_posix()) as connection:
        connection.execute(statement)


def test_a_release_is_sealed_numbered_and_described(built: Province) -> None:
    release = publish(built.data, built.sources, built.as_of)
    assert release.number == 1
    assert built.data.current.resolve() == release.folder
    manifest = json.loads((built.data.current / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["inputs"][0]["extract"].startswith("clinic/2026-01/")
    assert all(check["passed"] for check in manifest["checks"]) and manifest["checks"]
    for path in filter(Path.is_file, release.folder.rglob("*")):
        assert path.stat().st_mode & 0o222 == 0
    with duckdb.connect((release.folder / "warehouse.duckdb").as_posix(), read_only=True) as db:
        comments = db.execute(
            "select count(*) from duckdb_columns() where not internal and comment is null"
        ).fetchone()
    assert comments == (0,)
    # The same state is the same release; a changed one has the next number.
    assert publish(built.data, built.sources, built.as_of).number == 1
    built.land("clinic/2026-01/2026-02-05_b.csv", JANUARY.replace("10,9", "10,8"))
    built.build()
    second = publish(built.data, built.sources, built.as_of)
    assert second.number == 2 and built.data.current.resolve() == second.folder


def test_the_same_inputs_give_the_same_table_contents(built: Province) -> None:
    first = publish(built.data, built.sources, built.as_of).manifest["tables"]
    built.data.current.unlink()
    shutil.rmtree(built.data.releases)
    built.build()
    second = publish(built.data, built.sources, built.as_of).manifest["tables"]
    assert first == second


@pytest.mark.parametrize(
    "statement",
    [
        "update indicator_values set status = 'purple' where indicator = 'clinic_birth_rate'",
        "insert into observations from observations limit 1",
        "insert into indicator_values from indicator_values limit 1",
        "update sources set owner = null",
        "update data_elements set source = null",
        "insert into int_observations from int_observations limit 1",
        "update int_observations set source = 'hospital'",
    ],
)
def test_a_red_check_publishes_nothing_however_it_is_asked(built: Province, statement: str) -> None:
    publish(built.data, built.sources, built.as_of)
    before = current_release(built.data)
    table = statement.split()[1] if statement.startswith("update") else statement.split()[2]
    if "null" in statement:
        spoil(built, f"alter table {table} alter {statement.split()[3]} drop not null")
    spoil(built, statement)
    for _ in range(2):  # launched again on its own, it still changes nothing
        with pytest.raises(PublicationRefused) as refused:
            publish(built.data, built.sources, built.as_of)
    assert "Nothing was published" in str(refused.value)
    assert "release 1 stays in force" in str(refused.value)
    assert current_release(built.data) == before


def test_a_broken_registry_publishes_nothing(built: Province) -> None:
    text = (built.sources / "clinic" / "source.yml").read_text(encoding="utf-8")
    built.write("clinic/source.yml", text.replace("agency: SYT", "agency: XYZ"))
    with pytest.raises(ProblemsFound):
        publish(built.data, built.sources, built.as_of)
    assert current_release(built.data) is None


def test_evidence_belongs_to_one_candidate(built: Province) -> None:
    assert not examine_candidate(built.registry, built.data).blocking
    spoil(built, "update coverage set coverage = 'maybe'")
    assert examine_candidate(built.registry, built.data).blocking


def test_a_killed_publication_leaves_the_last_release(built: Province) -> None:
    publish(built.data, built.sources, built.as_of)
    leftover = built.data.releases / ".2.part"
    leftover.mkdir()
    (leftover / "warehouse.duckdb").write_bytes(b"half")
    built.land("clinic/2026-01/2026-02-05_b.csv", JANUARY.replace("10,9", "10,8"))
    built.build()
    assert publish(built.data, built.sources, built.as_of).number == 2
    assert not leftover.exists()


def test_suites_name_the_table_and_the_reason(built: Province, tmp_path: Path) -> None:
    spoil(built, "insert into agencies from agencies")
    failed = [result for result in check_expectations(built.data.candidate) if not result.passed]
    assert [result.table for result in failed] == ["agencies"]
    assert "an agency has one code" in failed[0].found


def test_two_extracts_for_one_cell_name_the_cell_and_who_must_act(built: Province) -> None:
    spoil(built, "insert into int_observations from int_observations limit 1")
    with pytest.raises(PublicationRefused) as refused:
        publish(built.data, built.sources, built.as_of)
    text = str(refused.value)
    assert "one_observation_per_cell: 1 rows break it" in text
    assert "clinic/2026-01/" in text
    assert "Must act: SYT, Sở Y tế, owner of «Trạm y tế» (clinic)" in text
