"""Warnings of worlds whose truth is known: false alarms, and what a real change takes to be seen.

Here: simulated communes, judged by the same SQL as a night's figures. Not here: forecasts
(``bench.forecast``). ``python -m bench.known_alarms`` prints, of 99 communes a month, how many are
yellow or red by chance alone, by the figure and by the evidence that is asked for; how often a true
shift is told; and how many are said to differ where none does. Half a minute. Longer than 200 lines, because
false alarms and power of a kind of rule must be those of one and the same rule.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.macros import load_macros
from kinhbac.registry.declared.evidence import EVIDENCE, decision_interval_of, distance_of

Counts = NDArray[np.int64]
Truths = NDArray[np.bool_]
SIZES = (20, 100, 500)
"""Cases a month, of 33 communes each."""
COMMUNES = 33
COLOURS = ("yellow", "red")
METHODS = ("by the figure", "each by its own evidence", "as today")
MACROS = load_macros("noise", "figures", "limits", "weight")


@dataclass(frozen=True)
class Rule:
    """A rule with one yellow and one red limit; ``broken`` is the distance beyond a limit, in SQL of
    count, whole, count_then and whole_then, ``figure`` what is compared with it."""

    yellow: float
    red: float
    broken: Callable[[str], str]
    figure: str
    below: bool
    """Whether figures below the limits break them, not those above."""
    gathers: bool = False
    looks: int = 1
    evidence: float = EVIDENCE


def threshold(yellow: float, red: float) -> Rule:
    """A share in percent, which is not to lie below."""
    return Rule(
        yellow,
        red,
        lambda limit: "- " + MACROS.distance_from("'share'", "count", "whole", "100", limit),
        "100 * count / whole",
        below=True,
        gathers=True,
    )


def change(yellow: float, red: float, against: str = "last_year") -> Rule:
    """A count, which is not to rise by so many percent against another month."""
    given = ("1", "count", "1", "count_then", "1")
    return Rule(
        yellow,
        red,
        lambda limit: MACROS.distance_of_change("'count'", "'percent'", limit, *given),
        "100 * count / count_then - 100",
        below=False,
        gathers=against == "last_year",
    )


def fall(yellow: float, red: float, against: str = "last_year") -> Rule:
    """A share in percent, which is not to fall by so many points against another month."""
    given = ("100", "count", "whole", "count_then", "whole")
    return Rule(
        -yellow,
        -red,
        lambda limit: "- (" + MACROS.distance_of_change("'share'", "'unit'", limit, *given) + ")",
        "100 * count / whole - 100 * count_then / whole",
        below=True,
        gathers=against == "last_year",
    )


def rate(yellow: float, red: float) -> Rule:
    """A rate of 100 cases, which is not to lie above."""
    return Rule(
        yellow,
        red,
        lambda limit: MACROS.distance_from("'rate'", "count", "whole", "100", limit),
        "100 * count / whole",
        below=False,
        gathers=True,
    )


def growth(yellow: float, red: float) -> Rule:
    """A rate of 100 cases, which is not to rise by so many in its own unit against last year."""
    given = ("100", "count", "whole", "count_then", "whole")
    return Rule(
        yellow,
        red,
        lambda limit: MACROS.distance_of_change("'rate'", "'unit'", limit, *given),
        "100 * count / whole - 100 * count_then / whole",
        below=False,
        gathers=True,
    )


def pace_of_share(target: float, yellow: float, red: float) -> Rule:
    """A share to date in percent of what it should be, which is not to lie below."""
    return Rule(
        yellow,
        red,
        lambda limit: (
            "- "
            + MACROS.distance_from(
                "'share'", "count", "whole", "100", f"({limit} * {target} / 100)"
            )
        ),
        f"10000 * count / whole / {target}",
        below=True,
        looks=12,
    )


def pace(yellow: float, red: float) -> Rule:
    """A count to date in percent of what is due (``whole``), which is not to lie below."""
    return Rule(
        yellow,
        red,
        lambda limit: (
            "- " + MACROS.distance_from("'count'", "count", "1", "1", f"({limit} * whole / 100)")
        ),
        "100 * count / whole",
        below=True,
        looks=12,
    )


def judge(rule: Rule, method: str = METHODS[-1], **columns: Counts) -> dict[str, Truths]:
    """Where warnings start: colour → months × series. ``columns`` are months × series, judged by the
    SQL of a night: by the figure alone, each by its own evidence, or as today."""
    months, series = next(iter(columns.values())).shape
    frame = pl.DataFrame({
        "series": np.tile(np.arange(series), months),
        "period_start": np.repeat(np.arange(months), series),
        **{name: values.astype(float).ravel() for name, values in columns.items()},
    })  # fmt: skip
    ends = ("yellow_low", "red_low") if rule.below else ("yellow_high", "red_high")
    limits = dict.fromkeys(("yellow_low", "yellow_high", "red_low", "red_high"), "null::double")
    limits |= dict(zip(ends, (f"{rule.yellow}::double", f"{rule.red}::double"), strict=True))
    own = method == METHODS[1]
    asked = {
        **limits,
        "figure": rule.figure,
        "after": "1",
        "clear_margin": f"{abs(rule.yellow - rule.red) / 10}",
        "distance": f"{distance_of(rule.evidence, 1 if own else rule.looks)}",
        "decision_interval": "null::double"
        if own or not rule.gathers
        else f"{decision_interval_of(rule.evidence)}",
        **{
            f"{colour}_distance": "null::double"
            if method == METHODS[0]
            else rule.broken(f"{getattr(rule, colour)}")
            for colour in COLOURS
        },
    }
    with duckdb.connect() as connection:
        connection.register("given", frame.to_arrow())
        figures = ", ".join(f"{told} as {name}" for name, told in asked.items())
        connection.execute(
            f"create table judged as select series, period_start, {figures} from given"
        )
        levels = connection.sql(
            f"select coalesce(level, '') as level from ({MACROS.levels('judged')}) "
            "order by period_start, series"
        ).pl()["level"]
    table = levels.to_numpy().reshape(months, series)
    stands = {"yellow": table != "", "red": table == "red"}
    return {
        colour: on & ~np.vstack([np.zeros((1, series), dtype=bool), on[:-1]])
        for colour, on in stands.items()
    }


def quiet_worlds(
    rng: np.random.Generator, size: int, series: int
) -> dict[str, tuple[Rule, dict[str, Counts]]]:
    """Kind of rule → its rule and 24 months of communes in which nothing changes: a true share of 97 %
    against limits of 95 and 90, a rate a fifth and three eighths below them; counts with 25 and 60 %
    against the month before and against last year, a share of 90 % with 5 and 10 points, a rate of 5 with 1.25
    and 3; and paces of 95 and 80 %, of one year."""
    counts = rng.poisson(size, (37, series))
    whole = np.full((24, series), size)
    shares = rng.binomial(size, 0.9, (37, series))
    due = np.arange(1, 13)[:, None] * np.full((1, 4 * series), size)  # there is but one January
    return {
        "threshold": (
            threshold(95, 90),
            {"count": rng.binomial(size, 0.97, (24, series)), "whole": whole},
        ),
        "rate": (rate(6.25, 8), {"count": rng.poisson(size, (24, series)), "whole": 20 * whole}),
        "change, previous": (
            change(25, 60, "previous"),
            {"count": counts[1:25], "count_then": counts[:24]},
        ),
        "change, last year": (change(25, 60), {"count": counts[12:36], "count_then": counts[:24]}),
        "share, previous": (
            fall(5, 10, "previous"),
            {"count": shares[1:25], "count_then": shares[:24], "whole": whole},
        ),
        "share, last year": (
            fall(5, 10),
            {"count": shares[12:36], "count_then": shares[:24], "whole": whole},
        ),
        "rate, last year": (
            growth(1.25, 3),
            {"count": counts[12:36], "count_then": counts[:24], "whole": 20 * whole},
        ),
        "pace": (
            pace(95, 80),
            {"count": np.cumsum(rng.poisson(size, due.shape), axis=0), "whole": due},
        ),
        "pace of a share": (
            pace_of_share(90, 95, 80),
            {"count": np.cumsum(rng.binomial(size, 0.9, due.shape), axis=0), "whole": due},
        ),
    }


def false_alarms(
    rng: np.random.Generator,
    series: int,
    method: str = METHODS[-1],
    evidence: float = EVIDENCE,
) -> dict[str, dict[int, dict[str, float]]]:
    """Kind of rule → size → colour → share of communes in which a warning starts a month, where
    nothing is wrong. Of a pace the first month is told apart, as least has been counted by then."""
    found: dict[str, dict[int, dict[str, float]]] = defaultdict(dict)
    for size in SIZES:
        for kind, (rule, columns) in quiet_worlds(rng, size, series).items():
            starts = judge(replace(rule, evidence=evidence), method, **columns)
            spans = {kind: slice(None)}
            if kind.startswith("pace"):
                spans = {f"{kind} in January": slice(1), kind: slice(1, None)}
            for name, span in spans.items():
                found[name][size] = {
                    colour: float(starts[colour][span].mean()) for colour in COLOURS
                }
    return found


def caught(
    rng: np.random.Generator, series: int, method: str = METHODS[-1]
) -> dict[str, dict[int, tuple[float, float]]]:
    """What has changed for good after a quiet year → size → share of communes that are yellow at
    once, and within three months."""
    found: dict[str, dict[int, tuple[float, float]]] = defaultdict(dict)
    quiet, after = 12, 3
    for size in SIZES:
        whole = np.full((quiet + after, series), size)
        error = np.sqrt(0.8 * 0.2 / size)
        for errors in (1, 2):
            share = np.repeat([min(0.8 + 2 * error, 1), 0.8 - errors * error], [quiet, after])
            columns = {"count": rng.binomial(size, share[:, None], whole.shape), "whole": whole}
            name = f"share {errors} standard errors below its limit"
            found[name][size] = _told_of(judge(threshold(80, 60), method, **columns), quiet)
        for times in (1.5, 2):
            mean = np.repeat([size, times * size], [quiet, after])[:, None]
            columns = {
                "count": rng.poisson(mean, whole.shape),
                "count_then": rng.poisson(size, whole.shape),
            }
            name = f"count {times:g} times that of last year, limit 25 %"
            found[name][size] = _told_of(judge(change(25, 300), method, **columns), quiet)
    return found


def _told_of(starts: dict[str, Truths], quiet: int) -> tuple[float, float]:
    """Of series that were not warned of before: at once, and ever."""
    new = starts["yellow"][quiet:]
    return float(new[0].mean()), float(new.any(axis=0).mean())


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


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what the rules say of worlds in which the truth is known."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--months", type=int, default=2000, help="of false differences")
    parser.add_argument("--series", type=int, default=5000, help="communes of a size")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    rng = np.random.default_rng(given.seed)
    print("Warnings that start, of 99 communes a month, by chance alone:")
    alarms = {method: false_alarms(rng, given.series, method) for method in METHODS}
    for kind in alarms[METHODS[0]]:
        for colour in COLOURS:
            sums = [
                sum(COMMUNES * told[colour] for told in alarms[method][kind].values())
                for method in METHODS
            ]
            parts = ", ".join(
                f"{size}: {COMMUNES * told[colour]:.3f}"
                for size, told in alarms[METHODS[-1]][kind].items()
            )
            print(f"  {kind:18} {colour:7} {' → '.join(f'{one:6.3f}' for one in sums)}  ({parts})")
    print("A lasting change, told at once / within three months, by its own evidence → as today:")
    before, now = (caught(rng, given.series, method) for method in METHODS[1:])
    for kind, sizes in now.items():
        for size, told in sizes.items():
            old = " / ".join(f"{100 * share:.1f}" for share in before[kind][size])
            new = " / ".join(f"{100 * share:.1f}" for share in told)
            print(f"  {kind:48} {size:4}: {old} → {new} %")
    print(f"Months with a false difference: {100 * discoveries(rng, given.months):.1f} %")


if __name__ == "__main__":
    main()
