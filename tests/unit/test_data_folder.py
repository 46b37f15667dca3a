"""What counts as code: the fingerprint by which a night knows that nothing has changed."""

from __future__ import annotations

import ctypes
import errno
from pathlib import Path

import pytest

from kinhbac.data_folder import flush_disk, hash_code, hash_each


def hash_anew(folder: Path) -> str:
    hash_each.cache_clear()
    return hash_code(folder)


@pytest.fixture
def code(tmp_path: Path) -> Path:
    for name in ("models/rates.sql", "models/docs.md", "macros/rounded.sql"):
        path = tmp_path / "dbt_project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("as it was", encoding="utf-8")
    return tmp_path / "dbt_project"


@pytest.mark.parametrize("left", ["target/compiled/rates.sql", "target/manifest.json",
                                  "logs/dbt.json", "models/__pycache__/rates.py"])  # fmt: skip
def test_what_a_tool_leaves_beside_code_is_no_change_of_it(code: Path, left: str) -> None:
    before = hash_anew(code)
    (code / left).parent.mkdir(parents=True, exist_ok=True)
    (code / left).write_text("left over", encoding="utf-8")
    assert hash_anew(code) == before


@pytest.mark.parametrize("changed", ["models/rates.sql", "models/docs.md"])
def test_a_query_and_the_meaning_of_a_column_are_code(code: Path, changed: str) -> None:
    before = hash_anew(code)
    (code / changed).write_text("as it is now", encoding="utf-8")
    assert hash_anew(code) != before


def test_a_name_is_code_too(code: Path) -> None:
    before = hash_anew(code)
    (code / "models" / "rates.sql").rename(code / "models" / "shares.sql")
    assert hash_anew(code) != before


def test_a_disk_that_does_not_keep_what_was_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flush_disk(tmp_path)  # what can be kept is
    with pytest.raises(OSError, match="nowhere"):
        flush_disk(tmp_path / "nowhere")

    class Failing:
        def syncfs(self, _: int) -> int:
            ctypes.set_errno(errno.EIO)
            return -1

    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: Failing())
    with pytest.raises(OSError, match=f"Input/output error: '{tmp_path}'"):
        flush_disk(tmp_path)
