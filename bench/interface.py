"""The interface under load: callers ask what screens and spreadsheets ask, while a hundred releases
come into force.

Here: the server as ``kinhbac serve`` runs it, its callers, and whether each answer is that of the
release that it names: figures are compared with those that DuckDB alone reads from its database.
Beside it stands the limit: what DuckDB takes for the same question, without a server. Callers and
server share the cores of this machine. Past 200 lines because what is asked, counted and compared
is one measurement. Bounded in count and time, on loopback, ended by itself.
Run: ``python -m bench.interface DATA``, on the data folder of a night, which is only read.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from kinhbac.data_folder import PROJECT, DataFolder
from kinhbac.database import read_warehouse, write_warehouse
from kinhbac.interface.tokens import add_token
from kinhbac.release.releases import WAREHOUSE
from tests.asked import swap
from tests.noticed import free_port

CALLERS = 4
ASKED = 2_000
"""Questions, of all callers together."""
SWAPS = 100
LONGEST = 120
"""Seconds after which nobody asks any more, whatever is left."""
CELL = "select value from indicator_values where indicator = $indicator and {} order by area, period_start"
AGAIN = "asked again (304)"
Figures = list[float | None]


@dataclass(frozen=True)
class Kind:
    """A kind of question: what it asks of an indicator, in which form, as SQL and as address."""

    name: str
    form: str
    condition: str
    filters: dict[str, str]

    def address(self, indicator: str) -> str:
        """Where it is asked."""
        asked = {"indicator": indicator, "format": self.form, "limit": "10000", **self.filters}
        return "/values?" + urlencode(asked)

    def figures(self, body: bytes) -> Figures:
        """The figures that an answer tells, in their order."""
        text = body.decode()
        match self.form:
            case "json":
                return [row["value"] for row in json.loads(text)["values"]]
            case "json-stat":
                return list(json.loads(text)["value"].values())
            case _:
                column = "value" if self.form == "csv" else "OBS_VALUE"
                told = (row[column] for row in csv.DictReader(io.StringIO(text)))
                return [float(figure) if figure else None for figure in told]


KINDS = (
    Kind("one figure in time", "json", "area = '24'", {"area": "24"}),
    Kind("communes of a month", "csv", "period = '2026-06'", {"period": "2026-06"}),
    Kind("a cube of a year", "json-stat", "period_start >= '2026-01-01'", {"since": "2026-01"}),
    Kind("all of an indicator", "sdmx-csv", "true", {}),
)


@dataclass
class Load:
    """What was asked and how long it took: seconds by kind, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {k.name: [] for k in KINDS})
    wrong: list[str] = field(default_factory=list)
    releases: set[int] = field(default_factory=set)
    again: list[float] = field(default_factory=list)
    left: int = ASKED
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> int | None:
        """The number of the next question, or None when there is none left."""
        with self.lock:
            self.left -= 1
            return self.left if self.left >= 0 else None


@dataclass(frozen=True)
class Truth:
    """Figures by parity of the release, kind and indicator, as DuckDB alone reads them."""

    figures: dict[tuple[int, str, str], Figures]
    indicators: list[str]
    bare: dict[str, float]

    def holds(self, kind: Kind, indicator: str, release: int, body: bytes) -> bool:
        """Whether an answer tells the figures of the release that it names, and no others."""
        expected = self.figures[release % 2, kind.name, indicator]
        told = kind.figures(body)
        if kind.form in ("json-stat", "sdmx-csv"):  # which do not tell all that has no figure
            return [v for v in told if v is not None] == [v for v in expected if v is not None]
        return told == expected


def read_truth(warehouses: list[Path]) -> Truth:
    """Ask the databases themselves; ``bare`` is the median of seconds by kind."""
    figures: dict[tuple[int, str, str], Figures] = {}
    seconds: dict[str, list[float]] = {kind.name: [] for kind in KINDS}
    for parity, warehouse in enumerate(warehouses):
        with read_warehouse(warehouse) as connection:
            found = connection.execute(
                "select indicator from indicator_values where area = '24' and period = '2026-06' "
                "and value is not null order by indicator limit 20"
            ).fetchall()
            indicators = [indicator for (indicator,) in found]
            for kind in KINDS:
                question = CELL.format(kind.condition)
                for indicator in indicators:
                    started = time.perf_counter()
                    rows = connection.execute(question, {"indicator": indicator}).fetchall()
                    seconds[kind.name].append(time.perf_counter() - started)
                    figures[parity, kind.name, indicator] = [value for (value,) in rows]
    return Truth(figures, indicators, {n: statistics.median(told) for n, told in seconds.items()})


def make_warehouses(data: DataFolder, folder: Path) -> list[Path]:
    """Two databases of the release in force; in the second every figure is one more."""
    made = [folder / "even.duckdb", folder / "odd.duckdb"]
    for path in made:
        shutil.copyfile(data.current / WAREHOUSE, path)
    with write_warehouse(made[1]) as connection:
        connection.execute("update indicator_values set value = value + 1")
    return made


@contextmanager
def serving(data: DataFolder) -> Iterator[tuple[int, int]]:
    """``kinhbac serve`` over a data folder: its process and port, until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "kinhbac.cli", "serve", "--port", str(port)]
    environment = {"KINHBAC_DATA": data.root.as_posix(), "PYTHONPATH": PROJECT.as_posix()}
    with subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL
    ) as server:
        try:
            for _ in range(300):
                try:
                    HTTPConnection("127.0.0.1", port).request("HEAD", "/")
                    break
                except ConnectionRefusedError:
                    time.sleep(0.1)
            yield server.pid, port
        finally:
            server.terminate()


def ask(load: Load, truth: Truth, port: int, token: str) -> None:
    """Ask until there is nothing left to ask, on one connection, each question twice."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    head = {"Authorization": f"Bearer {token}"}
    while (number := load.take()) is not None:
        kind = KINDS[number % len(KINDS)]
        indicator = truth.indicators[number // len(KINDS) % len(truth.indicators)]
        started = time.perf_counter()
        connection.request("GET", kind.address(indicator), headers=head)
        answer = connection.getresponse()
        body = answer.read()
        load.seconds[kind.name].append(time.perf_counter() - started)
        release = int(answer.headers.get("Kinhbac-Release", 0))
        load.releases.add(release)
        if answer.status != 200:
            load.wrong.append(f"{answer.status} {body[:200]!r}")
        elif not truth.holds(kind, indicator, release, body):
            load.wrong.append(f"release {release}, {kind.name} of {indicator}")
        started = time.perf_counter()
        known = {**head, "If-None-Match": answer.headers.get("ETag", "")}
        connection.request("GET", kind.address(indicator), headers=known)
        again = connection.getresponse()
        again.read()
        if again.status == 304:  # and not another release, which came into force just now
            load.again.append(time.perf_counter() - started)


def measure(data: DataFolder) -> bool:
    """Run the load and print what it took; whether every answer was right."""
    with tempfile.TemporaryDirectory(prefix="kinhbac-interface-") as root:
        served = DataFolder(Path(root) / "data")
        served.root.mkdir()
        warehouses = make_warehouses(data, Path(root))
        truth, load = read_truth(warehouses), Load()
        swap(served, 2, warehouses[0])
        token = add_token(served.tokens, "bench", "internal", date.today())
        with serving(served) as (process, port):
            callers = [
                threading.Thread(target=ask, args=(load, truth, port, token))
                for _ in range(CALLERS)
            ]
            started = time.perf_counter()
            for caller in callers:
                caller.start()
            for number in range(3, SWAPS + 3):
                due = ASKED * (1 - (number - 2) / (SWAPS + 1))
                while load.left > due and time.perf_counter() - started < LONGEST:
                    time.sleep(0.005)
                swap(served, number, warehouses[number % 2])
            while load.left > 0 and time.perf_counter() - started < LONGEST:
                time.sleep(0.05)
            load.left = 0
            for caller in callers:
                caller.join()
            passed = time.perf_counter() - started
            print(describe(load, truth, passed, *read_process(process)))
    return not load.wrong


def read_process(process: int) -> tuple[float, float]:
    """Megabytes that a process has held at most, and its seconds of CPU."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    [peak] = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return int(peak) / 1024, (int(fields[11]) + int(fields[12])) / 100


def describe(load: Load, truth: Truth, passed: float, megabytes: float, cpu: float) -> str:
    """What was measured, a line a kind."""
    asked = sum(map(len, load.seconds.values())) + len(load.again)
    lines = [
        f"{asked:,} questions of {CALLERS} callers in {passed:.1f} s: {asked / passed:.0f} a second, "
        f"{1000 * cpu / asked:.1f} ms of the server's CPU each; {megabytes:.0f} MB at most",
        f"{len(load.releases)} of {SWAPS + 1} releases answered; {len(load.wrong)} wrong answers",
    ]
    told: dict[str, list[float]] = {**load.seconds, AGAIN: load.again}
    for name, seconds in told.items():
        middle, late = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]
        limit = f"; DuckDB alone {1000 * truth.bare[name]:.1f} ms" if name in truth.bare else ""
        lines.append(
            f"  {name:<22} median {1000 * middle:5.1f} ms, p95 {1000 * late:6.1f} ms{limit}"
        )
    return "\n".join([*lines, *load.wrong[:5]])


if __name__ == "__main__":
    sys.exit(0 if measure(DataFolder(Path(sys.argv[1]))) else 1)
