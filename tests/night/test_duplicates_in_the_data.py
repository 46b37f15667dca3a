"""Two data elements that always say the same are found in their figures."""

from __future__ import annotations

from tests.conftest import CLINIC, SCHOOL, Province
from tests.straight import Compiled


def test_series_that_are_the_same_in_the_data_are_reported(
    province: Province, project: Compiled
) -> None:
    province.project = project
    province.write("clinic/source.yml", CLINIC.replace(", personal: [SoDinhDanh]", ""))
    province.write("school/source.yml", SCHOOL)
    for month in range(1, 14):
        label = f"{2025 + (month > 12)}-{(month - 1) % 12 + 1:02}"
        one, two = 10 * month, 7 * month + 1
        births = f"Ma,Ten,Sinh,Tram\n00001,Một,{one},3\n00002,Hai,{two},4\n"
        province.land(f"clinic/{label}/2026-03-01_a.csv", births)
        pupils = f"Ma,Học sinh\n00001,{one}\n00002,{two}\n"
        province.land(f"school/{label}/2026-03-02_a.csv", pupils)
    province.build()
    found = province.query(
        "select name, other, relation, cells_shared from duplicates where kind = 'data_element'"
    )
    # Thirteen months of two communes and of the province that they roll up to.
    assert found == [("births", "pupils", "same_in_data", 39)]
    items = province.query("select agency, item from worklist where place = 'births'")
    assert items == [("SYT", "duplicate")]
