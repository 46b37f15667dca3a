"""What chance does to counted figures: published cases, and exact distributions.

Here: the macros by themselves, and which definitions are counted. Not here: what a release says of
its figures (``tests/night/test_evidence.py``).
"""

from __future__ import annotations

from typing import Any

import duckdb
import polars as pl
import pytest
from scipy.stats import binom, chi2, norm, poisson

from bench.macros import load_macros
from kinhbac.data_folder import PROJECT
from kinhbac.registry import load_registry
from kinhbac.registry.definitions.formulas import definitions_of
from kinhbac.registry.definitions.noise import noise_of

CONNECTION = duckdb.connect()
MACROS = load_macros("noise")


def ask(sql: str, **columns: list[float]) -> list[Any]:
    CONNECTION.register("given", pl.DataFrame(columns).to_arrow())
    return CONNECTION.execute(f"select {sql} from given").fetchall()


@pytest.mark.parametrize(
    ("count", "whole", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)  # fmt: skip
def test_intervals_of_shares_are_those_that_newcombe_published(
    count: float, whole: float, low: float, high: float
) -> None:
    """Newcombe 1998, Statistics in Medicine 17, table I, method 3."""
    ends = [MACROS.wilson_end("count", "whole", end) for end in "-+"]
    [found] = ask(", ".join(ends), count=[float(count)], whole=[float(whole)])
    assert found == pytest.approx((low, high), abs=6e-5)


def test_intervals_of_events_are_exact() -> None:
    """Garwood 1936: from the chi-squared distribution, as every table of them is made."""
    ends = CONNECTION.execute(f"from ({MACROS.exact_ends()}) order by events").fetchall()
    assert [events for events, *_ in ends] == list(range(100))
    for events, low, high in ends:
        assert low == pytest.approx(chi2.ppf(0.025, 2 * events) / 2 if events else 0, rel=1e-9)
        assert high == pytest.approx(chi2.ppf(0.975, 2 * events + 2) / 2, rel=1e-9)
    assert ends[10][1:] == pytest.approx((4.795, 18.390), abs=1e-3)  # as printed in tables
    [(low, high)] = ask(
        f"{MACROS.many_events_end('n', -1)}, {MACROS.many_events_end('n + 1', 1)}", n=[100.0]
    )
    assert (low, high) == pytest.approx((81.364, 121.627), abs=2e-3)


def test_distances_are_those_of_the_exact_tails() -> None:
    """Within a tenth of a deviation where an event is expected on either side, or nearly: the
    approximation never turns what is within chance into what is not by more."""
    for count, whole, share in [(80, 100, 0.9), (450, 500, 0.95), (5, 10, 0.1), (17, 20, 0.97)]:
        sql = MACROS.distance_from_share("x", "n", "p")
        [(found,)] = ask(sql, x=[float(count)], n=[float(whole)], p=[share])
        exact = binom.cdf(count - 1, whole, share) + binom.pmf(count, whole, share) / 2
        assert found == pytest.approx(norm.ppf(exact), abs=0.12)
    for count, mean in [(6, 12.2), (3, 1.0), (20, 10.0), (200, 150.0)]:
        [(found,)] = ask(MACROS.distance_from_mean("x", "m"), x=[float(count)], m=[mean])
        exact = poisson.cdf(count - 1, mean) + poisson.pmf(count, mean) / 2
        assert found == pytest.approx(norm.ppf(exact), abs=0.1)


def test_limits_of_funnels_are_the_exact_quantiles() -> None:
    """To half a case, mid-P, which is as far as whole cases tell (Spiegelhalter 2005, appendix)."""
    for normal, tail in ((1.959964, 0.025), (3.090232, 0.001)):
        for whole, share in ((50, 0.1), (200, 0.9), (1000, 0.97)):
            for sign in (-1, 1):
                sql = MACROS.count_at("m", "p", "n", f"({sign * normal})")
                [(found,)] = ask(sql, m=[whole * share], p=[share], n=[float(whole)])
                exact = binom.ppf(tail if sign < 0 else 1 - tail, whole, share)
                assert found == pytest.approx(exact, abs=1)
    [few] = ask(
        ", ".join(MACROS.count_at("m", "0", "1e300", f"({z})") for z in (-3.09, 3.09)), m=[0.09]
    )
    assert few == pytest.approx((0, 2.4), abs=0.1)


def test_discoveries_are_those_of_benjamini_and_hochberg() -> None:
    """Their worked example (1995, 3.1): of fifteen tests four, where Bonferroni gives three."""
    ps = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
          0.5719, 0.6528, 0.7590, 1.0000]  # fmt: skip
    CONNECTION.register("tests", pl.DataFrame({"p": ps, "family": ["all"] * 15}).to_arrow())
    below = MACROS.below_the_line("p", "family")
    told = CONNECTION.execute(
        f"select p from (select *, {MACROS.is_discovery('p', 'below', 'family')} as told "
        f"from (select *, {below} as below from tests)) where told order by p"
    ).fetchall()
    assert [p for (p,) in told] == ps[:4]


def test_tails_are_those_of_the_normal_distribution() -> None:
    xs = [0.0, 0.5, 1.96, -3.0, 5.0, 8.0]
    found = [p for (p,) in ask(MACROS.both_tails("x"), x=xs)]
    assert found == pytest.approx([2 * norm.sf(abs(x)) for x in xs], rel=2e-7)


def test_what_is_counted_has_noise_and_nothing_else() -> None:
    """A share of cases, a rate of events and a count; no amount, mean, index, growth or stock."""
    registry = load_registry(PROJECT / "sources")
    noises = {
        key: noise_of(registry, definitions_of(registry.indicators[key])[-1])
        for key in registry.indicators
    }
    found = {noise: sum(one == noise for one in noises.values()) for noise in noises.values()}
    assert found["share"] > 50 and found["count"] > 10 and found["rate"] >= 3
    for key, noise in noises.items():
        indicator = registry.indicators[key]
        unit = registry.vocabulary.units[indicator.unit]
        if indicator.components or unit.currency or indicator.unit in ("index", "point", "day"):
            assert noise is None, key
