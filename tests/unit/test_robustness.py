"""How firm ranks are: intervals, effects, weights, consistency, on cases with known answers.

Past 200 lines by the cases, whose answers were worked out by hand.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from kinhbac.composite.board import Board
from kinhbac.composite.figures import Absence, Counts, Figures, Grid
from kinhbac.composite.reach import find_connected
from kinhbac.composite.robustness_table import tell_robustness
from kinhbac.composite.stage_table import tell_stages
from kinhbac.composite.tree import Tree
from kinhbac.composite.uncertainty import find_intervals
from kinhbac.kept_results import KeptResults
from kinhbac.registry.declared.methods import CompositeDefinition

UNITS = 12
RULES: dict[str, Any] = {
    "name": {"vi": "x", "en": "x"},
    "based_on": "the tests",
    "normalise": {"by": "min_max"},
    "aggregate": "arithmetic",
}


def examined(boards: list[Board]) -> pl.DataFrame:
    return tell_robustness(boards, KeptResults(None, "the tests"))


def definition(key: str, components: dict[str, Any], **more: Any) -> CompositeDefinition:
    return CompositeDefinition.model_validate(
        {
            "indicator": key,
            "version": 1,
            "valid_from": None,
            "valid_to": None,
            "frequency": "year",
            "direction": "higher_is_better",
            "scale": 1,
            "round": None,
            "components": components,
            "targets": {},
            "method": RULES,
            "robustness": None,
        }
        | more
    )


def board(figures: dict[str, list[float]], *definitions: CompositeDefinition) -> Board:
    count = len(next(iter(figures.values())))
    grid = Grid(
        (date(2026, 1, 1),),
        tuple(f"{place:02}" for place in range(count)),
        np.array(["commune"] * count),
        {"region": np.zeros(count, np.int16)},
    )
    known = {}
    for name, own in figures.items():
        values = np.array([own], dtype=np.float64)
        absent = np.where(np.isnan(values), Absence.MISSING_OPERAND, Absence.NONE)
        known[name] = Figures(values, absent.astype(np.int16))
    keys = {(own.indicator, own.version): own for own in definitions}
    made = Board(grid, keys, {key: np.ones(grid.shape, bool) for key in keys}, known)
    made.compute()
    return made


def two(uncertain: dict[str, Any], **rules: Any) -> Board:
    """Two pillars of two leaves each; figures drawn once, from a fixed seed."""
    generator = np.random.default_rng(7)
    figures = {name: list(generator.normal(50, 10, UNITS)) for name in "abcd"}
    parts = {name: {"direction": "higher_is_better"} for name in "abcd"}
    method = RULES | rules
    upper = {name: method[name] for name in ("name", "based_on", "aggregate")}
    return board(
        figures,
        definition("left", {name: parts[name] for name in "ab"}, method=method),
        definition("right", {name: parts[name] for name in "cd"}, method=method),
        definition(
            "index", {"left": {"weight": 3}, "right": {"weight": 1}},
            method=upper, robustness=uncertain,
        ),
    )  # fmt: skip


def measure(table: pl.DataFrame, name: str, indicator: str = "index") -> dict[str, float]:
    rows = table.filter((pl.col("measure") == name) & (pl.col("indicator") == indicator))
    return dict(rows.select("subject", "value").iter_rows())


def test_the_same_inputs_and_seed_give_the_same_tables() -> None:
    uncertain = {
        "draws": 300, "seed": 5, "weights": 0.3, "leave_out": True,
        "normalise": [{"by": "percentile"}], "aggregate": ["geometric"],
    }  # fmt: skip
    first, second = (examined([two(uncertain)]) for _ in range(2))
    assert first.equals(second)
    other = examined([two(uncertain | {"seed": 6})])
    assert measure(other, "rank_met") != measure(first, "rank_met")


def test_of_a_composite_that_is_touched_all_is_told_also_what_those_above_it_say() -> None:
    boards = [two({"draws": 100, "seed": 5, "weights": 0.3})]
    whole = examined(boards)
    for touched in ({"left"}, {"left", "index"}):
        told = tell_robustness(boards, KeptResults(None, "the tests"), touched)
        assert told.equals(whole.filter(pl.col("indicator").is_in(touched)))
    assert tell_stages(boards, {"left"}).equals(
        tell_stages(boards).filter(pl.col("indicator") == "left")
    )


def test_composites_have_to_do_with_those_above_and_below_at_any_depth() -> None:
    part = {"weight": 1}
    definitions = [
        definition("top", {"middle": part, "beside": part}),
        definition("middle", {"low": part | {"per": "people"}}),
        *(
            definition(name, {f"{name}_figure": part})
            for name in ("low", "beside", "people", "else")
        ),
    ]
    everything_of_top = {"top", "middle", "low", "beside", "people"}
    assert find_connected(definitions, {"low"}) == everything_of_top
    assert find_connected(definitions, {"else", "births"}) == {"else"}


def test_a_draw_of_what_is_declared_gives_the_published_ranks() -> None:
    made = two({"weights": 0.5})
    tree = Tree(made, "index", 0)
    assert tree.draw_ranks(tree.declared(3)).tolist() == [tree.ranks.tolist()] * 3


def test_wider_uncertainty_gives_wider_intervals() -> None:
    narrow = find_intervals(Tree(two({"weights": 0.05}), "index", 0))
    wide = find_intervals(Tree(two({"weights": 0.9}), "index", 0))
    assert narrow and wide
    tree = Tree(two({"weights": 0.9}), "index", 0)
    assert (wide.high - wide.low).sum() > (narrow.high - narrow.low).sum()
    assert (wide.low <= tree.ranks).all() and (tree.ranks <= wide.high).all()
    assert (wide.ranked == 1000).all() and (wide.met <= 1).all()


def test_a_unit_that_leads_in_everything_stays_first_whatever_is_drawn() -> None:
    made = board(
        {"a": [99.0, 10, 20, 30, 40], "b": [99.0, 40, 30, 20, 10]},
        definition(
            "index",
            {name: {"direction": "higher_is_better"} for name in "ab"},
            robustness={"draws": 500, "weights": 1, "leave_out": True},
        ),
    )
    found = find_intervals(Tree(made, "index", 0))
    assert found
    assert (found.low[0], found.median[0], found.high[0], found.met[0]) == (1, 1, 1, 1)
    assert found.high[1:].max() == 5


def test_one_uncertain_choice_explains_everything() -> None:
    effects = examined([two({"weights": 0.9})]).filter(
        pl.col("measure").str.starts_with("effect_") & (pl.col("measure") != "effective_weight")
    )
    found = dict(effects.select("measure", "value").iter_rows())
    assert effects["subject"].unique().to_list() == ["weights"]
    assert found["effect_first"] == found["effect_total"] == 1


def test_a_choice_that_changes_nothing_explains_nothing() -> None:
    # Goalposts are given, so another range moves every unit in step and no rank.
    table = examined([two({"weights": 0.9, "normalise": [{"by": "min_max", "scale": [0, 10]}]})])
    total = measure(table, "effect_total")
    assert total["normalisation"] == pytest.approx(0, abs=1e-12)
    assert total["weights"] == pytest.approx(1, abs=0.2)


def test_nothing_is_explained_where_no_rank_moves() -> None:
    made = board(
        {"a": [1.0, 2, 3, 4], "b": [1.0, 2, 3, 4]},
        definition(
            "index", {name: {"direction": "higher_is_better"} for name in "ab"},
            robustness={"weights": 0.5, "leave_out": True},
        ),
    )  # fmt: skip
    table = examined([made])
    assert measure(table, "effect_total") == {}
    assert set(measure(table, "rank_met").values()) == {1}


def test_chance_is_one_choice_more_and_is_drawn_alike_wherever_a_component_stands() -> None:
    made = two({"weights": 0.05, "draws": 300})
    nothing = measure(examined([made]), "sampled")
    assert nothing == {"": 0}, "of the method only"
    for name in "ac":
        whole = np.full((1, UNITS), 40.0)
        counts = Counts(whole, np.full((1, UNITS), 100.0), np.ones((1, UNITS), bool))
        made.known[name] = replace(made.known[name], counts=counts)
    table = examined([made])
    assert measure(table, "sampled") == {"": 2} and measure(table, "varied") == {"": 1}
    found = measure(table, "effect_total")
    assert found["sampling"] > 0.9 > 0.1 > found["weights"]
    tree = Tree(made, "index", 0)
    assert tree.counted == ["a", "c"]
    assert tree.draw_ranks(tree.declared(2)).tolist() == [tree.ranks.tolist()] * 2
    assert examined([made]).equals(table)


def test_chance_alone_is_uncertain_enough() -> None:
    one = {"a": {"direction": "higher_is_better"}}
    made = board({"a": [30.0, 31, 60, 90]}, definition("index", one, robustness={"draws": 300}))
    assert find_intervals(Tree(made, "index", 0)) is None, "nothing is known of it"
    shape = (1, 4)
    counts = Counts(np.full(shape, 50.0), np.full(shape, 100.0), np.ones(shape, bool))
    made.known["a"] = replace(made.known["a"], counts=counts)
    table = examined([made])
    assert measure(table, "varied") == {"": 0} and measure(table, "sampled") == {"": 1}
    assert measure(table, "rank_low")["00"] == 3 and measure(table, "rank_high")["00"] == 4
    assert measure(table, "effect_total") == {"sampling": 1}


def test_effective_weights_multiply_along_the_levels_and_sum_to_one() -> None:
    table = examined([two({"weights": 0.1})])
    found = measure(table, "effective_weight")
    assert found == pytest.approx(
        {"left": 0.75, "right": 0.25, "a": 0.375, "b": 0.375, "c": 0.125, "d": 0.125}
    )


def test_leaving_a_component_out_is_the_index_without_it() -> None:
    made = two({"weights": 0.1})
    table = examined([made])
    tree = Tree(made, "index", 0)
    normalised = {
        name: own.normalised[place, 0]
        for key, own in made.stages.items()
        for place, name in enumerate(own.names)
    }
    without_b = 0.75 * normalised["a"] + 0.25 * (normalised["c"] + normalised["d"]) / 2
    ranks = (-without_b).argsort().argsort() + 1
    shift = np.abs(ranks - tree.ranks)
    assert measure(table, "drop_one_mean")["b"] == pytest.approx(shift.mean())
    assert measure(table, "drop_one_largest")["b"] == shift.max()


def test_alpha_correlations_and_loadings_of_a_known_case() -> None:
    # Variances 1, variance of the sum 2 + 2r: alpha = 2 × (1 − 2 ÷ (2 + 2r)) = 2r ÷ (1 + r).
    generator = np.random.default_rng(3)
    first, second = generator.normal(size=(2, 40))
    second -= first * (first @ second) / (first @ first)
    first, second = (own - own.mean() for own in (first, second))
    made = board(
        {"a": list(first), "b": list(first + second)},
        definition(
            "index", {name: {"direction": "higher_is_better"} for name in "ab"},
            method=RULES | {"normalise": {"by": "z_score"}}, robustness={"weights": 0.5},
        ),
    )  # fmt: skip
    table = examined([made])
    r = float(np.corrcoef(first, first + second)[0, 1])
    assert measure(table, "alpha")[""] == pytest.approx(2 * r / (1 + r))
    assert measure(table, "pair")["a"] == pytest.approx(r)
    explained = dict(
        table.filter(pl.col("measure") == "explained").select("other", "value").iter_rows()
    )
    assert explained == pytest.approx({"1": (1 + r) / 2, "2": (1 - r) / 2})
    loading = table.filter((pl.col("measure") == "loading") & (pl.col("other") == "1"))
    assert loading["value"].to_list() == pytest.approx([np.sqrt((1 + r) / 2)] * 2)


def test_a_component_that_is_the_same_everywhere_correlates_with_nothing() -> None:
    made = board(
        {"a": [0.1 + 0.2] * 5, "b": [1.0, 2, 3, 5, 8], "c": [2.0, 1, 3, 6, 7]},
        definition(
            "index", {name: {} for name in "abc"}, method=RULES | {"normalise": {"by": "none"}}
        ),
    )
    table = examined([made])
    pairs = table.filter(pl.col("measure") == "pair").select("subject", "other", "value").rows()
    assert [value for first, _, value in pairs if first == "a"] == [None, None]
    assert next(value for first, _, value in pairs if first == "b") > 0.9
    assert measure(table, "correlation")["a"] is None
    assert measure(table, "effective_weight") == pytest.approx(dict.fromkeys("abc", 1 / 3))


def test_units_are_ranked_among_their_own_kind_in_every_draw() -> None:
    """The province adds communes up; it must not take their first rank away."""
    made = two({"weights": 0.5})
    kinds = np.array(["province"] + ["commune"] * (UNITS - 1))
    made.grid = replace(made.grid, kinds=kinds)
    made.compute()
    tree = Tree(made, "index", 0)
    assert np.isnan(tree.ranks[0]) and sorted(tree.ranks[1:]) == list(range(1, UNITS))
    low = measure(examined([made]), "rank_low")
    assert "00" not in low and min(low.values()) == 1


def test_a_pillar_of_which_nothing_is_left_weighs_nothing() -> None:
    parts = {"direction": "higher_is_better"}
    made = board(
        {"a": [1.0, 2, 3, 4], "b": [4.0, 3, 1, 2], "c": [2.0, 4, 3, 1]},
        definition("one", {"a": parts}, method=RULES | {"aggregate": "sum"}),
        definition("two", {"b": parts, "c": parts}),
        definition(
            "index", {"one": {}, "two": {}}, method=RULES | {"normalise": "none"},
            robustness={"leave_out": True},
        ),
    )  # fmt: skip
    table = examined([made])
    tree = Tree(made, "index", 0)
    only_two = made.known["two"].values[0]
    shift = np.abs((-only_two).argsort().argsort() + 1 - tree.ranks).mean()
    assert measure(table, "drop_one_mean")["a"] == pytest.approx(shift)
    assert measure(table, "drop_one_mean")["one"] == pytest.approx(shift)


def test_what_is_subtracted_has_its_share_of_the_weight() -> None:
    made = board(
        {"a": [1.0, 2, 3], "b": [3.0, 1, 1]},
        definition("index", {"a": {"weight": 1}, "b": {"weight": -1}}, method=None),
    )
    assert measure(examined([made]), "effective_weight") == {"a": 0.5, "b": 0.5}


def test_a_figure_that_is_not_finite_is_not_published() -> None:
    made = board({"a": [1e308, 1.0, 2.0]}, definition("index", {"a": {}}, scale=1e10, method=None))
    assert made.known["index"].absences.tolist() == [[Absence.UNDEFINED, 0, 0]]
    assert np.isnan(made.known["index"].values[0, 0])


def test_a_single_choice_that_moves_no_rank_explains_nothing() -> None:
    made = board(
        {"a": [1.0, 2, 3, 4]},
        definition("index", {"a": {"direction": "higher_is_better"}}, robustness={"weights": 0.5}),
    )
    assert measure(examined([made]), "effect_first") == {}


def test_what_declares_nothing_uncertain_has_weights_and_no_intervals() -> None:
    table = examined(
        [board({"a": [1.0, 2, 3]}, definition("index", {"a": {"direction": "higher_is_better"}}))]
    )
    assert measure(table, "effective_weight") == {"a": 1}
    assert measure(table, "rank_low") == {} and measure(table, "effect_total") == {}
    assert measure(table, "drop_one_mean") == {"a": None}  # nothing is left to rank


def test_a_missing_figure_is_imputed_in_the_way_that_is_drawn() -> None:
    values = [1.0, 2, 3, 4, np.nan, 60]
    rules = RULES | {"impute": {"by": "median"}}
    made = board(
        {"a": values, "b": [3.0, 3, 3, 3, 3, 4]},
        definition(
            "index", {name: {"direction": "higher_is_better"} for name in "ab"}, method=rules,
            robustness={"draws": 400, "impute": [{"by": "mean"}, {"by": "none"}]},
        ),
    )  # fmt: skip
    found = find_intervals(Tree(made, "index", 0))
    assert found
    # By median (3) the fifth is third to fifth among equals, by mean (14) second; not imputed
    # it has no rank: two draws of three rank it.
    assert found.low[4] == 2 and found.high[4] == 3
    assert 0.55 < found.ranked[4] / 400 < 0.78 and found.ranked[0] == 400
