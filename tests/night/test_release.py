"""The gate: what is red stays unpublished, whoever asks; what is published stays whole."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kinhbac.checks.acceptance import check_expectations, examine_candidate
from kinhbac.data_folder import hash_file
from kinhbac.problems import ProblemsFound
from kinhbac.release.publication import PublicationRefused, publish
from kinhbac.release.releases import current_release
from kinhbac.release.signing_keys import SIGNING_KEY
from kinhbac.release.verification import verify
from tests.conftest import Province


def spoil(province: Province, statement: str) -> None:
    with duckdb.connect(province.data.candidate.as_posix()) as connection:
        connection.execute(statement)


def test_a_release_is_sealed_numbered_and_described(published: Province) -> None:
    release = current_release(published.data)
    assert release and release.number == 1
    manifest = json.loads((published.data.current / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["tables"]["extracts"]["rows"] == 2
    assert all(check["passed"] for check in manifest["checks"]) and manifest["checks"]
    for path in filter(Path.is_file, release.folder.rglob("*")):
        assert path.stat().st_mode & 0o222 == 0
    with duckdb.connect((release.folder / "warehouse.duckdb").as_posix(), read_only=True) as db:
        comments = db.execute(
            "select count(*) from duckdb_columns() where not internal and comment is null"
        ).fetchone()
    assert comments == (0,)


def test_a_release_proves_itself_and_the_one_before_it(
    published: Province, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = verify(published.data.current)
    assert not first.problems and "the database" in first.proven[1]
    later = published.as_of + timedelta(days=400)
    lying_open = published.data.releases / "signing.key"
    lying_open.touch()
    monkeypatch.setenv(SIGNING_KEY, lying_open.as_posix())
    with pytest.raises(ProblemsFound, match="it lies among what is published"):
        publish(published.data, published.sources, later)
    assert [path.name for path in published.data.releases.iterdir() if path.is_dir()] == ["1"]
    signing = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    key = tmp_path / "signing.key"
    key.touch(0o600)
    key.write_bytes(signing)
    monkeypatch.setenv(SIGNING_KEY, key.as_posix())
    second = verify(publish(published.data, published.sources, later).folder)
    assert not second.problems and second.proven[-1].startswith("before it came 1, by their lists")
    assert second.proven[2].startswith("it was signed by the key that lies beside it")
    for path in filter(Path.is_file, second.folder.iterdir()):
        assert path.stat().st_mode & 0o222 == 0


def test_a_changed_state_is_the_next_release_also_after_a_kill(published: Province) -> None:
    # The same state is the same release, until a day on which it would say something else.
    for day in (published.as_of, published.as_of + timedelta(days=1)):
        first = publish(published.data, published.sources, day)
        assert first.number == 1 and first.changes_on > day
    leftover = published.data.releases / ".2.part"
    leftover.mkdir()
    (leftover / "warehouse.duckdb").write_bytes(b"half")
    second = publish(published.data, published.sources, first.changes_on)
    assert second.number == 2 and published.data.current.resolve() == second.folder
    assert not leftover.exists()


SPOILT = {
    "update indicator_values set status = 'purple' where indicator = 'clinic_birth_rate'": (
        "rule words status, found purple"
    ),
    "insert into observations from observations limit 1": (
        "observations, sound_observations: 2 rows break it, such as rule one_row_per data_element"
    ),
    "update warnings set owner = 'NOBODY'": "rule refers_to owner: registry.agencies.agency",
    "insert into indicator_values from indicator_values limit 1": (
        "rule one_row_per indicator, area, period_start, found ["
    ),
    "insert into int_observations from int_observations where extract like 'clinic/2026-01/%' limit 1": (
        "one_observation_per_cell: 1 rows break it"
    ),
    "update int_observations set source = 'hospital' where data_element like 'births%'": (
        "one_source_per_data_element: 2 rows break it"
    ),
}
"""What is done to the candidate, and the check that must say so."""


def test_red_checks_publish_nothing_and_name_the_cell_and_who_must_act(
    published: Province,
) -> None:
    before = current_release(published.data)
    assert not examine_candidate(published.data).blocking  # evidence of what is spoilt after it
    for statement in SPOILT:
        spoil(published, statement)
    candidates = []
    for _ in range(2):  # asked again, also without what was found, red does not turn green
        published.data.evidence.unlink()
        with pytest.raises(PublicationRefused) as refused:
            publish(published.data, published.sources, published.as_of)
        candidates.append(hash_file(published.data.candidate))
    assert len({*candidates}) == 1, "who asks changes nothing"
    text = str(refused.value)
    assert [check for check in SPOILT.values() if check not in text] == []
    assert "Nothing was published" in text and "release 1 stays in force" in text
    assert "clinic/2026-01/" in text
    assert "Must act: SYT, Sở Y tế, owner of «Trạm y tế» (clinic)" in text
    assert current_release(published.data) == before


def test_a_broken_registry_publishes_nothing(published: Province) -> None:
    text = (published.sources / "clinic" / "source.yml").read_text(encoding="utf-8")
    published.write("clinic/source.yml", text.replace("agency: SYT", "agency: XYZ"))
    before = current_release(published.data)
    with pytest.raises(ProblemsFound):
        publish(published.data, published.sources, published.as_of)
    assert current_release(published.data) == before


def test_suites_name_the_table_and_the_reason(published: Province, tmp_path: Path) -> None:
    spoil(published, "update area_parts set share = 2")
    failed = [
        result for result in check_expectations(published.data.candidate) if not result.passed
    ]
    assert [result.table for result in failed] == ["area_parts"]
    assert "no part counts more than once" in failed[0].found
