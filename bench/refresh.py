"""Wall time and peak memory of a refresh, whole process, in a data folder of its own.

Here: the first refresh (everything generated, ingested, built, published), the second
with nothing changed, and one with a single new extract; medians over rounds. Not here:
any assertion. Run: ``make bench`` or ``python bench/refresh.py [rounds]``.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

KINHBAC = Path(sys.executable).with_name("kinhbac").as_posix()


def run(data: Path) -> tuple[float, float, str]:
    """Seconds, peak memory in MiB of the largest process so far, and the line of parts."""
    started = time.perf_counter()
    finished = subprocess.run(
        [KINHBAC, "refresh"],
        env=os.environ | {"KINHBAC_DATA": data.as_posix()},
        capture_output=True,
        text=True,
        check=True,
    )
    seconds = time.perf_counter() - started
    parts = re.search(r"^Time +(.*)$", finished.stdout, re.MULTILINE)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return seconds, peak, parts[1] if parts else ""


def correct_one_extract(data: Path, number: int) -> None:
    """Deliver one month of one source again, a value changed."""
    path = sorted((data / "landing").glob("*/2026-0[1-9]/*.jsonl"))[0]
    again = path.with_name(f"2026-11-{number + 1:02}_again.jsonl")
    again.write_text(
        re.sub(r": \d+", ": 7", path.read_text(encoding="utf-8"), count=number + 1),
        encoding="utf-8",
    )


def main(rounds: int) -> None:
    """Print the median of each case, its range, and where the last run's time went."""
    taken: dict[str, list[tuple[float, float, str]]] = {}
    for number in range(rounds):
        data = Path(tempfile.mkdtemp(prefix="kinhbac-bench-"))
        taken.setdefault("first", []).append(run(data))
        taken.setdefault("nothing changed", []).append(run(data))
        correct_one_extract(data, number)
        taken.setdefault("one extract changed", []).append(run(data))
        shutil.rmtree(data)
    first = statistics.median(seconds for seconds, _, _ in taken["first"])
    for case, runs in taken.items():
        seconds = [run[0] for run in runs]
        median = statistics.median(seconds)
        print(
            f"{case:<20} {median:6.1f} s (of {min(seconds):.1f} to {max(seconds):.1f}), "
            f"{median / first:.2f} of first, peak {max(run[1] for run in runs):.0f} MiB\n"
            f"{'':<20} {runs[-1][2]}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
