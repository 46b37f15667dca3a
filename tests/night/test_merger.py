"""The real merger, computed: 313 former communes on today's borders and on their own."""

from __future__ import annotations

import csv
import shutil
from datetime import date

import pytest

from kinhbac.data_folder import SOURCES
from tests.conftest import PROCESS, Province, in_folder, write_tiny_registry
from tests.straight import Compiled

CENSUS = """\
source: census
name: {vi: Điều tra, en: Census}
sector: health
owner: [{agency: SYT, from: 2025-07-01}]
synthetic: true
delivery: {format: csv, frequency: year, expected_from: 2024, not_applicable: [x], suppressed: [s]}
table: {area: {column: Ma, codes_as_of: 2025-06-30}}
data_elements:
  people: {name: {vi: a, en: a}, unit: person, column: people, areas: [former_commune],
           over_time: sum, over_areas: sum}
  rate: {name: {vi: b, en: b}, unit: percent, column: rate, areas: [former_commune],
         over_time: last, over_areas: weighted_mean, weight: people}
  index: {name: {vi: c, en: c}, unit: point, column: index, areas: [former_commune],
          over_time: last, over_areas: none}
  shared: {name: {vi: d, en: d}, unit: person, column: shared, areas: [former_commune],
           over_time: sum, over_areas: sum, shared_by: people}
  hidden: {name: {vi: e, en: e}, unit: person, column: hidden, areas: [former_commune],
           over_time: sum, over_areas: sum}
  coast: {name: {vi: f, en: f}, unit: person, column: coast, areas: [former_commune],
          over_time: sum, over_areas: sum}
"""
GROWTH = """\
growth_of_people:
  name: {vi: Tăng dân số, en: Growth of population}
  group: impact
  purpose: Shows where people come and go.
  numerator: {shared: 1, previous_year(shared): -1}
  denominator: previous_year(shared)
  scale: 100
  unit: percent
  areas: [former_province, province]
  frequency: year
  direction: neutral
"""
FIRST = "former-07201"  # its two heirs: 07210 and 07228


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory, project: Compiled) -> Province:
    """The real merger of 313 former communes into 99, but that one of them is divided."""
    made = in_folder(tmp_path_factory.mktemp("merged"), project)
    made.as_of = date(2025, 8, 1)
    write_tiny_registry(made)
    made.write("process.yml", PROCESS)
    shutil.rmtree(made.sources / "clinic")
    for name in ("areas.csv", "area_codes.csv", "area_successions.csv"):
        shutil.copy(SOURCES / name, made.sources / name)
    path = made.sources / "area_successions.csv"
    text = path.read_text(encoding="utf-8").replace(
        f"{FIRST},07210,,1\n", f"{FIRST},07210,people,0.25\n{FIRST},07228,people,0.75\n"
    )
    path.write_text(text, encoding="utf-8")
    made.write("census/source.yml", CENSUS)
    made.write("census/indicators.yml", GROWTH)
    with (SOURCES / "areas.csv").open(encoding="utf-8", newline="") as file:
        old = [row for row in csv.DictReader(file) if row["kind"] == "former_commune"]
    header = "Ma,people,rate,index,shared,hidden,coast"
    earlier = [f"{row['code']},1,1,1,{5 + n % 3},1,1" for n, row in enumerate(old)]
    made.land("census/2023/2025-07-21_a.csv", "\n".join([header, *earlier]) + "\n")
    rows = [header]
    for number, row in enumerate(old, 1):
        hidden = "s" if number == 2 else "1"
        coast = "x" if number % 2 else "1"
        rows.append(f"{row['code']},{1000 + number},{number % 7},5,{number},{hidden},{coast}")
    made.land("census/2024/2025-07-21_a.csv", "\n".join(rows) + "\n")
    made.build()
    assert made.query("select * from problems") == []
    return made


def values(province: Province, element: str, kind: str) -> dict[str, tuple[float | None, str]]:
    return {
        area: (value, absence)
        for area, value, absence in province.query(
            "select area, value, absence from int_area_values inner join areas using (area) "
            f"where data_element = '{element}' and kind = '{kind}' and year(period_start) = 2024"
        )
    }


def test_313_former_communes_make_99_and_nothing_is_lost(merged: Province) -> None:
    expected = sum(range(1, 314))
    for kind, areas in (
        ("former_commune", 313), ("former_district", 18), ("former_province", 2),
        ("commune", 99), ("province", 1),
    ):  # fmt: skip
        found = values(merged, "shared", kind)
        assert len(found) == areas
        assert sum(value or 0 for value, _ in found.values()) == pytest.approx(expected, abs=1e-9)


def test_a_commune_is_the_sum_of_what_became_it(merged: Province) -> None:
    assert merged.query(
        """
        with expected as (
            select successor as area, sum(value * share) as value
            from int_observations
            inner join area_successions on area = predecessor
            where data_element = 'shared' and year(period_start) = 2024
            group by 1
        )
        select count(*) from expected
        inner join int_area_values as own using (area)
        where own.data_element = 'shared' and year(period_start) = 2024 and abs(own.value - expected.value) < 1e-9
            and own.restated
        """
    ) == [(99,)]


def test_without_a_share_the_divided_parts_stay_empty_and_the_whole_is_known(
    merged: Province,
) -> None:
    communes = values(merged, "people", "commune")
    assert communes["07210"] == communes["07228"] == (None, "no_share")
    assert sum(value is None for value, _ in communes.values()) == 2
    [(whole, _)] = values(merged, "people", "province").values()
    assert whole == 313_000 + sum(range(1, 314))


def test_a_share_of_a_count_is_an_estimate_and_a_sum_of_counts_is_whole(merged: Province) -> None:
    rows = merged.query(
        "select area, value, vintage from int_area_values inner join areas using (area) "
        "where data_element = 'shared' and kind in ('commune', 'former_district', 'province')"
    )
    estimated = {area for area, _, vintage in rows if vintage != "final"}
    assert estimated == {"07210", "07228"}
    assert {vintage for area, _, vintage in rows if area in estimated} == {"estimate"}
    assert any(value % 1 for area, value, _ in rows if area in estimated)
    assert not any(value % 1 for area, value, _ in rows if area not in estimated)


def test_weighted_means_carry_their_weight_across_the_border(merged: Province) -> None:
    [(found, _)] = values(merged, "rate", "province").values()
    weights = [1000 + n for n in range(1, 314)]
    expected = sum(w * (n % 7) for n, w in enumerate(weights, 1)) / sum(weights)
    assert found == pytest.approx(expected, rel=1e-12)


def test_growth_of_the_merged_province_comes_from_levels(merged: Province) -> None:
    rows = merged.query(
        "select area, numerator, denominator, value from indicator_values "
        "where indicator = 'growth_of_people' and period = '2024' order by area"
    )
    (_, more, base, growth), *former = rows
    assert [area for area, *_ in former] == ["former-24", "former-27"]
    assert (more, base) == tuple(sum(row[n] for row in former) for n in (1, 2))
    assert growth == pytest.approx(100 * more / base)
    assert abs(growth - sum(row[3] for row in former) / 2) > 1  # no mean of the two


def test_an_index_refuses_to_roll_up(merged: Province) -> None:
    for kind in ("commune", "former_district", "former_province", "province"):
        found = values(merged, "index", kind)
        # Only a commune that one former commune became whole has its index: another name.
        assert {value for value, _ in found.values()} <= {5}
    assert values(merged, "index", "province") == {}


def test_suppressed_and_inapplicable_parts_survive_the_roll_up(merged: Province) -> None:
    [hidden] = values(merged, "hidden", "province").values()
    assert hidden == (None, "suppressed")
    [(coast, absence)] = values(merged, "coast", "province").values()
    assert (coast, absence) == (156, None)
