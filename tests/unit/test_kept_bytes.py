"""The bytes of a delivery are there for ever, whatever becomes of the file that brought them."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pytest

from kinhbac.ingest.extracts import Extract, find_extracts
from kinhbac.ingest.kept_bytes import BytesChanged, are_kept, give_back, keep_bytes
from tests.conftest import JANUARY, Province

PLACE = "clinic/2026-01/2026-02-03_a.csv"
LONG = JANUARY + "".join(f"{area:05},Thôn,{area},{area}\n" for area in range(5000))


def deliver(province: Province, text: str = LONG) -> tuple[Path, Extract]:
    landed = province.land(PLACE, text)
    [extract] = find_extracts(province.registry, province.data, "clinic")
    return landed, extract


def restore(province: Province, extract: Extract, to: Path) -> str:
    give_back(province.data, extract.source, extract.period_label, extract.sha256, to)
    return to.read_text(encoding="utf-8")


def test_they_outlive_a_file_that_is_overwritten_in_place_or_deleted(
    province: Province, tmp_path: Path
) -> None:
    landed, extract = deliver(province)
    keep_bytes(province.data, extract)
    landed.write_text("something else", encoding="utf-8")
    assert restore(province, extract, tmp_path / "again.csv") == LONG
    landed.unlink()
    assert restore(province, extract, tmp_path / "again.csv") == LONG
    kept = [path for path in province.data.kept.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in kept) < len(LONG) / 3
    # Anybody who has Zstandard can read them.
    with pa.CompressedInputStream(kept[0].as_posix(), "zstd") as file:
        assert file.read().decode() == LONG


def test_what_an_earlier_version_kept_is_neither_kept_again_nor_lost(
    province: Province, tmp_path: Path
) -> None:
    landed, extract = deliver(province)
    plain = province.data.kept / "clinic" / "2026-01" / extract.sha256
    plain.parent.mkdir(parents=True)
    shutil.copyfile(landed, plain)
    keep_bytes(province.data, extract)
    assert list(plain.parent.iterdir()) == [plain]
    assert restore(province, extract, tmp_path / "again.csv") == LONG


def test_nothing_lies_under_a_hash_that_is_not_its_own(province: Province, tmp_path: Path) -> None:
    landed, extract = deliver(province)
    landed.write_text("written to since it was found", encoding="utf-8")
    keep_bytes(province.data, extract)
    assert not are_kept(province.data, "clinic", "2026-01", extract.sha256)
    assert not [path for path in province.data.kept.rglob("*") if path.is_file()]
    landed.unlink()
    keep_bytes(province.data, extract)

    _, extract = deliver(province)
    keep_bytes(province.data, extract)
    [kept] = [path for path in province.data.kept.rglob("*") if path.is_file()]
    with pa.CompressedOutputStream(kept.as_posix(), "zstd") as file:
        file.write(b"spoilt")
    with pytest.raises(BytesChanged, match="does not hold the bytes that were delivered"):
        restore(province, extract, tmp_path / "again.csv")
    assert not (tmp_path / "again.csv").exists()


def test_a_file_at_rest_is_hashed_once_and_one_that_was_written_to_is_seen(
    province: Province, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    landed = province.land(PLACE, LONG)
    then = landed.stat()
    monkeypatch.setattr("time.time", lambda: then.st_ctime + 60)
    [extract] = find_extracts(province.registry, province.data, "clinic")
    assert extract.state is not None
    # What is known by its state is kept without being hashed: a false hash is not noticed.
    assert keep_bytes(province.data, replace(extract, sha256="0" * 64))
    assert keep_bytes(province.data, extract)
    assert restore(province, extract, tmp_path / "again.csv") == LONG
    # As long as before, and with its time set back: the system still knows.
    landed.write_text(LONG.replace("Thôn", "Xóm "), encoding="utf-8")
    os.utime(landed, ns=(then.st_atime_ns, then.st_mtime_ns))
    assert landed.stat().st_mtime_ns == then.st_mtime_ns
    assert not keep_bytes(province.data, extract)


def test_no_state_is_believed_of_a_file_that_was_written_just_before(province: Province) -> None:
    _, extract = deliver(province)
    assert extract.state is None
    assert keep_bytes(province.data, extract)


def test_a_manifest_is_given_back_with_its_file(province: Province, tmp_path: Path) -> None:
    landed, _ = deliver(province)
    manifest = landed.with_name(f"{landed.name}.manifest.yml")
    manifest.write_text("vintage: estimate\n", encoding="utf-8")
    [extract] = find_extracts(province.registry, province.data, "clinic")
    keep_bytes(province.data, extract)
    manifest.unlink()
    digest = sha256(LONG.encode()).hexdigest()
    beside = give_back(province.data, "clinic", "2026-01", digest, tmp_path / "again.csv")
    assert beside and beside.read_text(encoding="utf-8") == "vintage: estimate\n"
