"""A large composite, beside a plain pandas loop and a plain numpy loop that do the same.

99 communes × 60 months × 50 components on 4 levels, winsorised, min–max, arithmetic means;
then 1,000 Monte Carlo draws of weights for the latest month. Here: medians over rounds and
ratios side by side in one run, of ways that find the same. Not here: tests of methods.
Run: ``make bench`` or ``python -m bench.composite [rounds]``.
Past 200 lines because the plain loops that it is compared with must stand beside it to be believed.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from kinhbac.composite.board import Board
from kinhbac.composite.figures import Figures, Grid, Numbers
from kinhbac.composite.reach import cut_board
from kinhbac.composite.sensitivity import drop_one, find_effects
from kinhbac.composite.tree import Tree
from kinhbac.composite.uncertainty import find_intervals
from kinhbac.registry.declared.methods import CompositeDefinition

AREAS, MONTHS, LEAVES, GROUPS, PILLARS, DRAWS = 99, 60, 50, 10, 3, 1000
METHOD: dict[str, Any] = {
    "name": {"vi": "x", "en": "x"},
    "based_on": "the measurement",
    "among": "commune",
    "treat": {"by": "winsorise"},
    "normalise": {"by": "min_max"},
    "aggregate": "arithmetic",
}
MEAN = METHOD | {"treat": {"by": "none"}, "normalise": {"by": "none"}}


def make_board() -> Board:
    """Leaves → groups → pillars → index; some leaves have a long tail, as counts do."""
    generator = np.random.default_rng(99)
    periods = tuple(date(2022 + month // 12, month % 12 + 1, 1) for month in range(MONTHS))
    kinds = np.array(["commune"] * AREAS)
    grid = Grid(periods, tuple(f"{area:05}" for area in range(AREAS)), kinds, {})
    known = {}
    for leaf in range(LEAVES):
        values = generator.normal(50, 10, grid.shape)
        if leaf % 5 == 0:
            values = np.exp(values / 12)
        known[f"leaf_{leaf}"] = Figures(values, np.zeros(grid.shape, np.int16))
    direction = {"direction": "higher_is_better"}
    parts = {
        f"group_{group}": {f"leaf_{leaf}": direction for leaf in range(group, LEAVES, GROUPS)}
        for group in range(GROUPS)
    }
    upper: dict[str, dict[str, Any]] = {
        f"pillar_{pillar}": {f"group_{group}": {} for group in range(pillar, GROUPS, PILLARS)}
        for pillar in range(PILLARS)
    }
    index: dict[str, dict[str, Any]] = {
        "index": {f"pillar_{pillar}": {} for pillar in range(PILLARS)}
    }
    definitions = {
        (name, 1): CompositeDefinition.model_validate(
            {
                "indicator": name, "version": 1, "valid_from": None, "valid_to": None,
                "frequency": "month", "direction": "higher_is_better", "scale": 1,
                "round": None, "components": components, "targets": {},
                "method": METHOD if level is parts else MEAN,
                "robustness": {"draws": DRAWS, "weights": 0.25, "leave_out": True,
                               "normalise": [{"by": "percentile"}], "aggregate": ["geometric"]}
                if name == "index" else None,
            }
        )
        for level in (parts, upper, index)
        for name, components in level.items()
    }  # fmt: skip
    cells = {key: np.ones(grid.shape, bool) for key in definitions}
    return Board(grid, definitions, cells, known)


def compute_index(board: Board) -> Numbers:
    """The index by kinhbac, every stage of every composite kept."""
    board.compute()
    return board.known["index"].values


def loop_pandas(board: Board) -> Numbers:
    """The index month by month, component by component, as an analyst's script has it."""
    found = []
    for month in range(MONTHS):
        frame = pd.DataFrame(
            {f"leaf_{leaf}": board.known[f"leaf_{leaf}"].values[month] for leaf in range(LEAVES)}
        )
        for name in frame:
            own: Any = frame[name].copy()
            points = 0
            while abs(own.skew()) > 2 and own.kurt() > 3.5 and points < 5:
                points += 1
                limit = own[own < own.max()].max() if own.skew() > 0 else own[own > own.min()].min()
                own = own.clip(upper=limit) if own.skew() > 0 else own.clip(lower=limit)
            frame[name] = 100 * (own - own.min()) / (own.max() - own.min())
        for key, definition in board.definitions.items():
            frame[key[0]] = frame[list(definition.components)].mean(axis=1)
        found.append(frame["index"].to_numpy())
    return np.array(found)


def leaf_scores(board: Board, month: int) -> Numbers:
    """Normalised leaves of one month, leaves × communes."""
    scores = np.empty((LEAVES, AREAS))
    for own in board.stages.values():
        for place, name in enumerate(own.names):
            if name.startswith("leaf"):
                scores[int(name[5:])] = own.normalised[place, month]
    return scores


def loop_numpy(board: Board) -> Numbers:
    """The index month by month, with arrays of leaves × communes."""
    found = np.empty((MONTHS, AREAS))
    for month in range(MONTHS):
        known = {}
        for leaf in range(LEAVES):
            own, points = board.known[f"leaf_{leaf}"].values[month].copy(), 0
            while (
                abs(stats.skew(own, bias=False)) > 2
                and stats.kurtosis(own, bias=False) > 3.5
                and points < 5
            ):
                points += 1
                if stats.skew(own) > 0:
                    own = np.minimum(own, own[own < own.max()].max())
                else:
                    own = np.maximum(own, own[own > own.min()].min())
            known[f"leaf_{leaf}"] = 100 * (own - own.min()) / np.ptp(own)
        for (name, _), definition in board.definitions.items():
            known[name] = np.mean([known[part] for part in definition.components], axis=0)
        found[month] = known["index"]
    return found


def grow_tree(board: Board) -> Tree:
    """The index of the latest month with what decides it, computed."""
    part = cut_board(board, "index", MONTHS - 1)
    part.compute()
    return Tree(part, "index", len(part.grid.periods) - 1)


def loop_numpy_draws(board: Board, tree: Tree, factors: Numbers) -> Numbers:
    """Ranks under drawn weights, a draw after the other with small matrices."""
    scores = leaf_scores(board, MONTHS - 1)
    place = {pair: number for number, pair in enumerate(tree.weights)}
    ranks = np.empty((len(factors), AREAS))
    for number, factor in enumerate(factors):
        known = {f"leaf_{leaf}": scores[leaf] for leaf in range(LEAVES)}
        for (name, _), definition in board.definitions.items():
            weights = np.array([factor[place[name, part]] for part in definition.components])
            known[name] = weights @ np.array([known[part] for part in definition.components])
            known[name] = known[name] / weights.sum()
        ranks[number] = (-known["index"]).argsort().argsort() + 1
    return ranks


def loop_pandas_draws(board: Board, tree: Tree, factors: Numbers) -> Numbers:
    """The same with frames."""
    scores = leaf_scores(board, MONTHS - 1)
    place = {pair: number for number, pair in enumerate(tree.weights)}
    ranks = []
    for factor in factors:
        frame = pd.DataFrame({f"leaf_{leaf}": scores[leaf] for leaf in range(LEAVES)})
        for (name, _), definition in board.definitions.items():
            parts = list(definition.components)
            weights = pd.Series({part: factor[place[name, part]] for part in parts})
            frame[name] = (frame[parts] * weights).sum(axis=1) / weights.sum()
        ranks.append(frame["index"].rank(ascending=False).to_numpy())
    return np.array(ranks)


def compare(rounds: int, ways: dict[str, Callable[[], Any]]) -> None:
    """Print the median of each way and its ratio to the first; all must find the same."""
    first, *others = (work() for work in ways.values())
    if not all(np.allclose(first, other, rtol=1e-10) for other in others):
        raise SystemExit("the ways disagree: one of them is wrong")
    seconds = {name: timed(rounds, work) for name, work in ways.items()}
    least = next(iter(seconds.values()))
    for name, taken in seconds.items():
        print(f"  {name:<8}{taken:8.2f} s, {taken / least:6.1f} times as long")


def timed(rounds: int, work: Callable[[], object]) -> float:
    """The median of the seconds that ``work`` takes."""
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def main(rounds: int) -> None:
    """Print each case's median and how many times as long the loops take."""
    board = make_board()
    board.compute()
    print(f"{AREAS} communes × {MONTHS} months × {LEAVES} components, 4 levels, all stages")
    compare(
        rounds,
        {
            "kinhbac": lambda: compute_index(board),
            "numpy": lambda: loop_numpy(board),
            "pandas": lambda: loop_pandas(board),
        },
    )
    tree = grow_tree(board)
    factors = 0.75 + 0.5 * np.random.default_rng(1).random((DRAWS, len(tree.weights)))
    draws = replace(tree.declared(DRAWS), factors=factors)
    print(f"{DRAWS:,} draws of weights, the latest month")
    compare(
        rounds,
        {
            "kinhbac": lambda: tree.draw_ranks(draws),
            "numpy": lambda: loop_numpy_draws(board, tree, factors),
            "pandas": lambda: loop_pandas_draws(board, tree, factors),
        },
    )
    whole = timed(rounds, lambda: find_intervals(grow_tree(board)))
    effects = timed(rounds, lambda: find_effects(grow_tree(board)))
    dropped = timed(rounds, lambda: drop_one(grow_tree(board)))
    print(
        f"{DRAWS:,} draws of everything uncertain {whole:.2f} s, Sobol indices {effects:.2f} s, "
        f"leaving out each of {LEAVES} components {dropped:.2f} s"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
