"""The whole national frame on one machine: what a province's warehouse carries if it must.

Here: 34 provinces, 3,321 communes, 120 indicators and 36 months of generated figures, through door
and dbt to a candidate; beside a third of the communes, so that what grows faster than its data is
seen, model by model. Not here: the site and the release, which show one province; nights of the
demonstration (``refresh``). Run: ``python -m bench.national [communes [months]]``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from threading import Thread

import numpy as np
import polars as pl
import yaml

from kinhbac.checks.dbt_run import Built
from kinhbac.database import read_warehouse
from kinhbac.night import COMPUTING, Night
from kinhbac.periods import Period
from kinhbac.registry import load_registry
from tests.conftest import Province, in_folder, write_tiny_registry

PROVINCES, COMMUNES, MONTHS = 34, 3_321, 36
SOURCES, ELEMENTS = 12, 10
"""One indicator for each element: 120."""
FIRST, BEGIN = date(2020, 1, 1), Period.parse("2023-01")
COUNTED = """
select count(*) from int_observations union all select count(*) from indicator_values
"""
SLOWEST = 12
"""Models that are told one by one."""
SPILL = 20 << 30
"""Bytes that a night may lay aside beside its candidate: one that needs more fills no disk."""


@dataclass(frozen=True)
class Taken:
    """Seconds by part and by model, the memory of the largest process in MiB, what was computed."""

    seconds: float
    peak: float
    parts: dict[str, float]
    models: dict[str, float]
    observations: int
    values: int


def declare(province: Province, communes: int) -> None:
    """The frame, and twelve sources of ten counts with ten indicators each: sums and ratios."""
    write_tiny_registry(province)
    areas = ["area,kind,code,name_vi,name_en,parent,valid_from,valid_to"]
    areas += [f"{n:02},province,{n:02},Tỉnh {n},Province {n},,{FIRST}," for n in numbers(PROVINCES)]
    areas += [
        f"{n:05},commune,{n:05},Xã {n},Commune {n},{n % PROVINCES + 1:02},{FIRST},"
        for n in numbers(communes)
    ]
    province.write("areas.csv", "\n".join(areas) + "\n")
    province.write("area_codes.csv", "code_system,code,area,valid_from,valid_to\n")
    province.write("area_successions.csv", "predecessor,successor,share_of,share\n")
    (province.sources / "clinic" / "indicators.yml").unlink()
    (province.sources / "clinic" / "source.yml").unlink()
    for number in range(SOURCES):
        source, indicators = f"sector_{number:02}", {}
        elements = [name_of(number, place) for place in range(ELEMENTS)]
        for place, element in enumerate(elements):
            ratio = place % 2 == 1
            said: dict[str, object] = {
                "name": named(f"{element}_shown"),
                "group": ("input", "process", "output", "impact")[place % 4],
                "purpose": "Shows what a frame of this size costs.",
                "numerator": element,
                "unit": "percent" if ratio else "person",
                "frequency": "month",
                "direction": "higher_is_better" if ratio else "neutral",
            }
            if ratio:
                said |= {"denominator": elements[place - 1], "scale": 100}
                said |= {"target": {2025: 60}, "warn": {"yellow": 20, "red": 5}}
            indicators[f"{element}_shown"] = said
        contract = {
            "source": source,
            "name": named(source),
            "sector": "health",
            "owner": [{"agency": "SYT", "from": FIRST}],
            "synthetic": True,
            "delivery": {"format": "parquet", "frequency": "month", "due_days": 5}
            | {"expected_from": BEGIN.label},
            "table": {"area": {"column": "Ma", "codes_as_of": FIRST}},
            "data_elements": {
                element: {"name": named(element), "unit": "person", "column": element}
                | {"over_time": "sum", "over_areas": "sum", "min": 0}
                for element in elements
            },
        }
        province.write(f"{source}/source.yml", yaml.safe_dump(contract, allow_unicode=True))
        province.write(f"{source}/indicators.yml", yaml.safe_dump(indicators, allow_unicode=True))


def named(name: str) -> dict[str, str]:
    return {"vi": name, "en": name}


def name_of(source: int, place: int) -> str:
    return f"sector_{source:02}_{place}"


def numbers(count: int) -> range:
    return range(1, count + 1)


def deliver(province: Province, communes: int, months: int) -> date:
    """Every source's extract of every month, its figures drawn from a fixed seed; returns the
    day of the last one."""
    draw = np.random.default_rng(1)
    codes = [f"{n:05}" for n in numbers(communes)]
    period, received = BEGIN, FIRST
    for _ in range(months):
        received = period.next().start + timedelta(days=3)
        for number in range(SOURCES):
            whole = draw.integers(50, 1_000, (ELEMENTS, communes))
            whole[1::2] = whole[::2] * draw.uniform(0, 1, (ELEMENTS // 2, communes))
            figures = {name_of(number, place): column for place, column in enumerate(whole)}
            folder = province.data.landing / f"sector_{number:02}" / period.label
            folder.mkdir(parents=True)
            pl.DataFrame({"Ma": codes, **figures}).write_parquet(folder / f"{received}_a.parquet")
        period = period.next()
    return received


def compute(root: Path, day: date) -> None:
    """A night up to the candidate, in this process; prints what it took as JSON."""
    province = in_folder(root)
    Thread(target=bound_spill, args=(province.data.candidate,), daemon=True).start()
    night = Night(load_registry(province.sources), province.data, day)
    parts: dict[str, float] = {}
    models: dict[str, float] = {}
    for step in COMPUTING:
        started = time.perf_counter()
        told = step.run(night)
        if isinstance(told, Iterator):
            deque(told, maxlen=0)
        if isinstance(told, Built):
            models = told.models
        parts[step.name] = time.perf_counter() - started
    with read_warehouse(province.data.candidate) as connection:
        [observations], [values] = connection.execute(COUNTED).fetchall()
    print(json.dumps([parts, models, observations, values]))


def bound_spill(candidate: Path) -> None:
    """End this process, and dbt with it, when its database has laid too much aside."""
    aside = candidate.with_name(f"{candidate.name}.tmp")
    while sum(used_by(file) for file in aside.glob("*")) <= SPILL:
        time.sleep(1)
    print(f"dbt's database laid aside more than {SPILL >> 30} GiB", flush=True)
    os._exit(1)


def used_by(file: Path) -> int:
    """Bytes of a file, which may be gone by now."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def measure(communes: int, months: int) -> Taken:
    """A first night of a frame of this size. Raises SystemExit with what it said if it fails."""
    with tempfile.TemporaryDirectory(prefix="kinhbac-national-") as folder:
        root = Path(folder)
        province = in_folder(root)
        declare(province, communes)
        day = deliver(province, communes, months)
        used = root / "used.json"
        night = [sys.executable, "-m", "bench.national", "night", root.as_posix(), f"{day}"]
        finished = subprocess.run(
            [sys.executable, "-m", "bench.launch", used.as_posix(), *night],
            env=os.environ | {"KINHBAC_DATA": (root / "data").as_posix()},
            capture_output=True,
            text=True,
        )
        if finished.returncode:
            raise SystemExit(f"{finished.stdout}{finished.stderr}\nthe night failed")
        usage = json.loads(used.read_text(encoding="utf-8"))
        parts, models, observations, values = json.loads(finished.stdout.splitlines()[-1])
    return Taken(usage["seconds"], usage["peak"], parts, models, observations, values)


def tell(small: Taken, large: Taken) -> None:
    """Print both side by side, and by how much each grew beside its data."""
    growth = large.observations / small.observations
    print(f"{'':40} {'small':>12} {'large':>12} {'growth':>8}   (data: {growth:.2f})")
    for name, of in (("observations", "observations"), ("values", "values")):
        print(f"{name:40} {getattr(small, of):12,} {getattr(large, of):12,}")
    rows = [("whole night, s", small.seconds, large.seconds), ("peak, MiB", small.peak, large.peak)]
    rows += [(f"part {name}, s", small.parts[name], large.parts[name]) for name in large.parts]
    slowest = sorted(large.models, key=lambda name: -large.models[name])[:SLOWEST]
    rows += [(f"model {name}, s", small.models[name], large.models[name]) for name in slowest]
    for name, before, after in rows:
        print(f"{name:40} {before:12.1f} {after:12.1f} {after / max(before, 0.01):8.2f}")
    print(f"values per second of the whole night: {large.values / large.seconds:,.0f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["night"]:
        compute(Path(sys.argv[2]), date.fromisoformat(sys.argv[3]))
    else:
        asked = [*map(int, sys.argv[1:]), *(COMMUNES, MONTHS)[len(sys.argv) - 1 :]]
        tell(measure(asked[0] // 3, asked[1]), measure(*asked))
