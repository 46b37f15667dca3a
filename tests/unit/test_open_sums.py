"""What open figures decide by adding, subtracting and dividing is found, whichever way it follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kinhbac.checks.opened import equations, proof
from kinhbac.checks.opened.equations import Definition, Equations, Variable, day_of
from tests.conftest import Province
from tests.opened import CLOSED, MORE, SUPPRESSED, TERMS, refused, tables, term
from tests.small_release import cell

Formula = tuple[dict[str, float], dict[str, float]]


@pytest.mark.parametrize(
    ("formula", "follows"),
    [
        (({"births": 1, "births_at_clinic": -1}, {}), True),
        (({"births": 2}, {}), True),
        (({"births": 1, "pupils": -1}, {}), False),
        (({"births": 1}, {"pupils": 1}), False),
        (({"births": 1, "births_at_clinic": -1}, {"births_at_clinic": 1}), True),
        (({"births": 1, "previous_year(births)": -1}, {}), True),
        (({"births": 1, "previous_year(pupils)": -1}, {}), False),
    ],
    ids=[
        "difference",
        "multiple",
        "not told",
        "ratio to what is not told",
        "ratio",
        "growth",
        "not told a year ago",
    ],
)
def test_a_closed_sum_or_difference_of_open_ones_is_open(
    formula: Formula, follows: bool, province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TERMS, "born_elsewhere", formula)
    closed = CLOSED | {"born_elsewhere"}
    found = refused(province, tables(closed), closed)
    assert (proof.DIFFERENCE in found and "such as born_elsewhere" in found) is follows


def test_a_closed_part_of_an_open_ratio_is_open_where_the_other_part_is(
    province: Province,
) -> None:
    """Births, and the rate of those at a clinic, tell how many were born there."""
    closed = CLOSED | {"born_at_clinics"}
    found = refused(province, tables(closed), closed)
    assert proof.DIFFERENCE in found and "such as born_at_clinics" in found


@pytest.mark.parametrize(
    "times", [{}, {"a": 1}, {"a": 1, "b": 0}, {"a": 1, "b": -1}, {"a": 1e5, "b": 1}, {"a": 0}]
)
def test_an_equation_fixes_alone_what_it_fixes_said_twice(times: dict[str, float]) -> None:
    solve = vars(equations)["_solve"]
    equation = {(name, 0): of for name, of in times.items()}
    assert solve([equation]) == solve([equation, equation])


EARLIER = """\
  valid: {from: 2026-01-01}
  earlier: [{valid: {from: 2024-01-01, to: 2025-12-31}, numerator: births}]
"""


def test_each_definition_is_held_against_what_was_told_in_its_time(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the definition of today it follows from nothing, by that of before it does."""
    monkeypatch.setitem(TERMS, "load", ({"births": 1, "pupils": 1}, {}))
    monkeypatch.setitem(MORE, "load", EARLIER)
    closed = CLOSED | {"load"}
    told = tables(closed)
    for row in told["indicator_terms"]:
        row["version"] += row["indicator"] == "load"
    told["indicator_terms"].append(term("load", "births"))
    found = refused(province, told, closed)
    assert proof.DIFFERENCE in found and "such as load" in found


@pytest.mark.parametrize("told_elsewhere", [True, False])
def test_a_withheld_figure_that_others_beside_it_add_up_to_follows(
    told_elsewhere: bool, province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TERMS, "born_elsewhere", ({"births": 1, "births_at_clinic": -1}, {}))
    told = tables()
    told["indicator_values"][3] |= SUPPRESSED
    told["indicator_values"] += [
        cell("born_elsewhere", 3.0),
        cell("born_at_clinics", 4.0, period="2026-01"),
        cell("born_elsewhere", 3.0 if told_elsewhere else None, period="2026-01"),
    ]
    found = refused(province, told)
    assert (proof.WITHHELD in found) is told_elsewhere
    assert ("such as born, area 24, period 2026-01" in found) is told_elsewhere


def test_a_simulated_indicator_that_nobody_is_told_gives_nothing_away(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closed indicator that only a simulated one would decide does not hold the edition up."""
    monkeypatch.setitem(TERMS, "demo_births", ({"pupils": 1}, {}))
    monkeypatch.setitem(TERMS, "load", ({"pupils": 2}, {}))
    closed = CLOSED | {"load"}
    assert refused(province, tables(closed), closed) == ""


def defined(
    key: str, begins: int | None = None, ends: int | None = None, **operands: float
) -> Definition:
    """A definition in force from the beginning of one year to the end of another; of ``x_1``, the
    figure of a year ago is meant."""
    named = {
        (name.removesuffix("_1"), int(name.endswith("_1"))): times
        for name, times in operands.items()
    }
    first, last = begins and date(begins, 1, 1), ends and date(ends, 12, 31)
    return Definition(key, first or None, last or None, named)


def decided(told: set[str], *definitions: Definition, year: int = 2026) -> set[str]:
    equations = Equations(definitions)
    wanted: set[Variable] = {(key, 0) for key in equations.keys - told}
    era = equations.era_of(day_of(date(year, 1, 1)))
    return {key for key, _ in equations.decide(era, wanted, lambda one: one[0] in told)}


def test_what_the_years_around_tell_is_known() -> None:
    """This year's operand is told by what was told of it a year ago, and by what will be told of
    it in a year."""
    before, after = defined("before", x_1=1), defined("plain", x=1)
    assert decided({"before"}, before, after) == {"plain"}
    assert decided({"plain"}, before, after) == {"before"}
    assert decided({"growth"}, defined("growth", x=1, x_1=-1), after) == set()


def test_a_definition_decides_only_while_it_is_in_force() -> None:
    old, new = defined("sum", ends=2025, x=1), defined("sum", begins=2026, x=1, y=1)
    plain = defined("plain", x=1)
    assert decided({"plain"}, old, new, plain, year=2025) == {"sum"}
    assert decided({"plain"}, old, new, plain, year=2026) == set()
    # With a lag, the definition of the year before still tells what is asked this year.
    lagged = defined("before", x_1=1)
    assert decided({"sum"}, old, new, lagged, year=2026) == {"before"}
    assert decided({"sum"}, old, new, lagged, year=2027) == set()


def test_of_a_ratio_and_its_sides_two_decide_the_third() -> None:
    rate = replace(defined("rate", x=1, y=1), below={("z", 0): 1.0})
    sides = defined("x_", x=1), defined("y_", y=1), defined("z_", z=2)
    assert decided({"x_", "y_", "z_"}, rate, *sides) == {"rate"}
    assert decided({"rate", "x_", "y_"}, rate, *sides) == {"z_"}
    assert decided({"rate", "z_", "x_"}, rate, *sides) == {"y_"}
    assert decided({"rate", "z_"}, rate, *sides) == set()
    # What a ratio decides decides another: z by the first, w by the second.
    other = replace(defined("other", z=1), below={("w", 0): 1.0})
    assert decided({"rate", "x_", "y_", "other"}, rate, *sides, other, defined("w_", w=1)) == {
        "z_",
        "w_",
    }


def test_what_is_closed_may_hang_together_and_follow_from_nothing() -> None:
    one, other = defined("one", x=1, y=1), defined("other", y=1, z=1)
    both = defined("both", x=1, y=2, z=1)
    assert decided({"both"}, one, other, both) == set()
    assert decided({"both", "one"}, one, other, both) == {"other"}
