"""A province between two nights, and what the second says when nothing disturbs it.

Here: that history, a night in a fork, how it ended. Not here: what disturbs it, what must hold
(``night_faults``).

A night is forked from a process that has imported all of it, and its candidate is made by the
compiled models (``tests.straight``): all that is written, by whom and in which order is a night's own.
Past 200 lines because a fork, what it says and what it works on are read side by side.
"""

from __future__ import annotations

import faulthandler
import os
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from importlib import import_module
from multiprocessing import Pipe
from pathlib import Path
from typing import TypeVar

import polars as pl

from kinhbac.data_folder import DataFolder
from kinhbac.night import COMPUTING, STEPS, run
from kinhbac.problems import Refused
from kinhbac.release.releases import Release, current_release
from kinhbac.upkeep.lock import hold
from orchestration.failures import OF_THE_MACHINE, SENTENCES
from tests import conftest as tiny
from tests.straight import Compiled

FIRST, SECOND = date(2026, 3, 20), date(2026, 3, 21)
DOOR = tuple(step for step in COMPUTING if step.name in ("registry", "raw", "ledger"))
CLINIC, MORE = "clinic/2026-02/2026-03-03_a.csv", "clinic/2026-02/2026-03-04_b.csv"
CORRECTED = tiny.FEBRUARY.replace("20,-", "21,4")
PATIENCE, SLOW = 120, 20
"""Seconds after which a night counts as one that never ends, and how many times as long as an undisturbed
one takes: other work shares the machine."""
NEVER, NOT_A_SENTENCE = "never", "not a sentence"
Found = TypeVar("Found")
Told = tuple[str, str]
"""How a night ended, and what it said: the first line for people, then the rest."""


def apart(make: Callable[[], Found]) -> Found:
    """What ``make`` gives in a fork: this process itself never starts what no fork can take along
    (the threads of DuckDB and polars). Raises RuntimeError with all that is known where it failed."""
    hearing, telling = Pipe(duplex=False)
    if not (fork := os.fork()):
        try:
            telling.send((make(), ""))
        except BaseException:
            telling.send((None, traceback.format_exc()))
        finally:
            os._exit(0)
    telling.close()  # so that a fork that ends without a word is heard as one
    with hearing:
        found: Found
        found, why = hearing.recv()
    os.waitpid(fork, 0)
    if why:
        raise RuntimeError(why)
    return found


@dataclass
class Running:
    """A night at work in a fork, and where it says how it ends."""

    process: int
    said: Path
    began: float
    patience: float

    def wait(self) -> Told:
        while time.monotonic() < self.began + self.patience:
            process, status = os.waitpid(self.process, os.WNOHANG)
            if process:
                if os.WIFSIGNALED(status):
                    return "killed", signal.Signals(os.WTERMSIG(status)).name
                kind, _, said = self.said.read_text(encoding="utf-8").partition("\n")
                return kind, said
            time.sleep(0.01)
        os.kill(self.process, signal.SIGABRT)  # it says where it stands
        os.waitpid(self.process, 0)
        return NEVER, f"after {self.patience:.0f} s: {self.said.read_text(encoding='utf-8')}"

    def signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.process, number)


def _ending(error: BaseException | None) -> str:
    """How a night ended, as ``orchestration.refresh`` tells it."""
    if error is None:
        return "ended\n"
    kind = type(error).__name__
    known = isinstance(error, Refused) or kind in SENTENCES | OF_THE_MACHINE
    if isinstance(error, Refused) and error.exit_code == os.EX_TEMPFAIL:
        kind = "busy"
    return f"{kind if known else NOT_A_SENTENCE}\n{error}\n{''.join(traceback.format_exception(error))}"


@dataclass(frozen=True)
class History:
    """A province after its first night, with a delivery that the second has to take in.

    ``undisturbed`` and ``corrected`` below ``root``: what the second says when nothing disturbs it,
    and when a correction has come as well. ``door``: only the steps up to the ledger are taken, and only
    its tables compared. ``seconds``: how long it takes.
    """

    root: Path
    project: Compiled
    notes: Path
    door: bool
    seconds: float = 0

    @property
    def province(self) -> tiny.Province:
        return replace(tiny.in_folder(self.root / "trial", self.project), as_of=SECOND)

    @property
    def data(self) -> DataFolder:
        return self.province.data

    def lay_down(self) -> None:
        """The state between the two nights, for a trial."""
        copy(self.root / "before", self.root / "trial")

    def begin(self, prepare: Callable[[], object] = lambda: None, day: date = SECOND) -> Running:
        """A night, begun; ``prepare`` is what its process finds around it."""
        said = self.notes / f"{time.monotonic_ns()}"
        process = os.fork()
        if not process:
            found = None
            faulthandler.enable(said.open("w"), all_threads=True)
            try:
                province = replace(self.province, as_of=day)
                with hold(province.data, "kinhbac refresh"):
                    prepare()
                    run(province.night(), DOOR if self.door else STEPS)
            except BaseException as error:
                found = error
            said.write_text(_ending(found), encoding="utf-8")
            os._exit(0)
        return Running(process, said, time.monotonic(), max(PATIENCE, SLOW * self.seconds))

    def night(self, prepare: Callable[[], object] = lambda: None) -> Told:
        return self.begin(prepare).wait()


def copy(there: Path, here: Path) -> None:
    shutil.rmtree(here, ignore_errors=True)
    shutil.copytree(there, here, symlinks=True)


def in_force(data: DataFolder) -> Release:
    release = current_release(data)
    if release is None:
        raise LookupError("there is no release")
    return release


def read_tables(data: DataFolder, door: bool) -> dict[str, pl.DataFrame]:
    """Every table of the release in force, or of the ledger with all that it took in; in an order of
    its own."""
    if door:
        paths = [data.tables / f"{name}.parquet" for name in ("extracts", "turns", "problems")]
        paths += sorted(data.raw.glob("*/*/*.parquet"))
    else:
        paths = sorted(in_force(data).folder.glob("*.parquet"))
    found = {}
    for path in paths:
        frame = pl.read_parquet(path / "*.parquet" if path.is_dir() else path)
        plain = [c for c, kind in frame.schema.items() if not kind.is_nested()]
        found[path.stem] = frame.select(sorted(frame.columns)).sort(sorted(plain))
    return found


def settle(one: Path, other: Path) -> None:
    """Let the folder ``one`` hold what two undisturbed nights agree on: the clock stands in a few
    columns."""
    for path in one.iterdir():
        frame, again = pl.read_parquet(path), pl.read_parquet(other / path.name)
        frame.select(c for c in frame.columns if frame[c].equals(again[c])).write_parquet(path)


def keep_tables(data: DataFolder, door: bool, folder: Path) -> None:
    """Lay down in ``folder`` what ``read_tables`` reads."""
    folder.mkdir()
    for name, frame in read_tables(data, door).items():
        frame.write_parquet(folder / f"{name}.parquet")


def make_history(root: Path, notes: Path, door: bool) -> History:
    """The province before its second night, and what that says in two forms."""
    compiled = root / "compiled"
    if not door:
        apart(lambda: tiny.compile_tiny(compiled))
    history = History(root, Compiled(compiled), notes, door)

    def begin_province() -> set[str]:
        made = tiny.in_folder(root / "before", history.project)
        tiny.write_tiny_registry(made)
        made.write("clinic/source.yml", tiny.CLINIC.replace(", personal: [SoDinhDanh]", ""))
        made.write("school/source.yml", tiny.SCHOOL)
        made.write("school/indicators.yml", tiny.PUPILS)
        made.land("clinic/2026-01/2026-02-03_a.csv", tiny.JANUARY)
        made.land("school/2026-01/2026-02-04_a.csv", tiny.ENROLLED)
        run(made.night(), DOOR if door else STEPS)
        made.land(CLINIC, tiny.FEBRUARY)
        return {*sys.modules}

    for module in sorted(apart(begin_province) - {*sys.modules}):
        with suppress(Exception):  # a night imports it where it needs it
            import_module(module)
    for name, more in (("undisturbed", ""), ("corrected", CORRECTED)):
        folders = [root / name, root / f"{name}-again"]
        for folder in folders:
            history.lay_down()
            if more:
                history.province.land(MORE, more)
            began = time.monotonic()
            ended = history.night()
            if ended[0] != "ended":
                raise SystemExit(f"the undisturbed night: {ended}")
            history = replace(history, seconds=time.monotonic() - began)
            apart(partial(keep_tables, history.data, door, folder))
        apart(partial(settle, *folders))
    return history
