"""Fifty million dossiers in sixty months: what a full count takes, and what a corrected month.

Here: the nights that are measured, the proof that both ways count the same, the limit. Not here:
the dossiers (``dossiers``). Run: ``python -m bench.records [DOSSIERS [MONTHS]]``; it takes about
two gigabytes of the temporary folder for fifty million.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from bench.dossiers import Dossiers
from bench.launch import launch
from kinhbac.data_folder import SOURCES, DataFolder
from kinhbac.registry import load_registry

RATIO = 0.08
"""Of the CPU of a full count, at most, for one corrected month of sixty: the clock on the wall
tells what else the machine does."""


@dataclass(frozen=True)
class Used:
    """What one reduction used: seconds, CPU seconds, MiB at its peak."""

    seconds: float
    cpu: float
    peak: float

    def __str__(self) -> str:
        return f"{self.seconds:8.2f} s {self.cpu:8.2f} s CPU {self.peak:8.0f} MiB"


def measure(folder: Path) -> Used:
    """One reduction in a process of its own."""
    result = folder / "used.json"
    command = [sys.executable, "-m", "bench.records", "reduce", folder.as_posix()]
    if code := launch(result, command):
        raise SystemExit(code)
    used = json.loads(result.read_text(encoding="utf-8"))
    return Used(used["seconds"], used["cpu"], used["peak"])


def reduce(folder: Path) -> None:
    """What is measured: a night's step, with everything that it imports."""
    from kinhbac.reduction.uniting import reduce_records

    reduce_records(load_registry(SOURCES), DataFolder(folder))


def main(dossiers: int = 50_000_000, months: int = 60) -> None:
    """Measure, print, and end with 1 if the limit is passed or the figures differ."""
    with tempfile.TemporaryDirectory(prefix="kinhbac-records-") as name:
        data = DataFolder(Path(name))
        made = Dossiers(load_registry(SOURCES), data, months, dossiers // months)
        started = time.perf_counter()
        made.generate()
        print(f"{dossiers:,} dossiers in {months} months: {time.perf_counter() - started:.0f} s")
        time.sleep(3)  # a clock of two seconds tells these files from later ones
        full = measure(data.root)
        print(f"everything counted     {full}", flush=True)
        time.sleep(3)
        print(f"nothing new, hashed    {measure(data.root)}", flush=True)
        print(f"nothing new            {measure(data.root)}", flush=True)
        made.correct(made.periods[months // 2])
        time.sleep(3)
        one = measure(data.root)
        print(f"one month corrected    {one}", flush=True)
        kept = pl.read_parquet(data.tables / "counted_observations.parquet")
        shutil.rmtree(data.counted)
        print(f"everything again       {measure(data.root)}")
        same = kept.equals(pl.read_parquet(data.tables / "counted_observations.parquet"))
    ratio = one.cpu / full.cpu
    print(f"ratio of CPU {ratio:.3f} (at most {RATIO}); the same figures: {same}")
    sys.exit(0 if same and ratio <= RATIO else 1)


if __name__ == "__main__":
    if sys.argv[1:2] == ["reduce"]:
        reduce(Path(sys.argv[2]))
    else:
        main(*map(int, sys.argv[1:]))
