"""Whole published tables, put through door, roll-up and formula, and found again.

Past 200 lines: a published table a question, all of one night.
"""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from kinhbac.data_folder import SOURCES
from tests.conftest import Province
from tests.published import Atlas, build_published, element, indicator, read, source, written
from tests.straight import Compiled

REGIMES = {  # weights of PCI, by the years for which they hold
    ("2006", "2008"): "2008",
    ("2009", "2012"): "2012",
    ("2013", None): "2016",
}


def write_covid(province: Province, atlas: Atlas, shared: Path) -> None:
    rows = read(shared / "oracles" / "covid" / "covid_commune_day_2021.csv")
    cases = {(atlas.add(r["tinh"], r["huyen"], r["xa"]), r["ngay"]): int(r["so_ca"]) for r in rows}
    communes = sorted({area for area, _ in cases})
    days = sorted({day for _, day in cases})
    # The list names only communes with cases; that the others had none is its evidence.
    filled = [(area, day, cases.get((area, day), 0)) for area in communes for day in days]
    province.land("covid/2021/2025-07-15_a.csv", written(["Area", "Period", "Cases"], filled))
    cases_element = element(
        "Cases",
        areas=["former_commune"],
        over_time="sum",
        over_areas="sum",
        frequency="day",
    )
    table = {
        "area": {"column": "Area"},
        "period": {"column": "Period", "format": "%d/%m/%Y"},
    }
    province.write("covid/source.yml", source("covid", {"covid_cases": cases_element}, table=table))


def write_pci(province: Province, atlas: Atlas, shared: Path) -> None:
    folder = shared / "oracles" / "pci"
    scores: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in read(folder / "pci_subindices_2006_2016.csv"):
        scores[atlas.add(row["province"]), row["year"]][row["subindex"]] = row["score_1_10"]
    for row in read(folder / "pci_published_2006_2016.csv"):
        scores[atlas.add(row["province"]), row["year"]]["published"] = row["pci_published"]
    names = sorted({name for own in scores.values() for name in own})
    rows = [(area, year, *(own.get(n) for n in names)) for (area, year), own in scores.items()]
    province.land("pci/2016/2025-07-15_a.csv", written(["Area", "Period", *names], rows))
    elements = {f"pci_{name}_score": element(name) for name in names}
    province.write("pci/source.yml", source("pci", elements, mandate={"from": "2006"}))
    weights: dict[str, dict[str, float]] = defaultdict(dict)
    for row in read(folder / "pci_weights_by_year.csv"):
        weights[row["year"]][f"pci_{row['subindex']}"] = float(row["weight"])
    indicators = {f"pci_{n}": indicator(group="impact", numerator=f"pci_{n}_score") for n in names}
    *earlier, today = [
        {"valid": {"from": f"{a}-01-01"} | ({"to": f"{b}-12-31"} if b else {}),
         "components": weights[year]}
        for (a, b), year in REGIMES.items()
    ]  # fmt: skip
    indicators["pci"] = indicator(
        group="composite",
        scale=10,
        **today,
        earlier=earlier,
        reproduces={"indicator": "pci_published", "tolerance": {"absolute": 1e-5}},
    )
    province.write("pci/indicators.yml", json.dumps(indicators, ensure_ascii=False))


def write_papi(province: Province, atlas: Atlas, shared: Path) -> None:
    folder = shared / "oracles" / "papi"
    cells: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    members: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in read(folder / "papi_sub_long_2011_2024.csv"):
        name = row["sub"].lower()
        cells[atlas.add(row["province"]), row["year"]][name] = row["score"]
        members[row["dim"].lower()][row["year"]].add(name)
    for row in read(folder / "papi_published_dims_total_2011_2016.csv"):
        name = "published_" + row["dim"].lower()
        cells[atlas.add(row["province"]), row["year"]][name] = row["published"]
    names = sorted({name for own in cells.values() for name in own})
    rows = [(area, year, *(own.get(n) for n in names)) for (area, year), own in cells.items()]
    province.land("papi/2024/2025-07-15_a.csv", written(["Area", "Period", *names], rows))
    elements = {f"papi_{name}_score": element(name) for name in names}
    elements["papi_published_papi_unweighted_score"]["zero_needs"] = ["papi_sc11_score"]
    province.write("papi/source.yml", source("papi", elements, mandate={"from": "2011"}))
    indicators = {
        f"papi_{n}": indicator(group="impact", numerator=f"papi_{n}_score") for n in names
    }
    for dimension, by_year in members.items():
        indicators[f"papi_{dimension}"] = composite_in_time(
            {year: {f"papi_{name}" for name in subs} for year, subs in by_year.items()}
        )
    by_year: dict[str, set[str]] = defaultdict(set)
    for dimension, years in members.items():
        for year in years:
            by_year[year].add(f"papi_{dimension}")
    indicators["papi"] = composite_in_time(by_year)
    province.write("papi/indicators.yml", json.dumps(indicators, ensure_ascii=False))


def composite_in_time(by_year: dict[str, set[str]]) -> dict[str, Any]:
    """The plain sum of what each year is made of, one definition for years that agree."""
    spans: list[tuple[str, str, set[str]]] = []
    for year, components in sorted(by_year.items()):
        if spans and spans[-1][2] == components:
            spans[-1] = (spans[-1][0], year, components)
        else:
            spans.append((year, year, components))
    *earlier, (first, _, today) = spans
    more = {"earlier": [
        {"valid": {"from": f"{a}-01-01", "to": f"{b}-12-31"}, "components": dict.fromkeys(c, 1)}
        for a, b, c in earlier
    ]} if earlier else {}  # fmt: skip
    return indicator(
        group="composite",
        components=dict.fromkeys(sorted(today), 1),
        valid={"from": f"{first}-01-01"},
        **more,
    )


def write_disbursement(province: Province, atlas: Atlas, shared: Path) -> None:
    folder = shared / "domain"
    whole = atlas.add("province", kind="province")
    units = read(folder / "disbursement_units_oct2025.csv")
    amounts: dict[str, dict[str, str]] = defaultdict(dict)
    for row in read(folder / "disbursement_oracle.csv"):
        plan = "total" if row["denominator"] == "total plan" else "assigned"
        amounts[row["as_of"]] |= {
            f"disbursed_{plan}": row["disbursed_billion_vnd"],
            f"plan_{plan}": row["plan_billion_vnd"],
        }
    names = ["disbursed_total", "plan_total", "disbursed_assigned", "plan_assigned"]
    for day, own in amounts.items():
        rows: list[tuple[object, ...]] = [(whole, day, None, *(own[name] for name in names))]
        column = f"pct_{day.replace('-', '_')}"
        if column in units[0]:
            for unit in units:
                area = atlas.add(unit["unit"], unit["unit_type"], kind="commune")
                rows.append((area, day, unit[column], *[None] * 4))
        text = written(["Area", "Period", "rate", *names], rows)
        province.land(f"disbursement/{day}/2025-11-05_a.csv", text)
    cumulative = {"over_time": "cumulative", "areas": ["province"]}
    elements = {
        "unit_rate": element("rate", over_time="cumulative", areas=["commune"]),
        **{n: element(n, **cumulative) for n in names if n.startswith("disbursed")},
        **{n: element(n, areas=["province"]) for n in names if n.startswith("plan")},
    }
    delivery = {"format": "csv", "frequency": "day", "decimal": "."}
    province.write("disbursement/source.yml", source("disbursement", elements, delivery=delivery))
    rates = {
        f"disbursement_{plan}": indicator(
            group="process",
            numerator=f"disbursed_{plan}",
            denominator=f"plan_{plan}",
            scale=100,
            areas=["province"],
            frequency="day",
            over="year_to_date",
        )
        for plan in ("total", "assigned")
    }
    province.write("disbursement/indicators.yml", json.dumps(rates, ensure_ascii=False))


def write_exam(province: Province, atlas: Atlas, shared: Path) -> None:
    shutil.copytree(SOURCES / "graduation_exam", province.sources / "graduation_exam")
    text = (province.sources / "graduation_exam" / "indicators.yml").read_text(encoding="utf-8")
    without = [li for li in text.splitlines() if "signed:" not in li and "need:" not in li]
    province.write("graduation_exam/indicators.yml", "\n".join(without))
    for code in ("6", "7", "11", "36"):
        atlas.codes.append(["examination", code, atlas.add(f"exam {code}"), "", ""])
    content = (shared / "extracts" / "exam_2025_ct2018_candidates_4provinces.csv").read_bytes()
    province.land("graduation_exam/2025/2025-07-16_a.csv", content)


@pytest.fixture(scope="module")
def published(
    tmp_path_factory: pytest.TempPathFactory, shared: Path, project: Compiled
) -> Province:
    """Five published tables in one warehouse."""
    writers = (write_covid, write_pci, write_papi, write_disbursement, write_exam)
    return build_published(tmp_path_factory.mktemp("published"), shared, writers, project)


def test_covid_cases_roll_up_by_day_exactly(published: Province, shared: Path) -> None:
    folder = shared / "oracles" / "covid"
    for kind, name, keys in (
        ("former_district", "expected_district_day.csv", ("tinh", "huyen")),
        ("former_province", "expected_province_day.csv", ("tinh",)),
    ):
        found = {
            (area, day): value
            for area, day, value in published.query(
                "select area, strftime(period_start, '%d/%m/%Y'), value from int_area_values "
                f"inner join areas using (area) where data_element = 'covid_cases' "
                f"and kind = '{kind}'"
            )
        }
        expected = {
            ("/".join(row[k] for k in keys), row["ngay"]): int(row["so_ca"])
            for row in read(folder / name)
        }
        assert {cell: value for cell, value in found.items() if value} == expected
        assert None not in found.values()


def test_exam_counts_are_exact_and_means_right_to_four_decimals(
    published: Province, shared: Path
) -> None:
    subjects = {
        "Toan": "mathematics", "NguVan": "literature", "NgoaiNgu": "foreign_language",
        "LichSu": "history", "DiaLy": "geography", "KinhTePhapLuat": "economics_law",
        "VatLy": "physics", "HoaHoc": "chemistry", "SinhHoc": "biology", "TinHoc": "informatics",
        "GDCD": "civics", "CongNgheCongNghiep": "industrial_technology",
        "CongNgheNongNghiep": "agricultural_technology",
    }  # fmt: skip
    found = {
        (area.removeprefix("exam "), category): (denominator, value)
        for area, category, denominator, value in published.query(
            "select area, category, denominator, value from breakdown_values "
            "where indicator = 'exam_mean_score'"
        )
    }
    expected = [
        row
        for row in read(shared / "oracles" / "exam" / "province_subject_metrics.csv")
        if row["year"] == "2025" and row["province_code"] in ("6", "7", "11", "36")
    ]
    assert len(expected) == 51  # nobody of Lai Châu took one subject: no papers, no mean
    assert sorted(value is None for _, value in found.values())[-2:] == [False, True]
    for row in expected:
        count, mean = found[row["province_code"], subjects[row["subject"]]]
        assert count == int(row["count"])
        assert mean == pytest.approx(float(row["mean"]), abs=5.1e-5)


def test_pci_is_reproduced_in_ten_years_of_eleven_under_three_regimes(published: Province) -> None:
    rows = published.query(
        """
        select year(own.period_start), own.version, count(*), max(abs(own.value - told.value))
        from indicator_values as own
        inner join indicator_values as told
            on told.indicator = 'pci_published' and own.area = told.area
            and own.period_start = told.period_start
        where own.indicator = 'pci' and told.value is not null and own.value is not null
        group by all order by 1
        """
    )
    assert {year: version for year, version, *_ in rows} == {
        year: 1 if year <= 2008 else 2 if year <= 2012 else 3 for year in range(2006, 2017)
    }
    assert all(count >= 62 for _, _, count, _ in rows)
    assert {year for year, _, _, apart in rows if apart > 1e-5} == {2011}


def test_pci_of_2011_is_said_to_contradict_itself(published: Province) -> None:
    rows = published.query(
        "select period, evidence, owner from anomalies where anomaly = 'not_reproduced'"
    )
    assert {period for period, *_ in rows} == {"2011"}
    assert "from its own parts (pci)" in rows[0][1]


def test_papi_dimensions_and_totals_are_reproduced(published: Province, shared: Path) -> None:
    found = {
        (indicator, area, period): (value, state)
        for indicator, area, period, value, state in published.query(
            "select indicator, area, period, value, state from indicator_values "
            "where indicator like 'papi%'"
        )
    }
    zeros = 0
    for row in read(shared / "oracles" / "papi" / "papi_published_dims_total_2011_2016.csv"):
        name = "papi" if row["dim"] == "PAPI_unweighted" else f"papi_{row['dim'].lower()}"
        value, state = found[name, row["province"], row["year"]]
        if float(row["published"]) == 0:
            zeros += 1
            assert (value, state) == (None, "missing")
            assert found["papi_published_papi_unweighted", row["province"], row["year"]][0] is None
        else:
            assert value == pytest.approx(float(row["published"]), abs=5e-6)
    assert zeros == 2
    assert published.query(
        "select area from anomalies where anomaly = 'unproven_zero' order by area"
    ) == [("Bắc Giang",), ("Đồng Tháp",)]


def test_disbursement_is_year_to_date_over_either_plan(published: Province, shared: Path) -> None:
    for row in read(shared / "domain" / "disbursement_oracle.csv"):
        plan = "total" if row["denominator"] == "total plan" else "assigned"
        [(value,)] = published.query(
            f"select value from indicator_values where indicator = 'disbursement_{plan}' "
            f"and period = '{row['as_of']}'"
        )
        assert value == pytest.approx(float(row["computed_pct"]), abs=0.005)
        assert value == pytest.approx(float(row["published_pct"]), abs=0.06)


def test_falling_and_resent_disbursement_is_found(published: Province) -> None:
    rows = published.query(
        "select anomaly, area, value, compared_value from anomalies "
        "where source = 'disbursement' order by all"
    )
    assert rows == [
        ("falling_cumulative", "Civil & Urban No.1/PMU", 79.1, 79.2),
        ("falling_cumulative", "Tân Yên/area PMU", 74.3, 83.1),
        ("resent", None, None, None),
    ]
    [(evidence,)] = published.query("select evidence from anomalies where anomaly = 'resent'")
    assert evidence == "8 of 12 figures are those of 2025-10-21"
