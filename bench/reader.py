"""What it costs to read deliveries in a process of their own: 600 small files, in it and without it.

Here: the same files read both ways in turn, each time by a new process, and what that took. Not here:
large files (``deliveries``), what grows with their bytes (``growth``). Run ``python -m bench.reader
[PAIRS [FILES]]``; exit code 1 when the process of its own costs more than a second of CPU in the
median. CPU counts, of the process and all that it starts, because cores may be shared.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from kinhbac.ingest import opening, readers
from kinhbac.ingest.reading_apart import the_reader
from kinhbac.night import COMPUTING, run
from tests import conftest as tiny

MOST = 1.0
"""Seconds that a process of its own may cost."""
DOOR = tuple(step for step in COMPUTING if step.name in ("registry", "raw", "ledger"))
BESIDE, WITHIN = "in a process of its own", "in the same process"


def read_all(way: str, root: Path, files: int) -> tuple[float, float]:
    """Take the files in; seconds of CPU and by the clock."""
    province = tiny.make_tiny(root)
    for number in range(files):
        day, month = divmod(number, 12)
        content = tiny.JANUARY.replace("30,3", f"{30 + day},3")
        province.land(f"clinic/2025-{month + 1:02}/2026-02-03_{day:02}.csv", content)
    night = province.night()
    before, began = _spent(), time.perf_counter()
    if way == WITHIN:
        vars(opening).update(read_apart=readers.read_raw)
    run(night, DOOR)
    the_reader().stop()
    return _spent() - before, time.perf_counter() - began


def _spent() -> float:
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, who))


def measure(way: str, files: int) -> tuple[float, float]:
    """The same in a new process."""
    with tempfile.TemporaryDirectory() as folder:
        asked = [sys.executable, "-m", "bench.reader", "--read", way, folder, f"{files}"]
        told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    cpu, clock = json.loads(told.splitlines()[-1])
    return cpu, clock


def main(pairs: int = 5, files: int = 600) -> int:
    """Both ways in turn, ``pairs`` times."""
    found: dict[str, list[tuple[float, float]]] = {BESIDE: [], WITHIN: []}
    for number in range(pairs):
        for way in sorted(found, reverse=bool(number % 2)):
            found[way].append(measure(way, files))
    for way, spent in found.items():
        cpu, clock = (median(part) for part in zip(*spent, strict=True))
        print(f"{files} files {way}: {cpu:.2f} s of CPU, {clock:.2f} s by the clock")
    apart = median(
        beside[0] - within[0] for beside, within in zip(found[BESIDE], found[WITHIN], strict=True)
    )
    print(f"it costs {apart:.2f} s of CPU, in the median of {pairs} pairs; allowed {MOST} s")
    return int(apart > MOST)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        print(json.dumps(read_all(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))))
    else:
        sys.exit(main(*map(int, sys.argv[1:])))
