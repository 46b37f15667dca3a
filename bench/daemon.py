"""Dagster's own daemon, killed while a run that it launched is at work, and started again.

Here: processes as an installation has them: ``dagster-daemon run``, the server of its code, the run that
its sensor launches when a delivery has come. Not here: nights without Dagster (``night_faults``), how a
run that was lost is told (``tests/faults/test_lost_runs.py``). Run ``python -m bench.daemon [TRIALS [SEED]]``;
the exit code is 1 where a promise was broken.

Killed is the daemon alone, or all that it started with it, as by systemd, a container or a power cut. What
must hold: of the first the run ends by itself and publishes, and the daemon that is started anew begins
none beside it; after the second nobody holds the folder, the daemon starts and the next night publishes.
Either way figures and ledger are those of nights that nothing has disturbed.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import dagster as dg
import polars as pl

from bench.seeded import seeded
from kinhbac.release.releases import current_release
from kinhbac.upkeep.lock import find_writer
from orchestration.home import home_of
from orchestration.refresh import prepare
from orchestration.serve import MODULE, commands
from tests.conftest import FEBRUARY, JANUARY, Province, make_tiny

PATIENCE = 600
"""Seconds after which something counts as what never comes: other work may share the machine."""
FIGURES = ("indicator", "area", "period", "value")
ARRIVALS = 60
"""Seconds between two looks of the sensor."""


def surroundings(province: Province) -> dict[str, str]:
    """What the commands of an installation are given by its service."""
    return os.environ | {
        "KINHBAC_SOURCES": f"{province.sources}",
        "KINHBAC_DATA": f"{province.data.root}",
        "KINHBAC_REST": "0",
        "DAGSTER_HOME": f"{home_of(province.data)}",
    }


def command(name: str) -> str:
    return Path(sys.executable).with_name(name).as_posix()


def night(province: Province) -> None:
    """One by hand. Raises CalledProcessError with what it said unless it ends well."""
    refresh = [command("kinhbac"), "refresh"]
    given = surroundings(province)
    subprocess.run(refresh, env=given, check=True, capture_output=True, text=True)


@contextmanager
def daemon(province: Province, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Dagster's daemon in a session of its own, which is ended with all that it started."""
    _, [_, *arguments] = commands()
    started = [command("dagster-daemon"), *arguments]
    with (
        log.open("ab") as said,
        subprocess.Popen(
            started, env=surroundings(province), stdout=said, stderr=said, start_new_session=True
        ) as process,
    ):
        try:
            yield process
        finally:
            kill_all(process)


def kill_all(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL for all that the session of ``process`` holds."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for(what: str, holds: Callable[[], object]) -> float:
    """The seconds until ``holds``. Raises TimeoutError, which says what never came."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() > began + PATIENCE:
            raise TimeoutError(f"within {PATIENCE} s: {what}")
        time.sleep(0.1)
    return time.monotonic() - began


def release_in_force(province: Province) -> int:
    release = current_release(province.data)
    return release.number if release else 0


def read(province: Province) -> tuple[pl.DataFrame, bytes]:
    """The published figures, and the chain of the ledger."""
    release = current_release(province.data)
    if release is None:
        raise LookupError("nothing was published")
    values = pl.read_parquet(release.folder / "indicator_values.parquet").select(FIGURES)
    return values.sort(FIGURES), (province.data.raw / "clinic" / "chain").read_bytes()


def make_province(root: Path) -> Province:
    """The tiny province after a night, and a delivery that has come since."""
    province = make_tiny(root)
    province.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    night(province)
    province.land("clinic/2026-02/2026-03-03_a.csv", FEBRUARY)
    return province


def disturb(province: Province, chance: random.Random, seconds: float, everything: bool) -> str:
    """Kill at a moment of the run that a delivery has launched; returns when, or raises what was broken."""
    log = province.data.root.parent / "daemon.log"
    prepare(province.data)
    start = [command("dagster"), "sensor", "start", "arrivals", *MODULE]
    subprocess.run(start, env=surroundings(province), check=True, capture_output=True)
    after = chance.random() * seconds
    with daemon(province, log) as first:
        wait_for("the sensor launches a run", lambda: find_writer(province.data))
        time.sleep(after)
        at_work = find_writer(province.data)
        if everything:
            kill_all(first)
            wait_for("the lock of the dead is gone", lambda: not find_writer(province.data))
        else:
            first.kill()
            first.wait()
            with daemon(province, log):
                wait_for("the run ends by itself", lambda: not find_writer(province.data))
                time.sleep(2 * ARRIVALS)  # the new one has looked at what has landed
            if release_in_force(province) != 2:
                raise AssertionError("the run that went on did not publish")
    if everything:
        with daemon(province, log):
            time.sleep(ARRIVALS)  # it gets up, and finds nothing of the dead in its way
            wait_for("nobody writes", lambda: not find_writer(province.data))
    with dg.DagsterInstance.from_config(home_of(province.data).as_posix()) as instance:
        runs = [run.status.value for run in instance.get_runs()]
    if len(runs) != 2:  # the night by hand and what has come
        raise AssertionError(f"{runs} runs where there is one night and one delivery")
    night(province)
    if release_in_force(province) != 2:
        raise AssertionError(f"release {release_in_force(province)} is in force after it")
    return f"after {after:.0f} s of it ({'at work' if at_work else 'over'}), run {runs[0]}"


def main(trials: int, seed: int) -> int:
    """``trials`` of either kind; returns how many promises were broken."""
    broken = 0
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        undisturbed = make_province(root / "undisturbed")
        began = time.monotonic()
        night(undisturbed)
        seconds = time.monotonic() - began
        expected = read(undisturbed)
        print(f"a night takes {seconds:.0f} s", flush=True)
        for number in range(trials):
            for everything in (False, True):
                kind = "everything" if everything else "the daemon"
                province = make_province(root / f"{kind} {number}")
                try:
                    told = disturb(province, seeded(seed, kind, number), seconds, everything)
                    figures, chain = read(province)
                    if not figures.equals(expected[0]) or chain != expected[1]:
                        raise AssertionError("other figures, or another ledger")
                except (AssertionError, TimeoutError, subprocess.CalledProcessError) as error:
                    broken += 1
                    told = f"BROKEN: {error} {getattr(error, 'stderr', '')}"
                print(f"{kind} killed, seed {seed}, trial {number}: {told}", flush=True)
    print(f"{2 * trials} trials, {broken} broken promises")
    return broken


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    sys.exit(bool(main(*(given + [1, 1][len(given) :]))))
