"""What follows from what is told by adding and subtracting alone.

Here: closed indicators that open ones decide. Not here: parts of a total (``proof.sql``).
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import numpy as np

from kinhbac.registry import Registry

EXACT = 1e-9


def find_sums(
    connection: duckdb.DuckDBPyConnection, registry: Registry, open_ones: set[str]
) -> list[str]:
    """Closed indicators that can be computed from open ones of the same frequency by adding and
    subtracting alone.

    Every indicator without a denominator or a method of its own is an equation between itself and
    its operands. What is told drops out of the equations; what they still decide follows from it.
    """
    terms = connection.execute(
        "select indicator, operand, lag_years, sum(coefficient) from sealed.indicator_terms "
        "group by all having bool_and(role in ('numerator', 'component'))"
    ).fetchall()
    ratios = connection.execute(
        "select distinct indicator from sealed.indicator_terms "
        "where role not in ('numerator', 'component')"
    ).fetchall()
    methods = {key for key, one in registry.indicators.items() if one.method}
    plain = {key for key, *_ in terms} - {key for (key,) in ratios} - methods
    found: list[str] = []
    for frequency in {one.frequency for one in registry.indicators.values()}:
        own = {
            key
            for key in plain
            if key in registry.indicators and registry.indicators[key].frequency == frequency
        }
        found += _decided([term for term in terms if term[0] in own], own, own & open_ones)
    return sorted(found)


def _decided(
    terms: list[tuple[str, str, int, float]], own: set[str], told: set[str]
) -> Iterator[str]:
    """Of ``own``, those not ``told`` that the equations fix once what is told is known."""
    unknown = [(key, 0) for key in sorted(own - told)]
    unknown += sorted(
        {(operand, lag) for _, operand, lag, _ in terms if operand not in told} - set(unknown)
    )
    place = {variable: column for column, variable in enumerate(unknown)}
    rows = sorted(own)
    equations = np.zeros((len(rows), len(unknown)))
    for key, operand, lag, coefficient in terms:
        if operand not in told:
            equations[rows.index(key), place[operand, lag]] += coefficient
    for key in own - told:
        equations[rows.index(key), place[key, 0]] -= 1
    if not equations.size:
        return
    _, sizes, directions = np.linalg.svd(equations)
    free = directions[(sizes > EXACT).sum() :]
    for key in sorted(own - told):
        if np.abs(free[:, place[key, 0]]).max(initial=0) < EXACT:
            yield key
