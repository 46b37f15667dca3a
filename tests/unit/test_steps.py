"""What would raise an area most, on cases whose answers were worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from kinhbac.composite.board import Board
from kinhbac.composite.figures import Absence, Counts, Figures, Grid
from kinhbac.composite.reading import OLD_AFTER
from kinhbac.composite.steps import NoStep, Step, find_steps
from kinhbac.composite.trial import Trial
from kinhbac.registry.declared.methods import CompositeDefinition
from kinhbac.scoreboard.pages import decomposition

MORE, LESS = {"direction": "higher_is_better"}, {"direction": "lower_is_better"}
NAMED: dict[str, Any] = {"name": {"vi": "x", "en": "x"}, "based_on": "the tests"}


def definition(key: str, parts: dict[str, Any], rules: dict[str, Any], **more: Any) -> Any:
    return CompositeDefinition.model_validate(
        {
            "indicator": key, "version": 1, "valid_from": None, "valid_to": None,
            "frequency": "year", "direction": "higher_is_better", "scale": 1, "round": None,
            "components": parts, "targets": {}, "method": NAMED | rules, "robustness": None,
        }
        | more
    )  # fmt: skip


def board(
    figures: dict[str, Any], *definitions: CompositeDefinition, groups: str = "", **more: Any
) -> Board:
    """A computed board; a figure is a number or why there is none; a group is a letter an area."""
    tables = {name: [own] if not isinstance(own[0], list) else own for name, own in figures.items()}
    periods, count = (len(next(iter(tables.values()))), len(next(iter(tables.values()))[0]))
    grid = Grid(
        tuple(date(2026 - back, 1, 1) for back in reversed(range(periods))),
        tuple("ABCDEFGHIJKLMNOP"[:count]),
        np.array(["commune"] * count),
        {"kind": np.array([ord(letter) for letter in groups], np.int16)} if groups else {},
    )
    known = {}
    for name, own in tables.items():
        absences = [[x if isinstance(x, Absence) else Absence.NONE for x in row] for row in own]
        values = [[np.nan if isinstance(x, Absence) else x for x in row] for row in own]
        known[name] = Figures(np.array(values, np.float64), np.array(absences, np.int16))
    keys = {(own.indicator, own.version): own for own in definitions}
    made = Board(grid, keys, {key: np.ones(grid.shape, bool) for key in keys}, known, **more)
    made.compute()
    return made


def steps(made: Board, composite: str = "index") -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = {area: [] for area in made.grid.areas}
    for step in find_steps(made, len(made.grid.periods) - 1, [composite]):
        if isinstance(step, Step):
            found[step.area].append(step)
    return found


def said(step: Step) -> tuple[Any, ...]:
    return (step.component, step.mark, step.own, step.aim, step.gain, step.rank)


SCORES = {"normalise": {"by": "score", "round": 2}, "aggregate": "sum"}


def test_points_of_a_score_are_won_as_far_as_the_target_and_no_farther() -> None:
    made = board(
        {"a": [50.0, 60, 80, 100], "b": [20.0, 90, 40, 60]},
        definition(
            "index",
            {"a": MORE | {"target": 80, "max": 8}, "b": MORE | {"target": 100, "max": 10}},
            SCORES,
        ),
    )
    # A has 5 + 2 = 7, B 6 + 9 = 15, C 8 + 4 = 12, D 8 + 6 = 14. Quartiles of a are 57.5, 70 and 85,
    # of b 35, 50 and 67.5. Nobody has b = 100, so its target is not within reach.
    found = steps(made)
    assert [said(step) for step in found["A"]] == [
        ("a", "target", 50, 80, 3, 4),
        ("b", "next_quartile", 20, 35, 1.5, 4),
    ]
    assert [said(step) for step in found["B"]] == [("a", "target", 60, 80, 2, 1)]
    assert [said(step) for step in found["C"]] == [("b", "next_quartile", 40, 50, 1, 3)]
    assert [said(step) for step in found["D"]] == [("b", "next_quartile", 60, 67.5, 0.75, 2)]


def test_a_cap_ends_what_a_slope_would_promise() -> None:
    made = board(
        {"a": [48.0, 10, 70, 90], "b": [10.0, 20, 30, 40]},
        definition(
            "index",
            {"a": MORE | {"goalposts": [0, 50]}, "b": MORE | {"goalposts": [0, 100]}},
            {"normalise": "min_max", "aggregate": "arithmetic"},
        ),
    )
    # By the slope a step of a from 48 to 59 gives 11, to its cap it gives 2: b is the better one.
    first, second = steps(made)["A"]
    assert said(first) == ("b", "next_quartile", 10, 17.5, 3.75, 3)
    assert said(second) == ("a", "next_quartile", 48, 59, 2, 3)
    assert [step.component for step in steps(made)["C"]] == ["b"]  # above the cap nothing is won


def test_a_rank_rises_by_those_who_are_passed() -> None:
    made = board(
        {"a": [1.0, 2, 3, 4, 100], "b": [5.0, 4, 3, 2, 1]},
        definition("index", {"a": MORE, "b": MORE}, {"normalise": "rank", "aggregate": "sum"}),
    )
    # All have 6. A to the quartile 2 of a: 1.5 for 1, and B falls to 1.5; b is at its best.
    only = steps(made)["A"]
    assert [said(step) for step in only] == [("a", "next_quartile", 1, 2, 0.5, 1)]
    # D in a: quartiles are 2, 3, 4, so nothing is left; in b from 2 (quartile) to 3: level with C.
    assert [said(step) for step in steps(made)["D"]] == [("b", "next_quartile", 2, 3, 0.5, 1)]


def test_a_step_that_moves_the_scale_of_all_is_seen_to_do_so() -> None:
    made = board(
        {"a": [0.0, 40, 60, 80, 100], "b": [50.0, 50, 50, 50, 60]},
        definition(
            "index", {"a": MORE, "b": MORE}, {"normalise": "min_max", "aggregate": "arithmetic"}
        ),
    )
    # A at 40 is still the lowest with B: it stays at 0 and wins nothing, so the quartile is no step.
    assert [step.component for step in steps(made)["A"]] == []
    # D from 80 has no quartile before it: 75 % of a is 80. In b all quartiles are 50.
    assert steps(made)["D"] == []
    # C to 80: (80 − 0) ÷ 100 = 80 for 60, half of it in the mean.
    assert [said(step) for step in steps(made)["C"]] == [("a", "next_quartile", 60, 80, 10, 2)]


def test_steps_go_to_the_better_end_and_to_the_median_of_ones_group() -> None:
    made = board(
        {"deaths": [9.0, 8, 7, 2, 1, 0]},
        definition(
            "index",
            {"deaths": LESS | {"goalposts": [0, 10]}},
            {"normalise": "min_max", "aggregate": "arithmetic"},
        ),
        groups="xyxyxy",
    )
    # Quartiles from the worse: 7.75, 4.5, 1.25; the medians are 7 (A, C, E) and 2 (B, D, F).
    found = {area: [said(step)[1:5] for step in own] for area, own in steps(made).items()}
    assert found["A"] == [("group_median kind", 9, 7, 20)]
    assert found["B"] == [("group_median kind", 8, 2, 60)]
    assert found["C"] == [("next_quartile", 7, 4.5, 25)]
    assert found["E"] == [] and found["F"] == []


def test_a_risk_is_raised_by_being_made_smaller() -> None:
    made = board(
        {"deaths": [9.0, 8, 2, 1]},
        definition(
            "index",
            {"deaths": LESS},
            {"normalise": {"by": "min_max", "risk": True}, "aggregate": "arithmetic"},
            direction="lower_is_better",
        ),
    )
    [step] = steps(made)["B"]
    assert (step.mark, step.own, step.aim) == ("next_quartile", 8, 5)
    assert step.gain == pytest.approx(37.5) and step.rank == 3


def test_a_share_is_raised_by_what_is_divided() -> None:
    made = board(
        {"beds": [10.0, 20, 30, 40], "people": [1000.0, 1000, 1000, 1000]},
        definition(
            "index",
            {"beds": MORE | {"per": "people", "goalposts": [0, 0.1]}},
            {"normalise": "min_max", "aggregate": "arithmetic"},
        ),
    )
    [step] = steps(made)["A"]
    assert [step.own, step.aim, step.gain] == pytest.approx([10, 17.5, 7.5])


def test_an_area_alone_has_its_target_and_no_rank() -> None:
    made = board(
        {"a": [60.0], "b": [50.0]},
        definition(
            "index",
            {"a": MORE | {"target": 100, "max": 10}, "b": MORE | {"target": 50, "max": 10}},
            SCORES,
        ),
    )
    [step] = steps(made)["A"]
    assert said(step)[:5] == ("a", "target", 60, 100, 4) and np.isnan(step.rank)


def test_no_step_leaves_what_the_indicator_may_be() -> None:
    rules = {"normalise": "min_max", "aggregate": "arithmetic"}
    share = MORE | {"per": "people", "goalposts": [0, 0.1]}
    figures = {"beds": [10.0, 20, 30, 40], "people": [1000.0, 1000, 1000, 1000]}
    made = board(figures, definition("index", {"beds": share}, rules), bounds={"beds": (0, 25)})
    found = {area: [(step.own, step.aim) for step in own] for area, own in steps(made).items()}
    assert found == {"A": [(10, pytest.approx(17.5))], "B": [(20, 25)], "C": [], "D": []}


def test_what_is_missing_withheld_or_old_is_told_and_takes_no_step() -> None:
    made = board(
        {
            "a": [10.0, 20, Absence.MISSING_OPERAND, 40, 50],
            "b": [1.0, 2, 3, 4, 5],
            "c": [1.0, 2, 3, 4, 5],
        },
        definition(
            "index",
            {name: MORE | {"goalposts": [0, 50]} for name in "abc"},
            {"normalise": "min_max", "aggregate": "arithmetic", "missing": {"reweight_above": 0.5}},
        ),
        old={"c": np.array([[True, False, False, False, False]])},
    )
    lacking = [each for each in find_steps(made, 0, ["index"]) if isinstance(each, NoStep)]
    assert lacking == [
        NoStep("index", "C", "a", "missing_operand"),
        NoStep("index", "A", "c", "old"),
    ]
    found = steps(made)
    assert [step.component for step in found["A"]] == ["a", "b"]
    assert [step.component for step in found["C"]] == ["b", "c"]


def test_a_step_and_a_page_call_the_same_figures_old() -> None:
    assert f"age_days > {OLD_AFTER}, 'old'" in decomposition.QUERIES["parts"]


def test_no_more_than_three_are_told_and_they_come_from_all_levels() -> None:
    names = "abcde"
    made = board(
        {name: [1.0 + place, 20, 30, 40] for place, name in enumerate(names)},
        definition(
            "pillar",
            {name: MORE | {"goalposts": [0, 50]} for name in "abcd"},
            {"normalise": "min_max", "aggregate": "arithmetic"},
        ),
        definition("index", {"pillar": {"weight": 3}, "e": MORE}, {"aggregate": "arithmetic"}),
    )
    assert [step.component for step in steps(made)["A"]] == ["a", "b", "c"]
    assert {step.component for step in steps(made, "pillar")["A"]} == set("abc")


DRAWN = np.random.default_rng(26).gamma(2, 10, (2, 4, 3, 12))
LEFT, RIGHT = {"a": MORE, "b": LESS}, {"c": MORE, "d": MORE}


@pytest.mark.parametrize(
    "rules",
    [
        {"normalise": "z_score", "treat": "winsorise"},
        {"normalise": "percentile"},
        {"normalise": "min_max", "weigh": "critic"},
        {"normalise": "min_max", "impute": {"by": "median", "grouping": "kind"}},
        {"normalise": "min_max", "reference": {"from": "2024-01-01", "to": "2025-01-01"},
         "impute": "mean"},
        {"normalise": "distance_to_best", "missing": {"reweight_above": 0.4}},
        {"normalise": "min_max", "parts": {"a": MORE | {"stabilise": "empirical_bayes"}}},
    ],
)  # fmt: skip
def test_side_by_side_each_step_gives_what_a_board_of_its_own_gives(
    rules: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = rules.get("parts", {})
    rules = {name: rule for name, rule in rules.items() if name != "parts"}
    tables: dict[str, Any] = {name: DRAWN[0, at].tolist() for at, name in enumerate("abcd")}
    tables["b"][2][4] = Absence.MISSING_OPERAND
    tables["c"][2][1] = Absence.HELD
    made = board(
        tables,
        definition("left", LEFT | parts, rules | {"aggregate": "arithmetic"}),
        definition("right", RIGHT, rules | {"aggregate": "arithmetic"}),
        definition("index", {"left": {}, "right": {"weight": 2}}, {"aggregate": "arithmetic"}),
        groups="xyxyxyxyxyxy",
    )
    sizes = np.resize([20.0, 300.0, 5000.0], made.grid.shape)
    scales = np.full(sizes.shape, 1000.0)
    counts = Counts(sizes, scales, np.zeros(sizes.shape, bool))
    made.known["a"] = replace(made.known["a"], counts=counts)
    made.compute()
    side_by_side = list(find_steps(made, 2, ["index", "left"]))
    monkeypatch.setattr(Trial, "is_tied", True)
    assert side_by_side == list(find_steps(made, 2, ["index", "left"]))
    assert sum(isinstance(each, Step) for each in side_by_side) > 20


def test_a_span_that_holds_the_period_moves_with_the_step() -> None:
    made = board(
        {"a": [[0.0, 5, 5, 5], [10.0, 20, 30, 40]]},
        definition(
            "index",
            {"a": MORE},
            {
                "normalise": "min_max", "aggregate": "arithmetic",
                "reference": {"from": "2025-01-01", "to": "2026-01-01"},
            },
        ),
    )  # fmt: skip
    assert Trial(made, 1).is_tied
    found = steps(made)
    assert [said(step)[1:5] for step in found["A"]] == [("next_quartile", 10, 17.5, 18.75)]


@pytest.mark.parametrize(
    "rules",
    [
        {
            "normalise": "min_max",
            "aggregate": "geometric",
        },  # nobody's figure follows from another's
        {"normalise": "z_score", "aggregate": "arithmetic"},  # a step moves the scale of all
    ],
)
def test_steps_together_are_computed_again_and_not_added_up(rules: dict[str, Any]) -> None:
    spans = {"goalposts": [0, 100]} if rules["normalise"] == "min_max" else {}
    figures = {"a": [10.0, 40, 60, 80, 90], "b": [20.0, 90, 40, 60, 70], "c": [5.0, 3, 8, 9, 6]}
    parts = dict.fromkeys(figures, MORE | spans)
    made = board(figures, definition("index", parts, rules))
    found = steps(made)
    adds_up = []
    for place, area in enumerate(made.grid.areas):
        own = found[area]
        if len(own) < 2:
            assert all(np.isnan(step.gain_together) for step in own)
            continue
        there = {name: list(values) for name, values in figures.items()}
        for step in own:
            there[step.component][place] = step.aim
        then = board(there, definition("index", parts, rules)).known["index"].values[0]
        before = made.known["index"].values[0]
        # Others stand where they would in a world in which the area alone has taken its steps.
        beside = (
            then
            if rules["normalise"] == "z_score"
            else np.where(np.arange(5) == place, then, before)
        )
        for step in own:
            assert step.gain_together == pytest.approx(then[place] - before[place], rel=1e-9)
            assert step.rank_together == 1 + sum(beside > then[place])
        adds_up.append(step.gain_together == pytest.approx(sum(one.gain for one in own), rel=1e-6))
    assert adds_up and all(adds_up) == (rules["aggregate"] == "arithmetic")
