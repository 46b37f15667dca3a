"""Many sources and files at once give what one after the other gives."""

from __future__ import annotations

import polars as pl
from polars.testing import assert_frame_equal

from kinhbac.data_folder import DataFolder
from kinhbac.ingest.intake import take_in
from kinhbac.ingest.ledger import entry_path
from tests.conftest import CLINIC, JANUARY, SCHOOL, Province


def test_side_by_side_and_one_by_one_give_the_same_ledger(province: Province) -> None:
    province.write("clinic/source.yml", CLINIC.replace(", personal: [SoDinhDanh]", ""))
    province.write("school/source.yml", SCHOOL)
    province.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    province.land("clinic/2026-02/2026-03-03_a.csv", JANUARY.replace("10,9", "x,9"))
    province.land("school/2026-01/2026-02-03_a.csv", "Ma,Học sinh\n00001,500\n00002,700\n")
    registry = province.registry
    sources = ["clinic", "school"]

    first = list(take_in(registry, province.data, sources, province.as_of, workers=2))
    assert [intake.reception.source for intake in first] == sources
    assert [(i.reception.accepted, i.reception.refused) for i in first] == [(1, 1), (1, 0)]
    assert "is not a number" in str(first[0].reception.problems[0])
    together = province.ledger()
    again = list(take_in(registry, province.data, sources, province.as_of, workers=2))
    assert [intake.reception.unchanged for intake in again] == [2, 1]

    alone = Province(province.sources, DataFolder(province.data.root.parent / "alone"))
    alone.data.landing.parent.mkdir()
    alone.data.landing.symlink_to(province.data.landing)
    for source in sources:
        alone.receive(source)
    assert alone.ledger() == together


FILES = {
    "2025-08/2026-03-03_a.csv": JANUARY,
    "2025-08/2026-03-04_b.csv": JANUARY.replace("30,3", "31,3"),  # another file, the same keys
    "2025-09/2026-03-03_a.csv": JANUARY,
    "2025-10/2026-03-03_a.csv": JANUARY.replace("10,9", "x,9"),
    "2025-11/2026-03-03_a.csv": JANUARY.replace("00002", "99999"),
    "2025-12/2026-03-03_a.csv": JANUARY + "00001,Một,4,3\n",
    "2026-01/2026-03-03_a.csv": JANUARY.replace("30,3", "-30,-3"),
    "2026-02/2026-03-03_a.csv": JANUARY.replace(",Tram", ",Khác"),
    "2026-13/2026-03-03_a.csv": JANUARY,
    "2026-03/2026-03-03_a.csv": "",
}
"""By place a file, most of them wrong in a way of their own."""


def test_a_file_is_judged_beside_others_as_it_is_judged_alone(province: Province) -> None:
    province.write("clinic/source.yml", CLINIC.replace(", personal: [SoDinhDanh]", ""))
    for place, content in FILES.items():
        province.land(f"clinic/{place}", content)
    beside = {entry.file.removeprefix("clinic/"): entry for entry in province.receive().entries}

    assert [place for place, entry in beside.items() if entry.accepted] == list(FILES)[:3]
    for place, content in FILES.items():
        alone = Province(province.sources, DataFolder(province.data.root.parent / place))
        alone.land(f"clinic/{place}", content)
        [entry] = alone.receive().entries
        assert entry == beside[place]
        typed = [
            entry_path(where.data, *entry.place, entry.sha256).with_suffix(".parquet")
            for where in (alone, province)
        ]
        assert typed[0].exists() == typed[1].exists() == entry.accepted
        if entry.accepted:
            assert_frame_equal(*map(pl.read_parquet, typed))
