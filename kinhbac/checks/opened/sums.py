"""What follows from what is told by adding, subtracting and dividing.

Here: closed indicators, and withheld figures of open ones, that open figures decide. Not here: parts
of a total (``proof.sql``), which equations there are and what they decide (``equations``).
"""

from __future__ import annotations

from collections import defaultdict

import duckdb

from kinhbac.checks.opened.equations import Definition, Equations, Variable, day_of
from kinhbac.periods import PeriodKind
from kinhbac.queries import read_queries
from kinhbac.registry import Registry
from kinhbac.registry.definitions.formulas import definitions_of

QUERIES = read_queries(__file__)


def find_sums(connection: duckdb.DuckDBPyConnection, registry: Registry) -> list[str]:
    """Closed indicators that, in the periods of any of the definitions in force, can be computed
    from told ones of the same frequency: as sums, differences and ratios, and from ratios."""
    closed = {key for (key,) in connection.execute(QUERIES["closed"]).fetchall()}
    told = {key for (key,) in connection.execute(QUERIES["told"]).fetchall()}
    found: set[str] = set()
    for equations in _equations(connection, registry).values():
        wanted = {(key, 0) for key in equations.keys if key in closed}
        for era in equations.eras:
            decided = equations.decide(era, wanted, lambda variable: variable[0] in told)
            found |= {key for key, _ in decided}
    return sorted(found)


def find_withheld(
    connection: duckdb.DuckDBPyConnection, registry: Registry, simulated: bool
) -> list[str]:
    """Withheld figures of open indicators that can be computed so from what is told of the same area
    and category, in that period and in those around it."""
    given = {"simulated": simulated}
    withheld = connection.execute(QUERIES["withheld"], given).fetchall()
    if not withheld:
        return []
    beside = connection.execute(QUERIES["beside"], given).fetchall()
    told = {(key, *place, day_of(start)) for key, *place, start in beside}
    by_frequency = _equations(connection, registry)
    answers: dict[tuple[Variable, int, frozenset[Variable]], bool] = {}
    found = []
    for key, *place, start, period in withheld:
        equations = by_frequency[registry.indicators[key].frequency]
        known = frozenset(
            (other, months)
            for other in equations.keys
            for months in equations.reach
            if (other, *place, day_of(start, -months)) in told
        )
        # Beside most figures the same is told: each of such patterns is solved once.
        asked = (key, 0), equations.era_of(day_of(start)), known
        if asked not in answers:
            wanted, era, _ = asked
            answers[asked] = bool(equations.decide(era, [wanted], known.__contains__))
        if answers[asked]:
            area, breakdown, category = place
            found.append(f"{key}, area {area}, period {period}, {breakdown}: {category}")
    return found


def _equations(
    connection: duckdb.DuckDBPyConnection, registry: Registry
) -> dict[PeriodKind, Equations]:
    """Frequency → the definitions of its indicators that have no method of their own."""
    over: dict[tuple[str, int], dict[Variable, float]] = defaultdict(dict)
    below: dict[tuple[str, int], dict[Variable, float]] = defaultdict(dict)
    for key, version, is_below, operand, lag, times in connection.execute(
        QUERIES["terms"]
    ).fetchall():
        (below if is_below else over)[key, version][operand, lag] = times
    found: dict[PeriodKind, list[Definition]] = {kind: [] for kind in PeriodKind}
    for key, indicator in registry.indicators.items():
        for one in definitions_of(indicator):
            place = key, one.version
            if not one.indicator.method and place in over:
                sides = over[place], below.get(place, {})
                definition = Definition(key, one.valid_from, one.valid_to, *sides)
                found[indicator.frequency].append(definition)
    return {kind: Equations(definitions) for kind, definitions in found.items()}
