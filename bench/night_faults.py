"""Faults of a machine while a night is at work, seeded: whatever happens, the next night is as if not.

Here: what is done to a night or to what lies between two, what must hold after each trial. Not here:
the history that nothing has disturbed (``night_history``), what a delivered file does (``faults``), a
short form of these that runs on every change (``tests/faults/test_nights.py``). Run ``python -m bench.night_faults
[--door] [TRIALS [SEED [KIND …]]]``; a broken promise is printed with what makes it again, and the exit code
is 1. As root, or where a user may mount a file system of his own, everything lies on one in memory.

With ``--door`` a night ends with the ledger, which nothing can make again, and thousands can be tried.

What must hold: a night ends well, is killed, or ends in a sentence (never in an exception of which
nobody knows), the next undisturbed one ends well, its tables are those of a history that nothing has
disturbed, every delivered byte is where it was, nothing half written is left over. Where a night is
refused for a file that somebody spoilt, it names the file, and goes on when that is put back. Past 200
lines because the kinds are read side by side.
"""

from __future__ import annotations

import logging
import os
import random
import resource
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from bench.night_history import (
    CLINIC,
    CORRECTED,
    FIRST,
    MORE,
    NEVER,
    NOT_A_SENTENCE,
    History,
    Told,
    apart,
    in_force,
    make_history,
    read_tables,
)
from bench.own_disk import LIBC, become_nobody_special, mounted_read_only, own_disk
from bench.seeded import seeded
from kinhbac import calendar
from kinhbac.checks import acceptance
from kinhbac.data_folder import DataFolder
from kinhbac.ingest import reading_apart
from tests import conftest as tiny
from tests.ready import EXPECTATIONS, READER, kept_ready

Disturb = Callable[[History, random.Random], Told]
KINDS: dict[str, Disturb] = {}


def kind(disturb: Disturb) -> Disturb:
    KINDS[disturb.__name__] = disturb
    return disturb


def _wait(history: History, chance: random.Random) -> None:
    time.sleep(chance.random() * history.seconds)


def _signalled(number: int, history: History, chance: random.Random) -> Told:
    night = history.begin()
    _wait(history, chance)
    night.signal(number)
    return night.wait()


@kind
def killed(history: History, chance: random.Random) -> Told:
    """SIGKILL at a moment of the night."""
    return _signalled(signal.SIGKILL, history, chance)


@kind
def told_to_end(history: History, chance: random.Random) -> Told:
    """SIGTERM at a moment of the night."""
    return _signalled(signal.SIGTERM, history, chance)


@kind
def full_disk(history: History, chance: random.Random) -> Told:
    """Something else fills the file system (in memory) at a moment, and goes away afterwards."""
    filler = history.root / "filler"
    night = history.begin()
    _wait(history, chance)
    left = chance.choice((0, 4096, chance.randrange(1 << 22)))
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(bytes(1 << 22)):
            pass
    with suppress(OSError):
        os.truncate(filler, max(0, filler.stat().st_size - left))
    ended = night.wait()
    filler.unlink()
    return ended


@kind
def short_files(history: History, chance: random.Random) -> Told:
    """No file may grow beyond a size: every library's own way of failing to write."""
    limit = int(4096 * 2 ** (chance.random() * 10))

    def confine() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return history.night(confine)


FOLDERS = (
    "raw",
    "raw/clinic",
    "tables",
    "build",
    "dbt",
    "releases",
    "landing/.kept",
    ".",
    "computed",
)


@kind
def read_only(history: History, chance: random.Random) -> Told:
    """A folder that cannot be written to (EROFS), as after a fault of its disk."""
    place = history.data.root / chance.choice(FOLDERS)
    place.mkdir(parents=True, exist_ok=True)
    with mounted_read_only(place):
        return history.night()


@kind
def no_rights(history: History, chance: random.Random) -> Told:
    """A folder of somebody else's (EACCES): it may be read, or not even that."""
    place = history.data.root / chance.choice(FOLDERS)
    place.mkdir(parents=True, exist_ok=True)
    mode = place.stat().st_mode
    place.chmod(chance.choice((0o500, 0o000)))
    try:
        return history.night(become_nobody_special)
    finally:
        place.chmod(mode)


@kind
def truncated(history: History, chance: random.Random) -> Told:
    """A file of the data folder that is cut off between two nights; of deliveries the kept bytes."""
    files = sorted(
        path
        for path in history.data.root.rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and path.stat().st_size
        and (history.data.landing not in path.parents or history.data.kept in path.parents)
        and not {"site", "exchange"} & {*path.parts}
    )
    path = chance.choice(files)
    whole, size = path.read_bytes(), path.stat().st_size
    path.chmod(0o600)
    os.truncate(path, chance.choice((0, chance.randrange(size))))
    ended, said = history.night()
    if ended in ("LedgerBroken", "ReleaseUnreadable"):
        if path.name not in said.partition("Traceback")[0]:
            return NOT_A_SENTENCE, f"{path} was cut, and is not named: {said}"
        path.write_bytes(whole)
    return ended, f"{path.relative_to(history.data.root)}: {said}"


@kind
def two_at_once(history: History, chance: random.Random) -> Told:
    """A second night that begins at a moment of the first."""
    first = history.begin()
    _wait(history, chance)
    second = history.begin()
    told = [first.wait(), second.wait()]
    if chance.random() < 0.5 and "busy" not in {ended for ended, _ in told}:
        return told[1]
    return next((one for one in told if one[0] not in ("ended", "busy")), told[1])


@kind
def clock_back(history: History, chance: random.Random) -> Told:
    """A night of a day before the release in force: refused, whatever has come."""
    ended = history.begin(day=FIRST - timedelta(days=chance.randrange(1, 400))).wait()
    return ended if ended[0] == "DayPassed" else (NOT_A_SENTENCE, f"it was not refused: {ended}")


@kind
def clock_step(history: History, chance: random.Random) -> Told:
    """The clock is set by up to two days, forward or back, at a moment of the night."""
    step, at = chance.uniform(-2, 2) * 86_400, time.monotonic() + chance.random() * history.seconds
    seconds, nanoseconds, moment = time.time, time.time_ns, calendar.now

    def by() -> float:
        return step if time.monotonic() >= at else 0.0

    def set_clock() -> None:
        vars(time).update(
            time=lambda: seconds() + by(), time_ns=lambda: nanoseconds() + int(by() * 1e9)
        )
        vars(calendar).update(now=lambda: moment() + timedelta(seconds=by()))

    return history.night(set_clock)


@kind
def reader(history: History, chance: random.Random) -> Told:
    """Somebody reads while a release comes into force, a hundred times over; each whole."""
    ended = history.night()
    if ended[0] != "ended":
        return NOT_A_SENTENCE, f"undisturbed: {ended}"
    return apart(partial(read_through_swaps, history.data, chance.randrange(1 << 30))), "100 swaps"


def read_through_swaps(data: DataFolder, seed: int) -> str:
    from kinhbac.data_folder import point_to

    over, mixed, chance = threading.Event(), [], seeded(seed)

    def read() -> None:
        while not over.is_set():
            release = in_force(data)
            info = pl.read_parquet(release.folder / "release_info.parquet")
            values = pl.read_parquet(release.folder / "indicator_values.parquet")
            newest = values["published_in"].max()
            if info["release"].to_list() != [release.number] or newest != release.number:
                mixed.append((release.number, info["release"].to_list(), newest))

    thread = threading.Thread(target=read)
    thread.start()
    for swap in range(100):
        point_to(data.current, f"releases/{1 + swap % 2}")
        time.sleep(chance.random() / 100)
    over.set()
    thread.join()
    point_to(data.current, "releases/2")
    return NOT_A_SENTENCE if mixed else "ended"


def _landing(history: History, chance: random.Random, change: Callable[[Path], object]) -> Told:
    """A delivery that is changed at a moment of the night, and is as it was after it."""
    path = history.data.landing / CLINIC
    whole = path.read_bytes()
    night = history.begin()
    _wait(history, chance)
    change(path)
    ended = night.wait()
    path.unlink(missing_ok=True)
    path.write_bytes(whole)
    return ended


@kind
def vanishes(history: History, chance: random.Random) -> Told:
    """A delivery that is taken away at a moment of the night, and laid down again after it."""
    return _landing(history, chance, Path.unlink)


@kind
def cut_under_way(history: History, chance: random.Random) -> Told:
    """A delivery that is written over with a part of itself at a moment of the night."""
    half = tiny.FEBRUARY.encode()[: chance.randrange(len(tiny.FEBRUARY))]
    return _landing(history, chance, lambda path: path.write_bytes(half))


@kind
def replaced(history: History, chance: random.Random) -> Told:
    """A delivery in whose place another is renamed at a moment of the night."""

    def put(path: Path) -> None:
        aside = path.with_name(".aside.part")
        aside.write_text(CORRECTED, encoding="utf-8")
        aside.replace(path)

    return _landing(history, chance, put)


@kind
def arrives(history: History, chance: random.Random) -> Told:
    """A correction that comes at a moment of the night: the next one has it."""
    night = history.begin()
    _wait(history, chance)
    history.province.land(MORE, CORRECTED)
    return night.wait()


ON_OWN_DISK = {"full_disk", "read_only"}
"""Kinds that need a file system of their own."""
OF_ITS_PROCESS = {"short_files", "no_rights"}
"""Kinds that bind a night and all that it starts: its reader is started as at night."""
OF_RELEASES = {"reader", "clock_back"}
"""Kinds that ask for a release."""
OTHER_BYTES = {"cut_under_way", "replaced"}
"""Kinds in which other bytes may have been a delivery for a while: the figures are the same in the
end, and the ledger knows of more."""
ANOTHER_RELEASE = {"arrives"}
"""Kinds between whose two nights a release may lie that nothing disturbed would have made: the figures
are the same in the end, and the last one knows of what it revised."""
FIGURES = ("indicator", "area", "period", "value")


def judge(history: History, kind: str, chance: random.Random) -> tuple[str, list[str]]:
    """How the disturbed night ended, and every promise that was broken."""
    history.lay_down()
    ended, said = KINDS[kind](history, chance)
    broken = []
    if ended in (NEVER, NOT_A_SENTENCE):
        broken.append(f"{ended}: {said}")
    after, why = history.night()
    if after != "ended":
        return ended, [*broken, f"the next night: {after}: {why} (after {ended}: {said})"]
    expected = history.root / ("corrected" if kind == "arrives" else "undisturbed")
    found = apart(partial(_differing, history, expected, kind))
    if found:
        broken.append(f"other tables: {', '.join(found)} (after {ended}: {said})")
    before = history.root / "before" / "data" / "landing"
    for path in before.rglob("*"):
        here = history.data.landing / path.relative_to(before)
        if here == history.data.seen:  # what a night itself saw there
            continue
        if path.is_file() and not (here.is_file() and here.read_bytes() == path.read_bytes()):
            broken.append(f"{here} is not as it was delivered")
    left = [f"{path}" for path in history.data.root.rglob("*.part") if "dagster" not in path.parts]
    if left:
        broken.append(f"left over: {left} (after {ended}: {said})")
    return ended, broken


def _differing(history: History, folder: Path, kind: str) -> list[str]:
    found = read_tables(history.data, history.door)
    expected = {path.stem: pl.read_parquet(path) for path in folder.iterdir()}
    if kind in OTHER_BYTES and history.door:  # of what was there for a while the ledger tells too
        one, other = (_in_force(tables["extracts"]) for tables in (found, expected))
        return [] if one.equals(other) else ["extracts"]
    if kind in OTHER_BYTES or (kind in ANOTHER_RELEASE and not history.door):
        one, other = (tables["indicator_values"].select(FIGURES) for tables in (found, expected))
        return [] if one.sort(FIGURES).equals(other.sort(FIGURES)) else ["indicator_values"]
    return sorted(
        name
        for name in expected.keys() | found.keys()
        if name not in found
        or name not in expected
        or not found[name].select(expected[name].columns).equals(expected[name])
    )


def _in_force(extracts: pl.DataFrame) -> pl.DataFrame:
    return extracts.filter(standing="in_force").select("extract", "held").sort("extract")


def main(trials: int, seed: int, kinds: list[str], door: bool) -> int:
    """``trials`` of each kind, or of ``kinds``; returns how many promises were broken."""
    failed, tried = 0, 0
    with ExitStack() as stack:
        notes = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        root = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        mounts = own_disk(root, 512)
        stack.callback(LIBC.umount2, os.fsencode(root), 2)
        vars(acceptance).update(PROCESS=stack.enter_context(kept_ready(EXPECTATIONS, notes)))
        logging.getLogger("kinhbac").setLevel(logging.CRITICAL)  # each refusal is told there
        started, forked = reading_apart.PROCESS, stack.enter_context(kept_ready(READER, notes))
        vars(reading_apart).update(PROCESS=forked)
        history = make_history(root, notes, door)
        print(f"a night takes {history.seconds:.1f} s", flush=True)
        for name in kinds or [name for name in KINDS if not door or name not in OF_RELEASES]:
            if name in ON_OWN_DISK and not mounts:
                print(f"{name}: not tried, this machine lets nobody mount a file system")
                continue
            vars(reading_apart).update(PROCESS=started if name in OF_ITS_PROCESS else forked)
            stood, began = Counter[str](), time.monotonic()
            for number in range(trials):
                chance = seeded(seed, name, number)
                ended, broken = judge(history, name, chance)
                stood[ended] += 1
                failed += len(broken)
                for promise in broken:
                    print(f"{name}, seed {seed}, trial {number}: {promise}", flush=True)
            tried += trials
            told = ", ".join(f"{count} {how}" for how, count in sorted(stood.items()))
            spent = time.monotonic() - began
            print(f"{name}: {trials} trials in {spent:.0f} s: {told}", flush=True)
    print(f"{tried} trials, {failed} broken promises")
    return failed


if __name__ == "__main__":
    given: list[Any] = sys.argv[1:]
    if door := "--door" in given:
        given.remove("--door")
    count, start = [int(each) for each in given[:2]] + [10, 1][len(given[:2]) :]
    sys.exit(bool(main(count, start, given[2:], door)))
