"""One rule for digits: SQL, Python and arrays of Python give the same, to the last bit.

Here: comparing, cancelling, adding and rounding as such. Not here: what a night makes of them
(``tests/night/test_exact_nights.py``), how a page writes them (``tests/pages``).
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.macros import load_macros
from kinhbac.composite import digits
from kinhbac.digits import are_same, rounded, settled
from kinhbac.words.catalogue import CODES
from kinhbac.words.functions_of_sql import give_functions
from kinhbac.words.language import Language

UNHURRIED = settings(max_examples=40)
CONNECTION = duckdb.connect()
give_functions(CONNECTION)
MACROS = load_macros("figures")
WORDS = load_macros("figures", "words")
FIGURES = st.one_of(
    st.floats(-1e290, 1e290).filter(lambda value: value == 0 or abs(value) > 1e-290),
    st.decimals(-(10**7), 10**7, places=3).map(float),
    st.decimals(-(10**4), 10**4, places=2).map(lambda typed: float(typed) + 0.005),
    st.tuples(st.integers(-(10**6), 10**6), st.integers(1, 10**4)).map(lambda r: 100 * r[0] / r[1]),
    st.integers(-30, 30).map(lambda power: math.nextafter(10.0**power, 0)),
)


def answers(sql: str, **columns: list[Any]) -> list[Any]:
    """One column, a row for each row of ``given``, in its order."""
    CONNECTION.register("given", pl.DataFrame(columns).to_arrow())
    return [row[0] for row in CONNECTION.execute(f"select {sql} from given").fetchall()]


def bits(values: list[float]) -> list[str]:
    return [(value + 0.0).hex() for value in values]


@UNHURRIED
@given(st.lists(FIGURES, min_size=1, max_size=50))
def test_what_is_compared_is_the_same_in_sql_and_in_python(values: list[float]) -> None:
    expected = bits([settled(value) for value in values])
    assert bits(answers(MACROS.settled("x"), x=values)) == expected
    assert bits(digits.settle(values).tolist()) == expected


@UNHURRIED
@given(st.lists(FIGURES, min_size=1, max_size=50), st.integers(0, 9))
def test_rounding_is_the_same_in_sql_and_in_python(values: list[float], decimals: int) -> None:
    expected = [rounded(value, decimals).hex() for value in values]
    assert [one.hex() for one in answers(MACROS.rounded("x", decimals), x=values)] == expected
    assert [one.hex() for one in digits.round_half_up(np.array(values), decimals)] == expected


@given(st.decimals(-(10**9), 10**9, places=4), st.integers(0, 3))
def test_a_typed_figure_is_rounded_as_by_hand(typed: Decimal, decimals: int) -> None:
    by_hand = typed.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert rounded(float(typed), decimals) == float(by_hand)


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [(8192.005, 2, 8192.01), (3.125, 2, 3.13), (-2.5, 0, -3), (2.5, 0, 3), (1.005, 2, 1.01),
     (123456789012.9949, 2, 123456789012.99), (1e300, 2, 1e300), (-0.001, 2, 0)],
)  # fmt: skip
def test_a_half_is_rounded_away_from_zero(value: float, decimals: int, expected: float) -> None:
    assert rounded(value, decimals) == expected


def test_people_read_figures_rounded_half_up() -> None:
    """Twelve and a half in a hundred thousand is a half for whoever reads it."""
    vietnamese, english = Language("vi"), Language("en")
    assert [vietnamese.number(one) for one in (3.125, 0.125, 8192.5, 10000.5, -3.125)] == [
        "3,13", "0,125", "8.193", "10.001", "-3,13",
    ]  # fmt: skip
    assert english.number(2.675) == "2.68" and english.number(-0.0000001) == "0"
    assert english.number(8192.05, 1) == "8,192.1" and english.number(0.125, 0) == "0"


def test_people_are_shown_three_digits_and_no_round_number_that_is_not_reached() -> None:
    english = Language("en")
    shown = [english.number(one) for one in (76.094588, 0.002345, 122838, 99.96, 94.9999999999999)]
    assert shown == ["76.1", "0.00235", "122,838", "99.96", "95"]


@UNHURRIED
@given(st.lists(FIGURES.filter(lambda value: abs(value) < 1e12), min_size=1, max_size=30))
def test_sql_and_pages_show_the_same_digits(values: list[float]) -> None:
    for code in CODES:
        expected = [Language(code).number(value) for value in values]
        assert answers(WORDS.number("x", code), x=values) == expected
        exact = [Language(code).number(value, 1) for value in values]
        assert answers(WORDS.number("x", code, "null", "1"), x=values) == exact


def test_a_large_figure_has_no_decimals_that_are_not_its_own() -> None:
    shown = answers(WORDS.number("x", "en", "null", "1"), x=[8589934592.25, 1000.0, 10.04])
    assert shown == ["8,589,934,592.3", "1,000", "10"]


def test_a_movement_is_told_in_the_digits_of_the_figure_that_moved() -> None:
    english = Language("en")
    moved = [english.moved(change, 76.09) for change in (0.002345, -0.0004, 0.0, -1.26, None)]
    assert moved == ["≈ 0", "≈ 0", "= 0", "▼ 1.3", "–"]
    assert english.moved(0.002345, 76.09, 4) == "▲ 0.0023"


@given(st.lists(FIGURES, min_size=1, max_size=30))
def test_settling_twice_changes_nothing(values: list[float]) -> None:
    once = [settled(value) for value in values]
    assert [settled(value) for value in once] == once


def test_two_ways_to_one_figure_are_the_same() -> None:
    assert are_same(100 * 0.57 / 0.6, 95) and are_same(0.1 + 0.2, 0.3)
    assert not are_same(94.9999999999, 95) and not are_same(1e-13, 0)
    pairs: dict[str, list[Any]] = {"x": [0.1 + 0.2, 0.5, 1e308], "y": [0.3, 0.25, -1e308]}
    assert answers(MACROS.difference("x", "y"), **pairs) == [0, 0.25, None]


def test_terms_that_cancel_leave_nothing() -> None:
    for terms, expected in (
        ([0.3, -0.1, -0.2], 0),
        ([1e6 * 0.3, -1e6 * 0.1, -1e6 * 0.2], 0),
        ([1e9, 1, -1e9], 1),
        ([1e15, 1, -1e15], 0),
        ([1 / 3, 1 / 3, 1 / 3, -1], 0),
        ([1e-10, 2e-10], 3e-10),
        ([1e20, 1e30], None),
        ([1.0, math.inf], None),
    ):
        assert answers(MACROS.total("x"), x=terms) == [expected], terms


@UNHURRIED
@given(st.lists(FIGURES.filter(lambda x: abs(x) < 1e20), min_size=2, max_size=60),
       st.randoms(use_true_random=False))  # fmt: skip
def test_a_sum_is_the_same_in_any_order(terms: list[float], random: Any) -> None:
    shuffled = list(terms)
    random.shuffle(shuffled)
    [one], [other] = (answers(MACROS.total("x"), x=x) for x in (terms, shuffled))
    assert one.hex() == other.hex()
    size = math.fsum(map(abs, terms))
    assert abs(one - math.fsum(terms)) <= 1e-12 * size + 1e-24
