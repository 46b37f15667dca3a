"""Reading in another process, so that what a file does to its reader it does to nobody else.

Here: starting that process, waiting for it, ending it; what its death says of the file that it had
in hand. Not here: what it does (``reader_process``), how a file is read (``readers``).

A process is started once and reads file after file. One that died, was not done in time or is not
listened to any more is replaced when the next file is to be read. Past 200 lines because the ways
in which it may end are told side by side.
"""

from __future__ import annotations

import atexit
import json
import mmap
import os
import signal
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import ExitStack, suppress
from functools import cache
from itertools import islice
from multiprocessing import Pipe
from multiprocessing.reduction import recv_handle
from pathlib import Path
from time import monotonic
from typing import Any

import polars as pl

from kinhbac.ingest.landed_file import size_of
from kinhbac.ingest.limits import MEMORY, Unreadable, in_bytes, seconds_for
from kinhbac.ingest.personal_data import Declared
from kinhbac.ingest.raw import Batch, RawFile
from kinhbac.ingest.reader_process import OUT_OF_MEMORY, TOLD_ON, Answer
from kinhbac.ingest.reading_room import SMALL, ReadingRoom
from kinhbac.problems import Problem, Refused
from kinhbac.registry.declared.contract import Delivery

PROCESS = [sys.executable, "-m", "kinhbac.ingest.reader_process"]
STARTING, ENDING = 60, 10
"""Seconds for which a process that begins, and one that ends, is waited for."""
SAID = 10_000
"""Bytes of what a process that does not start says that are told."""
REMEDY = (
    "open it in the program that made it and save it anew, without what is not asked for; "
    "deliver what is very large in several periods"
)


class NoReader(Refused):
    """Nothing can be read, whatever the file: the machine lacks what reading takes."""


class ReaderDied(Unreadable):
    """The process ended with a file in hand."""


class ReaderKilled(ReaderDied):
    """Somebody else ended the process: perhaps for the file's sake, perhaps for the machine's."""


class ReaderProcess:
    """One process that reads, until it ends: ``used`` if it was asked for a file, ``busy`` while not
    all of it has been heard."""

    def __init__(self) -> None:
        self.used = self.busy = self._ready = False
        self._held = ExitStack()
        self._desk, theirs = Pipe()
        self._held.enter_context(self._desk)
        # What it says beside its answers may hold what stands in a file: it lies nowhere on disk.
        self._said = os.memfd_create("said")
        self._held.callback(os.close, self._said)
        with theirs:
            self._process = subprocess.Popen(
                [*PROCESS, f"{theirs.fileno()}"],
                stdin=subprocess.PIPE,
                stdout=self._said,
                stderr=self._said,
                pass_fds=(theirs.fileno(),),
            )
        assert self._process.stdin
        self._held.enter_context(self._process.stdin)

    def get_ready(self) -> None:
        """Wait until it listens. Raises NoReader if it never does."""
        with suppress(EOFError, OSError):
            self._ready = self._ready or (self._desk.poll(STARTING) and bool(self._hear()))
        if not self._ready:
            said = os.pread(self._said, SAID, 0).decode("utf-8", "replace")
            self.kill()
            raise NoReader(f"The process that reads files does not start. {said}")

    def ask(self, asked: dict[str, Any], seconds: int) -> Iterator[Answer]:
        """Its answers up to the last; who does not want them all must kill it.

        Raises Unreadable where the last is a refusal, ReaderDied where it ends before the last.
        """
        self.used = self.busy = True
        left: float = seconds
        try:
            self._desk.send_bytes(json.dumps(asked).encode())
            while self.busy:
                began = monotonic()
                if not self._desk.poll(left):
                    self.kill()
                    raise _not_done(seconds)
                parcel = self._hear()
                left = max(left - (monotonic() - began), 0)
                self.busy = parcel[-1][0]["kind"] in TOLD_ON
                for told, frame in parcel:
                    yield _allowed(told), frame
        except (EOFError, OSError):
            raise _died(self._end()) from None

    def _hear(self) -> list[Answer]:
        return [(told, self._frame_of(told)) for told in json.loads(self._desk.recv_bytes())]

    def _frame_of(self, told: dict[str, Any]) -> pl.DataFrame | None:
        if told["shared"]:
            return _look_into(recv_handle(self._desk))
        return pl.read_ipc_stream(self._desk.recv_bytes()) if told["frame"] else None

    def kill(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._end()

    def _end(self) -> int:
        """How it ends, or has ended; nothing is left of it."""
        self.busy = False
        with self._held:  # closed before, its line to this process would be what ends it
            try:
                return self._process.wait(ENDING)
            except subprocess.TimeoutExpired:
                self._process.kill()
                return self._process.wait()

    @property
    def number(self) -> int:
        """By which the system knows it."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether it can be asked nothing more."""
        return self._process.poll() is not None


class Reader:
    """Who reads the files of this process: one process at a time, started when one is asked for."""

    def __init__(self) -> None:
        self._process: ReaderProcess | None = None
        self._grown = False

    def start(self) -> ReaderProcess:
        """Let one get ready, unless one does already."""
        # Of one that is busy with a file nobody listens to the rest any more.
        if self._process and (self._process.busy or self._process.ended):
            self.stop()
        if self._process is None:
            try:
                self._process, self._grown = ReaderProcess(), False
            except OSError as error:
                raise NoReader(f"The process that reads files does not start: {error}.") from error
        return self._process

    def stop(self) -> None:
        """Nobody asks any more."""
        if self._process:
            self._process.kill()
        self._process = None

    def rest(self) -> None:
        """Nobody asks for a while. It stays, as to start it costs more than it holds; but not
        after a large file, whose memory it may not have given back."""
        if self._grown:
            self.stop()

    def read(
        self,
        path: Path,
        delivery: Delivery,
        room: ReadingRoom,
        wanted: Collection[str] | None,
        declared: Declared | None = None,
        labels: Collection[str] = (),
    ) -> RawFile:
        """Begin to read a file, as ``readers.read_raw`` does.

        Raises Unreadable, at once or while batches are drawn, also when a process dies of the
        file; NoReader where no file is to blame.
        """
        size = size_of(path)
        self._grown |= size >= SMALL
        asked = {
            "path": path.as_posix(),
            "delivery": delivery.model_dump(mode="json"),
            "folder": room.place("reader").as_posix(),
            "rows": room.rows,
            "wanted": None if wanted is None else sorted(wanted),
            "declared": declared and {key: sorted(told) for key, told in vars(declared).items()},
            "labels": sorted(labels),
        }
        answers = self._answers(asked, seconds_for(size))
        told, _ = next(answers)
        raw = RawFile(
            dict.fromkeys(told["names"]),
            sheet=told["sheet"],
            said_period=told["said_period"],
            titled=told["titled"],
        )
        raw.batches = _draw(answers, raw)
        return raw

    def _answers(self, asked: dict[str, Any], seconds: int) -> Iterator[Answer]:
        """What a process answers. One that had read others before may have died of those: the file
        is given to another, and is to blame if that dies too."""
        heard = 0
        while True:
            process = self.start()
            process.get_ready()
            used = process.used
            try:
                for answer in islice(process.ask(asked, seconds), heard, None):
                    heard += 1
                    yield answer
            except ReaderDied:
                if not used:
                    raise
            else:
                return


def read_apart(
    path: Path,
    delivery: Delivery,
    room: ReadingRoom,
    wanted: Collection[str] | None = None,
    declared: Declared | None = None,
    labels: Collection[str] = (),
) -> RawFile:
    """What ``readers.read_raw`` reads, read where it can do no harm."""
    return the_reader().read(path, delivery, room, wanted, declared, labels)


@cache
def the_reader() -> Reader:
    """The reader of this process; it ends with it."""
    reader = Reader()
    atexit.register(reader.stop)
    return reader


def _look_into(descriptor: int) -> pl.DataFrame:
    """The frame in memory that the process shares with this one."""
    import pyarrow as pa  # only files of more than a few thousand rows need it

    seen = mmap.MAP_SHARED | mmap.MAP_POPULATE
    memory = mmap.mmap(descriptor, 0, flags=seen, prot=mmap.PROT_READ)
    os.close(descriptor)
    return pl.DataFrame(pa.ipc.open_file(pa.py_buffer(memory)).read_all())


def _draw(answers: Iterator[Answer], raw: RawFile) -> Iterator[Batch]:
    for told, frame in answers:
        raw.names |= dict.fromkeys(told["names"])
        if frame is None:
            for problem in told["problems"]:
                raw.problems.add_one(_problem(problem))
        else:
            lines, *columns = frame.get_columns()
            named = zip(told["columns"], columns, strict=True)
            yield Batch({name: column.alias(name) for name, column in named}, lines)


def _problem(told: dict[str, Any]) -> Problem:
    return Problem(**told | {name: tuple(told[name]) for name in ("lines", "values")})


def _allowed(told: dict[str, Any]) -> dict[str, Any]:
    """An answer that may be used. Raises what a last answer says instead of an end."""
    if told["kind"] == "refused":
        said = _problem(told["problem"])
        values = said.values or (() if said.value is None else (said.value,))
        error = Unreadable(said.found, said.rule, said.remedy, said.line, values, said.library)
        error.beside = tuple(map(_problem, told["beside"]))
        raise error
    if told["kind"] == "stopped":
        raise NoReader(f"No file can be read: {told['reason'].lower()}.")
    return told


def _not_done(seconds: int) -> Unreadable:
    return Unreadable(
        f"the file kept its reader busy for more than {seconds:,} seconds",
        f"a file of its size is read within {seconds:,} seconds",
        REMEDY,
    )


def _died(code: int) -> ReaderDied:
    """What the exit code of a reader says of the file that it had in hand."""
    rule = f"a file is read within {in_bytes(MEMORY)} of memory and does its reader no harm"
    if code == OUT_OF_MEMORY:
        return ReaderDied("the file takes more memory than its reader has", rule, REMEDY)
    if code == -signal.SIGKILL:
        found = "its reader was killed from outside, as a machine does that is short of memory"
        return ReaderKilled(found, rule, f"it is read again the next night; else {REMEDY}")
    how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    return ReaderDied(f"the file killed its reader ({how})", rule, REMEDY)
