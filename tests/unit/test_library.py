"""``import kinhbac``: what other programs build on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import kinhbac


def test_the_library_offers_little_and_on_purpose() -> None:
    assert sorted(kinhbac.__all__) == [
        "DataFolder",
        "Period",
        "PeriodKind",
        "Problem",
        "ProblemsFound",
        "Refused",
        "Registry",
        "Release",
        "Warehouse",
        "current_release",
        "load_registry",
        "open",
        "release_as_of",
        "warehouse_of",
    ]
    assert dir(kinhbac) == kinhbac.__all__


def test_every_name_is_there() -> None:
    for name in kinhbac.__all__:
        assert getattr(kinhbac, name).__module__.startswith("kinhbac."), name


def test_a_name_that_it_lacks_is_told_with_those_that_it_has() -> None:
    with pytest.raises(AttributeError, match="kinhbac has no «publish»; it has DataFolder, Period"):
        _ = kinhbac.publish


def test_importing_it_loads_nothing() -> None:
    said = "import sys, kinhbac; print(*(name for name in sys.modules if '.' in name or '_' not in name))"
    finished = subprocess.run(
        [sys.executable, "-c", said],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    loaded = set(finished.stdout.split())
    assert "kinhbac" in loaded
    assert not {name for name in loaded if name.startswith(("kinhbac.", "polars", "pydantic"))}
