"""What a night costs: seconds by part, peak memory, megabytes added, whole processes.

Here: the first night, one on which nothing changed, one with one corrected extract, a new day
without deliveries; medians over rounds, each in a data folder of its own, of the demonstration
and of a tiny province; the limit (``limit``) beside the first. Not here: any assertion about
time. Run: ``make bench`` or ``python -m bench.refresh [rounds] [tiny]``.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.limit import Limit, describe, measure_limit
from bench.provinces import Subject, make_demonstration, make_tiny_province
from kinhbac.registry import load_registry

MEBIBYTE = 1 << 20
TIME = re.compile(r"^Time +(.*)$", re.MULTILINE)
PART = re.compile(r"(\w[\w ]*?) ([\d.]+) s")
RELEASE = re.compile(r"^Release +(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Night:
    """What one night took. ``peak`` is the memory of its largest process, in MiB; ``added``
    what the data folder grew by, ``sealed`` the releases alone, in MiB, a file that several
    names share counted once."""

    seconds: float
    cpu: float
    peak: float
    added: float
    sealed: float
    parts: dict[str, float]
    outcome: str


def measure(subject: Subject, day: date) -> Night:
    """Run a night of ``subject`` on ``day``. Raises SystemExit with what it said if it fails."""
    data, python = subject.data, sys.executable
    before, sealed_before = weigh(data.root), weigh(data.releases)
    with tempfile.NamedTemporaryFile(suffix=".json") as used:
        night = [python, "-m", "bench.one_night", str(subject.sources), day.isoformat()]
        finished = subprocess.run(
            [python, "-m", "bench.launch", used.name, *night],
            env=os.environ | {"KINHBAC_DATA": str(data.root)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        usage = json.load(used) if finished.returncode == 0 else {}
    summary = finished.stdout
    if finished.returncode:
        raise SystemExit(f"{summary}\nthe night of {day} of the {subject.name} failed")
    line, release = TIME.search(summary), RELEASE.search(summary)
    return Night(
        **usage,
        added=(weigh(data.root) - before) / MEBIBYTE,
        sealed=(weigh(data.releases) - sealed_before) / MEBIBYTE,
        parts={name: float(spent) for name, spent in PART.findall(line[1] if line else "")},
        outcome=release[1] if release else "no release",
    )


def weigh(folder: Path) -> int:
    """Bytes of the files below ``folder``, each once however many names it has; links weigh none."""
    found = (path.lstat() for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum({(file.st_dev, file.st_ino): file.st_size for file in found}.values())


def measure_cases(subject: Subject) -> Iterator[tuple[str, Night | Limit]]:
    """The four nights one after the other, and the limit once there is a release to compare."""
    yield "first", measure(subject, subject.day)
    yield "limit", measure_limit(load_registry(subject.sources), subject.data, subject.day)
    yield "nothing changed", measure(subject, subject.day)
    subject.correct(subject.data)
    yield "one extract corrected", measure(subject, subject.day)
    yield "new day, no delivery", measure(subject, subject.new_day)


def tell(name: str, rounds: int, taken: dict[str, list[Night]], limits: list[Limit]) -> None:
    """Print a table of medians, where the time went, and the limit."""
    first = statistics.median(night.seconds for night in taken["first"])
    print(f"{name}, {rounds} rounds, medians")
    for case, nights in taken.items():
        seconds = [night.seconds for night in nights]
        middle = statistics.median(seconds)
        print(
            f"  {case:<22}{middle:7.1f} s ({min(seconds):.1f} to {max(seconds):.1f}), "
            f"{middle / first:.2f} of first; {_median(nights, lambda n: n.cpu):.1f} s of CPU; "
            f"peak {_median(nights, lambda n: n.peak):.0f} MiB; "
            f"{_median(nights, lambda n: n.added):+.1f} MiB, "
            f"of these releases {_median(nights, lambda n: n.sealed):+.1f}\n"
            f"  {'':<22}  {_parts(nights)}\n"
            f"  {'':<22}  release {nights[-1].outcome}"
        )
    limit = sorted(limits, key=lambda limit: limit.seconds)[len(limits) // 2]
    print(f"  {'limit':<22}{describe(limit)}")
    print(f"  {'':<22}  first takes {first / limit.seconds:.1f} times as long")


def _median(nights: list[Night], of: Callable[[Night], float]) -> float:
    return statistics.median(map(of, nights))


def _parts(nights: list[Night]) -> str:
    """The median of each part that the summaries name, in their order."""
    names = dict.fromkeys(name for night in nights for name in night.parts)
    spent = {
        name: statistics.median(night.parts.get(name, 0.0) for night in nights) for name in names
    }
    return ", ".join(f"{name} {seconds:.1f} s" for name, seconds in spent.items())


def compare_cases(rounds: int, make: Callable[[Path], Subject]) -> None:
    """Measure a province ``rounds`` times, in a new folder each, and print what came of it."""
    taken: dict[str, list[Night]] = {}
    limits: list[Limit] = []
    name = ""
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="kinhbac-bench-") as folder:
            subject = make(Path(folder))
            name = subject.name
            for case, found in measure_cases(subject):
                if isinstance(found, Limit):
                    limits.append(found)
                else:
                    taken.setdefault(case, []).append(found)
    tell(name, rounds, taken, limits)


def main(arguments: list[str]) -> None:
    """Measure the tiny province and, unless only that is asked, the demonstration."""
    rounds = next((int(word) for word in arguments if word.isdigit()), 3)
    compare_cases(rounds, make_tiny_province)
    if "tiny" not in arguments:
        compare_cases(rounds, make_demonstration)


if __name__ == "__main__":
    main(sys.argv[1:])
