"""A whole data folder of version 0.6, from before folders carried their shape, goes on."""

from __future__ import annotations

import tarfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from kinhbac.cli import main
from kinhbac.night import run
from kinhbac.problems import Refused
from kinhbac.release.releases import current_release
from kinhbac.upkeep.lock import hold
from kinhbac.upkeep.shape import SHAPE
from tests.conftest import Province, in_folder
from tests.straight import Compiled

KEPT = Path(__file__).parent.parent / "fixtures" / "data_folder_0_6.tar.xz"
"""The tiny province after two nights (19 and 20 March 2026) of the code at ``f0128c2``: registry,
landing zone, ledger, tables and both releases as they lay there, but for pages and databases."""
CELL = ["indicator", "area", "period", "value"]


@pytest.fixture
def former(tmp_path: Path, project: Compiled) -> Province:
    with tarfile.open(KEPT) as kept:
        kept.extractall(tmp_path, filter="data")
    made = in_folder(tmp_path, project)
    made.as_of = date(2026, 3, 21)
    return made


def test_the_next_night_goes_on_from_it_and_the_folder_says_its_shape(former: Province) -> None:
    (former.data.root / "seen.json").write_text('{"at": 1, "files": {}}')
    before = current_release(former.data)
    assert before and before.number == 2
    told = pl.read_parquet(before.folder / "indicator_values.parquet")
    typed = next(former.data.raw.glob("clinic/2026-01/*.parquet"))
    typed.unlink()  # of the bytes that it kept, which lay there as they were
    with hold(former.data, "the night"):
        run(former.night())
    after = current_release(former.data)
    assert after and after.number == 3
    values = pl.read_parquet(after.folder / "indicator_values.parquet")
    known = told.select(CELL).filter(pl.col("value").is_not_null())
    assert known.height and known.join(values, on=CELL, how="anti").is_empty()
    assert typed.exists()
    assert former.data.shape.read_text() == f"{SHAPE}\n"
    assert not (former.data.root / "seen.json").exists()


def test_a_folder_of_a_newer_shape_is_refused_in_a_sentence_and_left_as_it_is(
    former: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    former.data.shape.write_text(f"{SHAPE + 1}\n")
    former.land("clinic/2026-03/2026-04-03_a.csv.part", "half")
    lay = {path: path.read_bytes() for path in former.data.root.rglob("*") if path.is_file()}
    told = f"'{SHAPE + 1}'; this version knows shapes up to {SHAPE}"
    with pytest.raises(Refused, match=told), hold(former.data, "the night"):
        pytest.fail("it was let in")
    monkeypatch.setenv("KINHBAC_DATA", former.data.root.as_posix())
    for command in (["refresh"], ["notify"], ["use", "1"], ["prune", "--yes"]):
        asked = CliRunner().invoke(main, command)
        assert asked.exit_code == 1 and "knows shapes up to" in asked.output
    CliRunner().invoke(main, ["status"])
    found = {path: path.read_bytes() for path in former.data.root.rglob("*") if path.is_file()}
    assert found.pop(former.data.lock, b"") == b"" and found == lay


@pytest.mark.parametrize("said", ["", "two", "-1", "\x1b[31m1"])
def test_a_shape_that_cannot_be_told_is_refused(former: Province, said: str) -> None:
    former.data.shape.write_text(said)
    with pytest.raises(Refused, match="SHAPE says"), hold(former.data, "the night"):
        pytest.fail("it was let in")
