"""Warnings of worlds whose truth is known: false alarms, and what a real change takes to be seen.

Here: simulated communes, judged by the same SQL as a night's figures. Not here: forecasts
(``bench.forecast``). ``python -m bench.known_truth`` prints, of 99 communes a month, how many are
yellow or red by chance alone, by the figure and by the evidence that is asked for; how often a true
shift is told; and how many are said to differ where none does. Half a minute.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.macros import load_macros

Counts = NDArray[np.int64]
SIZES = (20, 100, 500)
"""Cases a month, of 33 communes each."""
COMMUNES = 33
EVIDENCE = 1.6448536269514722
"""Of 95 %, in standard deviations."""
MACROS = load_macros("noise", "figures", "limits")


@dataclass(frozen=True)
class Rule:
    """A rule with one yellow and one red limit; ``broken`` is the distance beyond a limit, in SQL of
    count, whole, count_then and whole_then, ``beyond`` whether the figure itself lies there."""

    yellow: float
    red: float
    broken: Any
    beyond: Any


def threshold(yellow: float, red: float) -> Rule:
    """A share in percent, which is not to lie below."""
    return Rule(
        yellow,
        red,
        lambda limit: "- " + MACROS.distance_from("'share'", "count", "whole", "100", limit),
        lambda limit: f"100 * count / whole < {limit}",
    )


def change(yellow: float, red: float) -> Rule:
    """A count, which is not to rise by so many percent against another month."""
    given = ("1", "count", "1", "count_then", "1")
    return Rule(
        yellow,
        red,
        lambda limit: MACROS.distance_of_change("'count'", "'percent'", limit, *given),
        lambda limit: f"count > count_then * (1 + {limit} / 100)",
    )


def pace(yellow: float, red: float) -> Rule:
    """A count to date in percent of what is due (``whole``), which is not to lie below."""
    return Rule(
        yellow,
        red,
        lambda limit: (
            "- " + MACROS.distance_from("'count'", "count", "1", "1", f"({limit} * whole / 100)")
        ),
        lambda limit: f"100 * count / whole < {limit}",
    )


def judge(rule: Rule, **columns: Counts) -> dict[str, float]:
    """Shares of the cases that are yellow (or worse) and red: by the figure, and by evidence."""
    with duckdb.connect() as connection:
        frame = pl.DataFrame({name: values.astype(float) for name, values in columns.items()})
        connection.register("given", frame.to_arrow())
        asked = []
        for colour, limit in (("yellow", rule.yellow), ("red", rule.red)):
            figure = rule.beyond(f"{limit}")
            surely = f"({figure}) and ({rule.broken(f'{limit}')}) >= {EVIDENCE}"
            asked += [f"avg(({figure})::int) as {colour}_by_figure"]
            asked += [f"avg(({surely})::int) as {colour}"]
        shares: dict[str, float] = (
            connection.sql(f"select {', '.join(asked)} from given").pl().row(0, named=True)
        )
        return shares


def false_alarms(rng: np.random.Generator, months: int) -> dict[str, dict[int, dict[str, float]]]:
    """Kind of rule → size → shares, where nothing has changed: a true share of 97 % against limits
    of 95 and 90, counts against the month before with 25 and 60 %, and a pace of 95 and 80 % in
    January, when least has been counted."""
    draws = months * COMMUNES
    found: dict[str, dict[int, dict[str, float]]] = {"threshold": {}, "change": {}, "pace": {}}
    for size in SIZES:
        whole = np.full(draws, size)
        found["threshold"][size] = judge(
            threshold(95, 90), count=rng.binomial(size, 0.97, draws), whole=whole
        )
        then, now = (rng.poisson(size, draws) for _ in range(2))
        found["change"][size] = judge(change(25, 60), count=now, count_then=then)
        found["pace"][size] = judge(pace(95, 80), count=rng.poisson(size, draws), whole=whole)
    return found


def caught(rng: np.random.Generator, communes: int, within: int = 3) -> dict[int, float]:
    """Size → the share of communes whose shift of two standard errors beyond the limit of 80 % is
    told in one of so many periods."""
    found = {}
    for size in SIZES:
        share = 0.8 - 2 * np.sqrt(0.8 * 0.2 / size)
        counts = rng.binomial(size, share, (within, communes))
        told = np.zeros(communes, dtype=bool)
        for month in counts:
            with duckdb.connect() as connection:
                given = {"count": month.astype(float), "whole": np.full(communes, float(size))}
                connection.register("given", pl.DataFrame(given).to_arrow())
                rows = connection.execute(
                    f"select {threshold(80, 0).broken('80')} >= {EVIDENCE} from given"
                ).fetchall()
            told |= np.array([bool(row[0]) for row in rows])
        found[size] = float(told.mean())
    return found


def discoveries(rng: np.random.Generator, months: int) -> float:
    """The share of months in which any of 99 communes is said to differ from a province with which
    all are the same; at most 5 % of them by the method."""
    whole = np.tile(np.repeat(SIZES, COMMUNES), months)
    given = {
        "family": np.repeat(np.arange(months), 3 * COMMUNES),
        "count": rng.binomial(whole, 0.9).astype(float),
        "whole": whole.astype(float),
    }
    with duckdb.connect() as connection:
        connection.register("given", pl.DataFrame(given).to_arrow())
        distance = MACROS.distance_from("'share'", "count", "whole", "100", "90")
        tested = f"select family, {MACROS.both_tails('z')} as p from (select *, {distance} as z from given)"
        lined = f"select *, {MACROS.below_the_line('p', 'family')} as below from ({tested})"
        told = MACROS.is_discovery("p", "below", "family")
        [(share,)] = connection.execute(
            f"select avg(told::int) from (select family, bool_or(told) as told "
            f"from (select family, {told} as told from ({lined})) group by family)"
        ).fetchall()
    return float(share)


def main() -> None:
    """Print what the rules say of worlds in which the truth is known."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--months", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    rng = np.random.default_rng(given.seed)
    print("Of 99 communes a month, by chance alone (by the figure → with evidence):")
    for kind, sizes in false_alarms(rng, given.months).items():
        for colour in ("yellow", "red"):
            before = sum(COMMUNES * told[f"{colour}_by_figure"] for told in sizes.values())
            now = {size: COMMUNES * told[colour] for size, told in sizes.items()}
            parts = ", ".join(f"{size}: {count:.2f}" for size, count in now.items())
            print(f"  {kind:10} {colour:7} {before:6.2f} → {sum(now.values()):5.2f}  ({parts})")
    print("A true shift of two standard errors, told within three periods:")
    for size, share in caught(rng, given.months).items():
        print(f"  communes of {size:4}: {100 * share:.1f} %")
    print(f"Months with a false difference: {100 * discoveries(rng, given.months):.1f} %")


if __name__ == "__main__":
    main()
