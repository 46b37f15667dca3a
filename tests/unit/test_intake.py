"""Many sources at once give what one after the other gives."""

from __future__ import annotations

from kinhbac.data_folder import DataFolder
from kinhbac.ingest.intake import take_in
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
