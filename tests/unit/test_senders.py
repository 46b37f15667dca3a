"""Of a source whose deliverer must be proven nothing is taken that only tells who sends it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from kinhbac.night import COMPUTING, run
from tests.conftest import CLINIC, JANUARY, Province, make_tiny

OWN, OPEN = "SYT/clinic/2026-01/2026-02-03_a.csv", "clinic/2026-01/2026-02-04_b.csv"


@pytest.fixture
def proving(tmp_path: Path) -> Province:
    made = make_tiny(tmp_path)
    declared = CLINIC.replace(", personal: [SoDinhDanh]", "")
    made.write(
        "clinic/source.yml", declared.replace("due_days: 5,", "due_days: 5, delivered_by: proven,")
    )
    return made


def standing(province: Province) -> dict[str, tuple[object, object]]:
    province.receive()
    return {f"{row['file']}": (row["standing"], row["held"]) for row in province.ledger()}


def test_the_folder_of_the_agency_proves_who_delivered(proving: Province) -> None:
    proving.land(OWN, JANUARY)
    assert standing(proving) == {OWN.removeprefix("SYT/"): ("in_force", False)}


@pytest.mark.parametrize("manifest", ["", "agency: SYT\n"])
def test_what_somebody_lays_beside_it_replaces_nothing_and_holds_nothing_back(
    proving: Province, manifest: str
) -> None:
    proving.land(OWN, JANUARY)
    proving.land(OPEN, JANUARY.replace("10,9", "99,9"))
    if manifest:
        proving.land(f"{OPEN}.manifest.yml", manifest)
    assert standing(proving) == {
        OWN.removeprefix("SYT/"): ("in_force", False),
        OPEN: ("refused", False),
    }
    [problem] = proving.receive().problems
    assert problem.found == "nothing proves who delivered it" and problem.check == "owner"


def test_the_same_bytes_count_when_their_owner_delivers_them(proving: Province) -> None:
    proving.land(OPEN, JANUARY)
    assert standing(proving) == {OPEN: ("refused", False)}
    proving.land(OWN, JANUARY)
    assert list(standing(proving).values()) == [("in_force", False)]


def test_a_folder_into_which_everybody_writes_proves_nothing(proving: Province) -> None:
    path = proving.land(OWN, JANUARY)
    path.parents[2].chmod(0o777)
    [(stands, _)] = standing(proving).values()
    assert stands == "refused"


def test_a_source_that_asks_for_no_proof_takes_what_is_told(tmp_path: Path) -> None:
    made = make_tiny(tmp_path)
    made.land(OPEN, JANUARY)
    assert standing(made) == {OPEN: ("in_force", False)}


def test_what_was_proven_is_so_when_its_kept_bytes_are_read_again(proving: Province) -> None:
    proving.land(OWN, JANUARY)
    door = [step for step in COMPUTING if step.name in ("registry", "raw", "ledger")]
    run(proving.night(), door)
    [typed] = proving.data.raw.glob("clinic/*/*.parquet")
    told = pl.read_parquet(typed)
    typed.unlink()
    told.with_columns(pl.col("value") + 1).write_parquet(typed)
    run(proving.night(), door)
    assert [row["standing"] for row in proving.ledger()] == ["in_force"]
    assert pl.read_parquet(typed).equals(told)
