"""Indices that others publish, written in YAML: they give the published figures.

Here: rounded rows of UNDP's Human Development Report; INFORM's risk and the SDG progress measure
against their published formulas, worked out by hand and not against published rows; through
registry rules and the computation itself. Not here: single stages (``test_component_stages``,
``test_aggregation``), a night. Past 200 lines: three indices, each with its method in YAML.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import yaml

from kinhbac.composite.board import Board
from kinhbac.composite.figures import Absence, Figures, Grid
from kinhbac.periods import PeriodKind
from kinhbac.registry.declared.methods import METHODS, Component, CompositeDefinition

NAME = "{vi: x, en: x}, based_on: the publisher"


def board(
    methods: str, composites: dict[str, tuple[str, str, str]], figures: dict[str, list[list[float]]],
    years: tuple[int, ...] = (2021,),
) -> Board:  # fmt: skip
    """``composites``: name → method, direction, components in YAML; ``figures``: name → years ×
    areas."""
    told = METHODS.validate_python(yaml.safe_load(methods))
    definitions = {}
    for name, (method, direction, components) in composites.items():
        own = {
            part: Component.model_validate(said if isinstance(said, dict) else {"weight": said})
            for part, said in yaml.safe_load(components).items()
        }
        definitions[name, 1] = CompositeDefinition.model_validate(
            {"indicator": name, "version": 1, "valid_from": None, "valid_to": None,
             "frequency": PeriodKind.YEAR, "direction": direction, "scale": 1, "round": None,
             "components": own, "targets": {}, "method": told[method], "robustness": None}
        )  # fmt: skip
    areas = len(next(iter(figures.values()))[0])
    grid = Grid(
        tuple(date(year, 1, 1) for year in years), tuple(f"a{n}" for n in range(areas)),
        np.array(["province"] * areas), {},
    )  # fmt: skip
    known = {}
    for name, rows in figures.items():
        values = np.array(rows, dtype=np.float64)
        absent = np.where(np.isnan(values), Absence.MISSING_OPERAND, Absence.NONE)
        known[name] = Figures(values, absent.astype(np.int16))
    cells = dict.fromkeys(definitions, np.ones(grid.shape, bool))
    made = Board(grid, definitions, cells, known)
    made.compute()
    return made


HDI_METHODS = f"""
schooling: {{name: {NAME}, normalise: {{by: min_max, scale: [0, 1]}}, aggregate: arithmetic}}
development: {{name: {NAME}, normalise: {{by: min_max, scale: [0, 1]}}, aggregate: geometric}}
"""
HDI = {
    "education": ("schooling", "higher_is_better", """
        expected: {direction: higher_is_better, goalposts: [0, 18]}
        mean: {direction: higher_is_better, goalposts: [0, 15]}"""),
    "hdi": ("development", "higher_is_better", """
        life: {direction: higher_is_better, goalposts: [20, 85]}
        education: {direction: higher_is_better, goalposts: [0, 1]}
        income: {direction: higher_is_better, goalposts: [100, 75000], transform: log}"""),
}  # fmt: skip
# UNDP, Human Development Report 2021/22, table 1 (figures of 2021): life expectancy, expected and
# mean years of schooling, income per head (2017 PPP $), HDI. Switzerland, Norway, Viet Nam, the
# United States, China, India, South Sudan; Iceland and Australia pass 18 years, Singapore the income.
ROWS = [
    (84.0, 16.5, 13.9, 66933, 0.962),
    (83.2, 18.2, 13.0, 64660, 0.961),
    (73.6, 13.0, 8.4, 7867, 0.703),
    (77.2, 16.3, 13.7, 64765, 0.921),
    (78.2, 14.2, 7.6, 17504, 0.768),
    (67.2, 11.9, 6.7, 6590, 0.633),
    (55.0, 5.5, 5.7, 768, 0.385),
    (82.7, 19.2, 13.8, 55782, 0.959),
    (84.5, 21.1, 12.7, 49238, 0.951),
    (82.8, 16.5, 11.9, 90919, 0.939),
]


def test_the_human_development_index_is_the_published_one() -> None:
    columns = list(zip(*ROWS, strict=True))
    named = dict(zip(("life", "expected", "mean", "income"), columns, strict=False))
    made = board(HDI_METHODS, HDI, {name: [list(figures)] for name, figures in named.items()})
    assert made.known["hdi"].values[0] == pytest.approx(columns[4], abs=0.0011)
    income = made.stages["hdi", 1].normalised[2, 0]
    assert income[2] == pytest.approx(np.log(78.67) / np.log(750))
    assert made.stages["education", 1].normalised[0, 0, 1] == 1, "18 years are all there are"


def test_income_above_the_goalpost_counts_as_it_and_nothing_has_no_logarithm() -> None:
    figures = {"life": [[84.0, 84]], "expected": [[18.0, 18]], "mean": [[15.0, 15]],
               "income": [[120_000.0, 0]]}  # fmt: skip
    made = board(HDI_METHODS, HDI, figures)
    assert made.stages["hdi", 1].normalised[2, 0, 0] == 1
    assert made.known["hdi"].absences[0, 1] == Absence.UNDEFINED


INFORM_METHODS = f"""
category:
  {{name: {NAME}, aggregate: {{by: geometric, rescaled: {{from: [0, 10], to: [1, 10], turned: true}}}},
    missing: {{reweight_above: 0}}}}
dimensions: {{name: {NAME}, aggregate: geometric}}
scaled: {{name: {NAME}, normalise: {{by: min_max, scale: [0, 10], risk: true}}, aggregate: arithmetic}}
"""


def test_the_inform_risk_index_uses_scaled_geometric_means() -> None:
    """(10 − GEOMEAN((10 − x) ÷ 10 × 9 + 1)) ÷ 9 × 10 (De Groeve, Poljansek and Vernaccini 2015,
    INFORM methodology), and the cube root of three dimensions."""
    composites = {
        "hazard": ("category", "lower_is_better", "{natural: 1, human: 1}"),
        "exposed": ("scaled", "lower_is_better", """
            deaths: {direction: lower_is_better, goalposts: [0, 130]}
            doctors: {direction: higher_is_better, goalposts: [0, 4]}"""),
        "risk": ("dimensions", "lower_is_better", "{hazard: 1, vulnerability: 1, coping: 1}"),
    }  # fmt: skip
    figures = {
        "natural": [[8.0, 0.0, 10.0]], "human": [[4.0, 0.0, 3.0]],
        "vulnerability": [[5.0, 5, 5]], "coping": [[2.5, 2.5, 2.5]],
        "deaths": [[65.0, 0, 130]], "doctors": [[1.0, 4, 0]],
    }  # fmt: skip
    made = board(INFORM_METHODS, composites, figures)
    by_hand = (10 - np.sqrt((2 / 10 * 9 + 1) * (6 / 10 * 9 + 1))) / 9 * 10
    hazard = made.known["hazard"].values[0]
    assert hazard[0] == pytest.approx(by_hand)  # 6.4
    assert hazard[1] == 0
    assert round(hazard[0], 1) == 6.4
    risk = made.known["risk"].values[0]
    assert risk[0] == pytest.approx((by_hand * 5 * 2.5) ** (1 / 3))
    assert made.known["exposed"].values[0].tolist() == [6.25, 0, 10], (
        "more points where it is worse"
    )


def test_progress_is_observed_against_required_growth() -> None:
    """Half of the way in time, less than half of the growth: 100 × (1.02 − 1) ÷ (1.04 − 1)."""
    methods = (
        f"progress: {{name: {NAME}, normalise: {{by: progress, since: 2015, until: 2030}}, "
        "aggregate: arithmetic}"
    )
    goal = 50 * 1.04**15
    composites = {
        "sdg": ("progress", "higher_is_better", f"{{x: {{direction: higher_is_better, target: {goal}}}}}"),
        "capped": ("progress", "higher_is_better", "{deaths: {direction: lower_is_better, target: 70}}"),
    }  # fmt: skip
    figures = {
        "x": [[50.0, 50, 50, 100], [50 * 1.02**6, 50 * 1.04**6, 50 * 0.98**6, 95]],
        "deaths": [[140.0, 60, 60, 0], [140 * 0.5 ** (6 / 15), 65, 75, 10]],
    }
    made = board(methods, composites, figures, years=(2015, 2021))
    assert made.known["sdg"].values[1] == pytest.approx([50, 100, -50, 100])
    found = made.known["capped"].values[1]
    assert found[:2] == pytest.approx([100, 100]), "who had reached a target and keeps it"
    assert np.isnan(found[2:]).all(), "who lost it; from zero nothing grows"
    assert np.isnan(made.known["sdg"].values[0]).all(), "nothing is observed on the first day"


def test_the_greatest_the_least_and_the_mean_of_those_present() -> None:
    methods = f"""
greater: {{name: {NAME}, aggregate: greatest, missing: {{reweight_above: 0}}}}
lesser: {{name: {NAME}, aggregate: least}}
present: {{name: {NAME}, aggregate: arithmetic, missing: {{reweight_above: 0}}}}
"""
    composites = {
        name: (name, "higher_is_better", "{a: 1, b: 3}") for name in ("greater", "lesser", "present")
    }  # fmt: skip
    made = board(methods, composites, {"a": [[2.0, 5, np.nan]], "b": [[4.0, np.nan, np.nan]]})
    assert made.known["greater"].values[0].tolist()[:2] == [4, 5]
    assert made.known["lesser"].values[0][0] == 2 and np.isnan(made.known["lesser"].values[0][1])
    assert made.known["present"].values[0].tolist()[:2] == [3.5, 5]
    assert np.isnan(made.known["greater"].values[0][2])


@pytest.mark.parametrize(
    ("transform", "figures", "points"),
    [
        ("log10", [1.0, 10, 100], [0, 50, 100]),
        ("log1p", [0.0, 1, 3], [0, 50, 100]),
        ("sqrt", [0.0, 1, 4], [0, 50, 100]),
        ("inverse", [1.0, 2, 4], [0, 200 / 3, 100]),
    ],
)
def test_goalposts_are_in_the_unit_of_the_figure(
    transform: str, figures: list[float], points: list[float]
) -> None:
    methods = f"m: {{name: {NAME}, normalise: min_max, aggregate: arithmetic}}"
    own = f"direction: higher_is_better, transform: {transform}, goalposts: [{figures[0]}, {figures[2]}]"
    composites = {"one": ("m", "higher_is_better", f"{{a: {{{own}}}}}")}
    made = board(methods, composites, {"a": [figures]})
    assert made.known["one"].values[0] == pytest.approx(points)


def test_floor_and_cap_say_what_they_did() -> None:
    methods = f"m: {{name: {NAME}, normalise: {{by: min_max}}, aggregate: arithmetic}}"
    own = "{direction: higher_is_better, floor: 10, cap: 30}"
    made = board(
        methods, {"one": ("m", "higher_is_better", f"{{a: {own}}}")}, {"a": [[0.0, 20, 99]]}
    )
    assert made.known["one"].values[0].tolist() == [0, 50, 100]
    from kinhbac.composite.treatment import MARKS

    marks = [MARKS[number] for number in made.stages["one", 1].treatments[0, 0]]
    assert marks == ["floored", "", "capped"]


@pytest.mark.parametrize(
    "own",
    [
        {"transform": "log", "goalposts": (0, 10)},
        {"transform": "inverse", "floor": 0},
        {"floor": 3, "cap": 2},
    ],
)
def test_what_cannot_be_transformed_is_refused(own: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"has no|below the cap"):
        Component.model_validate(own)
