"""A whole published composite, every stage put through door, warehouse and tables."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Province
from tests.published import Atlas, build_published, element, indicator, read, source, written
from tests.straight import Compiled

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
def published(
    tmp_path_factory: pytest.TempPathFactory, shared: Path, project: Compiled
) -> Province:
    """The composite alone in its warehouse."""
    return build_published(tmp_path_factory.mktemp("composite"), shared, [write_asem], project)


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
