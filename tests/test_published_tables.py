"""Whole published tables, put through door, roll-up and formula, and found again."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.warehouse import SOURCES, DataFolder
from tests.conftest import PROCESS, Province

REGIMES = {  # weights of PCI, by the years for which they hold
    ("2006", "2008"): "2008",
    ("2009", "2012"): "2012",
    ("2013", None): "2016",
}
Row = dict[str, str]


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def written(header: list[str], rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return text.getvalue()


class Atlas:
    """Areas as the published tables name them, each by its path of names."""

    def __init__(self) -> None:
        self.rows: dict[str, list[str]] = {}
        self.codes: list[list[str]] = []

    def add(self, *names: str, kind: str | None = None) -> str:
        kinds = ("former_province", "former_district", "former_commune")
        key = "/".join(names)
        parent = self.add(*names[:-1]) if len(names) > 1 and kind is None else ""
        self.rows.setdefault(
            key, [key, kind or kinds[len(names) - 1], key, names[-1], names[-1], parent, "", ""]
        )
        return key

    def write(self, province: Province) -> None:
        head = ["area", "kind", "code", "name_vi", "name_en", "parent", "valid_from", "valid_to"]
        province.write("areas.csv", written(head, self.rows.values()))
        head = ["code_system", "code", "area", "valid_from", "valid_to"]
        province.write("area_codes.csv", written(head, self.codes))
        province.write("area_successions.csv", "predecessor,successor,share_of,share\n")


def source(key: str, elements: dict[str, Any], **more: Any) -> str:
    contract = {
        "source": key,
        "name": {"vi": key, "en": key},
        "sector": "economy",
        "owner": [{"agency": "TKT", "from": "2025-07-01"}],
        "synthetic": False,
        "published_by": "the published table of the test",
        "delivery": {"format": "csv", "frequency": "year"},
        "table": {"area": {"column": "Area"}, "period": {"column": "Period"}},
        "data_elements": elements,
    }
    return json.dumps(contract | more, ensure_ascii=False)


def element(column: str, **more: Any) -> dict[str, Any]:
    return {
        "name": {"vi": column, "en": column},
        "unit": "point",
        "column": column,
        "areas": ["former_province"],
        "over_time": "last",
        "over_areas": "none",
    } | more


def indicator(**formula: Any) -> dict[str, Any]:
    return {
        "name": {"vi": "x", "en": "x"},
        "purpose": "Computes a published table again.",
        "unit": "point",
        "areas": ["former_province"],
        "frequency": "year",
        "direction": "higher_is_better",
    } | formula


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
    delivery = {"format": "csv", "frequency": "day"}
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


ASEM_LEVELS = {"Agg1": "asem_pillar", "Agg2": "asem_level", "Agg3": "asem_index"}
"""The column that names an indicator's composite on a level, and the method of that level."""


def write_asem(province: Province, atlas: Atlas, shared: Path) -> None:
    """51 units, 49 indicators, three levels: the published example of a whole composite."""
    folder = shared / "oracles" / "asem"
    raw, meta = read(folder / "stage_Raw.csv"), read(folder / "meta_indicators.csv")
    below = {row["UnitCode"]: row for row in read(folder / "denominators.csv")}
    names = [row["IndCode"] for row in meta]
    divisors = sorted({row["Denominator"] for row in meta if row["Denominator"]})
    cells = [
        (atlas.add(row["UnitCode"]), "2018", *(row[n] for n in names),
         *(below[row["UnitCode"]][n] for n in divisors))
        for row in raw
    ]  # fmt: skip
    province.land(
        "asem/2018/2025-07-15_a.csv", written(["Area", "Period", *names, *divisors], cells)
    )
    keys = {name: f"asem_{name.lower()}" for name in (*names, *divisors)}
    elements = {f"{key}_figure": element(name) for name, key in keys.items()}
    province.write("asem/source.yml", source("asem", elements, mandate={"from": "2018"}))
    indicators = {
        key: indicator(group="impact", numerator=f"{key}_figure") for key in keys.values()
    }
    weights = {row["Code"]: float(row["Weight"]) for row in read(folder / "weights.csv")}
    components: dict[tuple[str, str], dict[str, Any]] = defaultdict(dict)
    for row in meta:
        own: dict[str, Any] = {"weight": weights[row["IndCode"]]}
        if row["Direction"] == "-1.0":
            own["direction"] = "lower_is_better"
        if row["Denominator"]:
            own["per"] = keys[row["Denominator"]]
        components[row["Agg1"], "asem_pillar"][keys[row["IndCode"]]] = own
        for lower, (upper, method) in zip(
            ("Agg1", "Agg2"), list(ASEM_LEVELS.items())[1:], strict=True
        ):
            part = f"asem_{row[lower].lower()}"
            components[row[upper], method][part] = weights[row[lower]]
    for (name, method), own in components.items():
        indicators[f"asem_{name.lower()}"] = indicator(
            group="composite", components=own, method=method
        )
    province.write("asem/indicators.yml", json.dumps(indicators))
    province.write(
        "area_groups.csv",
        written(
            ["grouping", "area", "area_group"],
            [("region", row["UnitCode"], row["Group_EurAsia"].lower()) for row in raw],
        ),
    )
    mean = {"name": {"vi": "x", "en": "x"}, "based_on": "the published example",
            "aggregate": "arithmetic", "ranked_to": 2}  # fmt: skip
    pillar = mean | {
        "impute": {"by": "mean", "grouping": "region"},
        "treat": {"by": "winsorise", "skewness": 2, "kurtosis": 3.5, "at_most": 5},
        "normalise": {"by": "min_max", "scale": [0, 100]},
    }
    methods = dict.fromkeys(ASEM_LEVELS.values(), mean) | {"asem_pillar": pillar}
    province.write("methods.yml", json.dumps(methods))


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Province:
    """Six published tables, delivered and computed in one warehouse."""
    root = tmp_path_factory.mktemp("published")
    made = Province(root / "sources", DataFolder(root / "data"), date(2026, 3, 20))
    made.sources.mkdir()
    shutil.copy(SOURCES / "agencies.yml", made.sources / "agencies.yml")
    vocabulary = yaml.safe_load((SOURCES / "vocabulary.yml").read_text(encoding="utf-8"))
    regions = {name: {"vi": name, "en": name} for name in ("europe", "asia")}
    vocabulary["groupings"] = {"region": {"name": {"vi": "x", "en": "x"}, "categories": regions}}
    made.write("vocabulary.yml", json.dumps(vocabulary, ensure_ascii=False))
    made.write("process.yml", PROCESS)
    made.write("rounds.yml", "{}\n")
    made.write("needs.yml", "{}\n")
    atlas = Atlas()
    for write in (write_covid, write_pci, write_papi, write_disbursement, write_exam, write_asem):
        write(made, atlas, shared)
    atlas.write(made)
    made.build()
    refused = made.query("select file, found, expected from problems limit 5")
    assert refused == []
    return made


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


@pytest.mark.parametrize(
    ("table", "stage"),
    [
        ("composite_denominated", "Denominated"),
        ("composite_imputed", "Imputed"),
        ("composite_treated", "Treated"),
        ("composite_normalised", "Normalised"),
    ],
)
def test_every_stage_of_the_asem_example_is_reproduced(
    published: Province, shared: Path, table: str, stage: str
) -> None:
    found = {
        (component, area): value
        for component, area, value in published.query(
            f"select component, area, value from {table} where component like 'asem%'"
        )
    }
    names = [row["IndCode"] for row in read(shared / "oracles/asem/meta_indicators.csv")]
    expected = read(shared / "oracles" / "asem" / f"stage_{stage}.csv")
    assert len(expected) == 51 and len(names) == 49
    for row in expected:
        for name in names:
            value = found[f"asem_{name.lower()}", row["UnitCode"]]
            if row[name] in ("", "NA"):
                assert stage == "Denominated" and value is None
            else:
                assert value == pytest.approx(float(row[name]), rel=1e-12, abs=1e-12)


def test_cells_that_were_imputed_or_treated_in_the_asem_example_are_marked(
    published: Province, shared: Path
) -> None:
    marks = {
        (component, area): mark
        for component, area, mark in published.query(
            "select component, area, mark from composite_treated where component like 'asem%'"
        )
    }
    words = {"No": None, "WHigh": "winsorised_high", "WLow": "winsorised_low"}
    for row in read(shared / "oracles" / "asem" / "expected_treat_flags.csv"):
        area = row.pop("UnitCode")
        assert {name: marks[f"asem_{name.lower()}", area] for name in row} == {
            name: words[flag] for name, flag in row.items()
        }
    before = read(shared / "oracles" / "asem" / "stage_Denominated.csv")
    blank = [name for row in before for name in row if row[name] in ("", "NA")]
    imputed = published.query("select count(*) from composite_imputed where mark = 'mean'")
    assert imputed == [(len(blank),)]


def test_aggregates_and_ranks_of_the_asem_example_are_reproduced(
    published: Province, shared: Path
) -> None:
    ranks = {
        (indicator, area): (value, rank)
        for indicator, area, value, rank in published.query(
            "select indicator, area, value, rank from composite_ranks where indicator like 'asem%'"
        )
    }
    names = [row["Code"] for row in read(shared / "oracles" / "asem" / "meta_aggregates.csv")]
    assert len(names) == 11
    for row in read(shared / "oracles" / "asem" / "stage_Aggregated.csv"):
        for name in names:
            value, _ = ranks[f"asem_{name.lower()}", row["UnitCode"]]
            assert value == pytest.approx(float(row[name]), rel=1e-12)
    for row in read(shared / "oracles" / "asem" / "expected_results_rank.csv"):
        for name in names:
            assert ranks[f"asem_{name.lower()}", row["UnitCode"]][1] == float(row[name])
