"""The notebooks run as they stand, and say what the release says."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from kinhbac.data_folder import PROJECT
from tests.analysed import lay_down


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KINHBAC_DATA", lay_down(tmp_path / "data").as_posix())


def run(name: str) -> dict[str, Any]:
    """What its cells define."""
    path = PROJECT / "notebooks" / f"{name}.py"
    specification = importlib.util.spec_from_file_location(f"notebook_{name}", path)
    assert specification and specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    _, defined = module.app.run()
    return dict(defined)


def test_how_a_figure_came_about() -> None:
    told = run("figure")
    assert told["explained"].value == told["newest"]["value"] == 10.5
    assert told["tree"]["name"][0] == "births" and told["newest"]["area"] == "24"


def test_the_merger_before_and_after_on_the_borders_of_today() -> None:
    before = run("merger")["side_by_side"].row(0, named=True)
    assert before["period"] == "2025-05" and before["Tỉnh Bắc Ninh"] == 7.0
    assert before["Tỉnh Bắc Giang (cũ)"] == 5.0


def test_is_this_rank_firm() -> None:
    told = run("rank")
    assert told["indicator"].value == "index" and told["share_apart"] == 0.0
    assert told["ranked"]["rank_low"].to_list() == [1.0, 1.0]
