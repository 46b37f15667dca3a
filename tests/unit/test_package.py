"""The wheel: whoever installs it has all that the code reads beside itself."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest
from setuptools import build_meta

from kinhbac.data_folder import PROJECT


def test_a_wheel_holds_every_file_of_the_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("kinhbac", "orchestration"):
        passing = shutil.ignore_patterns("__pycache__")
        shutil.copytree(PROJECT / name, tmp_path / name, ignore=passing)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(PROJECT / name, tmp_path)
    files = {
        path.relative_to(tmp_path).as_posix()
        for name in ("kinhbac", "orchestration")
        for path in (tmp_path / name).rglob("*")
        if path.is_file()
    }
    monkeypatch.chdir(tmp_path)
    wheel = build_meta.build_wheel(tmp_path.as_posix())
    with zipfile.ZipFile(tmp_path / wheel) as packed:
        assert files <= set(packed.namelist())
