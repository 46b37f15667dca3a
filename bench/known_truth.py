"""All that is promised with a probability, tried on worlds whose truth is known.

Here: the order in which the parts are tried, and a seed for all. Not here: a part (its own module, which
alone tries it on more). ``python -m bench.known_truth`` prints what intervals hold by horizon, of series
alone and of communes together, of kinds that models describe and of others; tosses that are called on
course or at risk; false alarms a month by size of commune; what true changes take to be seen; questions
about counts that are false; and how often rank intervals hold the true rank. A minute and a half.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from bench import (
    forecast,
    known_alarms,
    known_changes,
    known_forecasts,
    known_power,
    known_questions,
    known_ranks,
    targets,
)

Main = Callable[[Sequence[str]], None]
PARTS: dict[str, tuple[Main, tuple[str, ...]]] = {
    "Intervals of 80 % of months, series alone": (forecast.main, ("--series", "198")),
    "Intervals of months, communes together": (
        forecast.main,
        ("--series", "198", "--panel", "99"),
    ),
    "Intervals of quarters, communes together": (
        forecast.main,
        ("--series", "198", "--panel", "99", "--seasons", "4"),
    ),
    "Intervals where something goes wrong": (known_forecasts.main, ()),
    "Chances of a target, and tosses that are called": (targets.main, ()),
    "Warnings": (known_alarms.main, ()),
    "Lasting changes": (known_changes.main, ()),
    "What rules say of themselves": (known_power.main, ()),
    "Ranks": (known_ranks.main, ()),
}
"""What is told of each part, and how much of it: enough to see that a promise is not kept."""


def main() -> None:
    """Try each part."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    for title, (part, arguments) in PARTS.items():
        print(f"\n{title}", flush=True)
        part((*arguments, "--seed", str(given.seed)))
    print("\nQuestions about counts", flush=True)
    known_questions.main()


if __name__ == "__main__":
    main()
