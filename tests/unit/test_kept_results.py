"""Kept results are those that computing anew gives, and nothing else is answered from them.

Past 200 lines: what changes a result, one way after the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinhbac.composite.board import Board
from kinhbac.composite.figures import Absence, Figures, Grid
from kinhbac.composite.reach import cut_board
from kinhbac.composite.robustness_table import tell_robustness
from kinhbac.composite.tree import Tree
from kinhbac.composite.uncertainty import find_intervals
from kinhbac.data_folder import DataFolder
from kinhbac.forecast.forecast_table import tell_forecasts
from kinhbac.kept_results import UNUSED, KeptResults, results_beside
from kinhbac.registry.declared.methods import CompositeDefinition

PERIODS, UNITS = 5, 9
LEAVES = ("a", "b", "c", "d")
SPAN = {"from": "2026-02-01", "to": "2026-03-31"}
UNCERTAIN: dict[str, Any] = {
    "draws": 100, "seed": 1, "weights": 0.25, "leave_out": True,
    "normalise": [{"by": "percentile"}], "impute": [{"by": "last_known", "at_most": 1}],
}  # fmt: skip
METHODS = st.fixed_dictionaries(
    {
        "reference": st.sampled_from(["period", SPAN]),
        "impute": st.sampled_from(
            [{"by": "none"}, {"by": "mean", "grouping": "region"}]
            + [{"by": "last_known", "at_most": most} for most in (1, 2)]
        ),
        "treat": st.sampled_from(
            [{"by": "none"}, {"by": "log"}, {"by": "winsorise", "skewness": 1, "kurtosis": 1}]
        ),
        "normalise": st.sampled_from([{"by": "min_max"}, {"by": "z_score"}]),
        "weigh": st.sampled_from(["given", "critic", "pca"]),
        "aggregate": st.sampled_from(["arithmetic", "copeland"]),
        "missing": st.sampled_from(["absent", {"reweight_above": 0.5}]),
    }
)


def definition(
    key: str, components: dict[str, Any], method: dict[str, Any], **more: Any
) -> CompositeDefinition:
    return CompositeDefinition.model_validate(
        {
            "indicator": key, "version": 1, "valid_from": None, "valid_to": None,
            "frequency": "month", "direction": "higher_is_better", "scale": 1, "round": None,
            "components": components, "targets": {}, "robustness": None,
            "method": method | {"name": {"vi": "x", "en": "x"}, "based_on": "the tests"},
        }
        | more
    )  # fmt: skip


def figures(seed: int) -> dict[str, Figures]:
    generator = np.random.default_rng(seed)
    known = {}
    for leaf in LEAVES:
        values = np.exp(generator.normal(2, 1, (PERIODS, UNITS)))
        values[generator.random(values.shape) < 0.1] = np.nan
        absences = np.where(np.isnan(values), Absence.MISSING_OPERAND, Absence.NONE)
        known[leaf] = Figures(values, absences.astype(np.int16))
    return known


def board(
    known: dict[str, Figures], method: dict[str, Any], robustness: dict[str, Any] | None = UNCERTAIN
) -> Board:
    """Two pillars of which one takes its method from the test, an index of both, and another
    composite that has nothing to do with them."""
    better = {"direction": "higher_is_better"}
    plain = {"normalise": {"by": "min_max"}, "aggregate": "arithmetic"}
    definitions = {
        (each.indicator, 1): each
        for each in (
            definition("first", {"a": better, "b": better}, method),
            definition("index", {"first": better, "c": better}, plain, robustness=robustness),
            definition("other", {"c": better, "d": better}, plain),
        )
    }
    grid = Grid(
        tuple(date(2026, 1 + place, 1) for place in range(PERIODS)),
        tuple(f"{place:02}" for place in range(UNITS)),
        np.array(["commune"] * UNITS),
        {"region": (np.arange(UNITS) % 2).astype(np.int16)},
    )
    cells = {key: np.ones(grid.shape, bool) for key in definitions}
    return Board(grid, definitions, cells, dict(known))


def examined(made: Board, results: KeptResults) -> pl.DataFrame:
    made.compute()
    return tell_robustness([made], results)


def correct(known: dict[str, Figures], leaf: str, period: int) -> dict[str, Figures]:
    """The same figures after one of them was corrected."""
    values = known[leaf].values.copy()
    values[period, 3] = np.nan_to_num(values[period, 3]) + 1
    absences = known[leaf].absences.copy()
    absences[period, 3] = Absence.NONE
    return known | {leaf: Figures(values, absences)}


def computed(results: KeptResults) -> int:
    """How many results were not there before."""
    return len(results.asked.keys() - results.results.keys())


@settings(max_examples=40, derandomize=True)
@given(METHODS, st.integers(0, 99), st.integers(0, PERIODS - 1))
def test_a_composite_needs_no_more_than_its_cut_to_the_last_bit(
    method: dict[str, Any], seed: int, period: int
) -> None:
    whole = board(figures(seed), method)
    whole.compute()
    part = cut_board(whole, "index", period)
    part.compute()
    at = part.grid.periods.index(whole.grid.periods[period])
    for key in part.definitions:
        for stage in ("imputed", "treated", "normalised", "weights"):
            one = getattr(part.stages[key], stage)[:, at]
            assert np.array_equal(one, getattr(whole.stages[key], stage)[:, period], equal_nan=True)
        found, told = part.stages[key].figures, whole.stages[key].figures
        assert np.array_equal(found.values[at], told.values[period], equal_nan=True)
        assert (found.absences[at] == told.absences[period]).all()
    drawn = find_intervals(Tree(part, "index", at)), find_intervals(Tree(whole, "index", period))
    if drawn != (None, None):
        one, other = (np.array(list(vars(intervals).values())) for intervals in drawn)
        assert np.array_equal(one, other, equal_nan=True)


@settings(max_examples=15, derandomize=True)
@given(
    METHODS,
    st.integers(0, 99),
    st.lists(st.tuples(st.sampled_from(LEAVES), st.integers(0, PERIODS - 1)), max_size=3),
)
def test_whatever_changes_the_night_after_says_what_a_first_night_would(
    tmp_path_factory: pytest.TempPathFactory,
    method: dict[str, Any],
    seed: int,
    corrections: list[tuple[str, int]],
) -> None:
    path = tmp_path_factory.mktemp("kept") / "robustness.txt"
    known = figures(seed)
    first = KeptResults(path, "the tests")
    examined(board(known, method), first)
    first.write()
    for leaf, period in corrections:
        known = correct(known, leaf, period)
    after = examined(board(known, method), KeptResults(path, "the tests"))
    assert after.equals(examined(board(known, method), KeptResults(None, "the tests")))


PLAIN = {"normalise": {"by": "min_max"}, "aggregate": "arithmetic"}


@pytest.mark.parametrize(
    ("leaf", "period", "method", "expected"),
    [
        ("d", PERIODS - 1, PLAIN, 1),  # in one composite of the three
        ("a", PERIODS - 1, PLAIN, 2),  # in a pillar and in the index
        ("a", 0, PLAIN, 0),  # nobody examines this month
        ("a", 1, PLAIN | {"reference": SPAN}, 2),  # it sets the scale of all months
        ("a", 0, PLAIN | {"reference": SPAN}, 0),
    ],
)
def test_a_correction_costs_by_what_rests_on_it(
    tmp_path: Path, leaf: str, period: int, method: dict[str, Any], expected: int
) -> None:
    uncertain = UNCERTAIN | {"impute": []}  # looks back nowhere
    known = figures(5)
    results = KeptResults(tmp_path / "kept", "the tests")
    examined(board(known, method, uncertain), results)
    assert computed(results) == 3
    results.write()
    results = KeptResults(tmp_path / "kept", "the tests")
    examined(board(correct(known, leaf, period), method, uncertain), results)
    assert computed(results) == expected


def test_another_seed_method_or_area_is_computed_anew(tmp_path: Path) -> None:
    known = figures(5)
    results = KeptResults(tmp_path / "kept", "the tests")
    examined(board(known, PLAIN), results)
    results.write()
    smaller = board(known, PLAIN)
    smaller.cells["index", 1][-1, 0] = False
    moved = board(known, PLAIN)
    moved.grid = replace(moved.grid, groupings={"region": np.zeros(UNITS, np.int16)})
    for changed, expected in (
        (board(known, PLAIN, UNCERTAIN | {"seed": 2}), 1),
        (board(known, PLAIN, None), 1),
        (board(known, PLAIN | {"weigh": "equal"}), 2),
        (smaller, 1),
        (moved, 3),
    ):
        results = KeptResults(tmp_path / "kept", "the tests")
        examined(changed, results)
        assert computed(results) == expected


def series(*ends: float) -> pl.DataFrame:
    """Two years of months of as many series, which differ in their newest figure alone."""
    noise = np.random.default_rng(7).normal(50, 5, 24)
    rows = [
        {"indicator": f"i{number}", "area": "24", "area_kind": "province", "period_kind": "month",
         "period_start": date(2024 + (place + 9) // 12, (place + 9) % 12 + 1, 1),
         "figure": end if place == 23 else noise[place], "added_to": None, "weight": None, "weights": None, "least": None, "most": None}
        for number, end in enumerate(ends)
        for place in range(24)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema_overrides={"added_to": pl.Float64})


def test_a_series_that_did_not_change_is_not_forecast_again(tmp_path: Path) -> None:
    results = KeptResults(tmp_path / "kept", "the tests")
    tell_forecasts(series(51, 52), results)
    assert computed(results) == 2
    results.write()
    results = KeptResults(tmp_path / "kept", "the tests")
    found = tell_forecasts(series(51, 53), results)
    assert computed(results) == 1
    assert found.equals(tell_forecasts(series(51, 53), KeptResults(None, "the tests")))


def write_results(path: Path, *inputs: object, method: str = "one") -> KeptResults:
    """A run that asks for what each input is, written as it is; returns what was asked."""
    results = KeptResults(path, method)
    for value in inputs:
        assert results.ask([value], lambda value=value: repr(value)) == repr(value)
    results.write()
    return results


def refuse() -> Any:
    raise AssertionError("this is kept, and was computed")


def test_numbers_come_back_to_the_last_bit(tmp_path: Path) -> None:
    told = [0.1 + 0.2, -0.0, 5e-324, float("nan"), None, "tên", [1 / 3]]
    results = KeptResults(tmp_path / "kept", "one")
    results.ask(["x"], lambda: told)
    results.write()
    kept = KeptResults(tmp_path / "kept", "one").ask(["x"], refuse)
    assert repr(kept) == repr(told)


def test_inputs_that_look_alike_are_told_apart(tmp_path: Path) -> None:
    alike = (
        1, 1.0, "1", True, ("1",), np.array([1]), np.array([1.0]), np.array([[1]]),
        np.array([1], np.int16), np.array([-0.0]), np.array([0.0]),
    )  # fmt: skip
    assert len(write_results(tmp_path / "kept", *alike).asked) == len(alike)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-20],
        lambda text: text.replace(b"'second'", b"'secund'"),
        lambda text: text.replace(b"\n", b" ", 1),
        lambda text: b"",
        lambda text: b"\xff\x00" + text,
    ],
)
def test_a_damaged_line_is_computed_again(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "kept"
    write_results(path, "first", "second")
    path.write_bytes(damage(path.read_bytes()))
    assert computed(write_results(path, "first", "second")) >= 1
    assert computed(write_results(path, "first", "second")) == 0


def test_what_nobody_asks_for_is_dropped_after_some_runs(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    write_results(path, "old", "new")
    for _ in range(UNUSED):
        write_results(path, "new")
    KeptResults(path, "one").ask(["old"], refuse)
    write_results(path, "new")
    assert computed(write_results(path, "old", "new")) == 1


def test_a_run_that_asks_for_some_keeps_what_belongs_to_others(tmp_path: Path) -> None:
    path = tmp_path / "kept"

    def ask(*asked: tuple[str, str], whole: bool) -> int:
        results = KeptResults(path, "one")
        results.ask_each((of, [value], partial(str, value)) for of, value in asked)
        results.write(whole=whole)
        return computed(results)

    ask(("mine", "old"), ("others", "first"), whole=True)
    for _ in range(UNUSED + 1):
        ask(("mine", "new"), whole=False)
    assert ask(("mine", "old"), ("others", "first"), whole=True) == 1, "mine, which was dropped"
    for _ in range(UNUSED + 1):
        ask(("mine", "new"), whole=True)
    assert ask(("others", "first"), whole=True) == 1


def test_other_code_is_not_answered_from_what_older_code_gave(tmp_path: Path) -> None:
    data = DataFolder(tmp_path / "data")
    data.candidate.parent.mkdir(parents=True)
    connection = duckdb.connect(data.candidate)
    told = []
    for version, text in (("v1", "first"), ("v1", "first"), ("v2", "second")):
        code = tmp_path / version / "room"  # a process reads the code of a folder once
        code.mkdir(parents=True, exist_ok=True)
        (code / "module.py").write_text(text)
        results = results_beside(connection, "answers", [code], ["numpy"])
        told.append((results.ask(["question"], lambda text=text: text), computed(results)))
        results.write()
    assert told == [("first", 1), ("first", 0), ("second", 1)]
    assert (data.computed / "answers.txt").exists()


def test_a_candidate_in_memory_keeps_nothing() -> None:
    results = results_beside(duckdb.connect(), "answers", [], [])
    assert results.ask(["question"], lambda: 1) == 1
    results.write()
    assert results.path is None
