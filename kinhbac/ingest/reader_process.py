"""The process in which delivered files are read, one after the other.

Here: what it may take, and its desk: a request comes in, batches go out. Not here: who starts it
and what its death says of a file (``reading_apart``), how a file is read (``readers``).

Whatever a file does to its reader is done to this process alone. It ends with whoever started it,
however that ended: its standard input, through which nothing ever comes, is a line to it, and the
kernel tells when it is cut. It leaves no image of its memory behind, and what is meant for the
whole night (Ctrl-C, an ended service) is for its parent to hear: a file must not be blamed for it.

Run by ``reading_apart``: ``python -m kinhbac.ingest.reader_process DESCRIPTOR``. Past 200 lines
because a request is followed from its arrival to its last answer.
"""

from __future__ import annotations

import errno
import fcntl
import io
import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from multiprocessing.connection import Connection
from multiprocessing.reduction import send_handle
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from kinhbac.ingest.landed_file import open_landed, reason_of
from kinhbac.ingest.limits import MEBIBYTE, MEMORY, Unreadable
from kinhbac.ingest.personal_data import Declared
from kinhbac.ingest.raw import Batch
from kinhbac.ingest.readers import read_raw
from kinhbac.ingest.reading_room import open_room
from kinhbac.ingest.unread_people import find_people
from kinhbac.registry.declared.contract import Delivery

OUT_OF_MEMORY = errno.ENOMEM
"""The exit code when a file takes more than it may."""
NOT_OF_THE_FILE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.EIO}
"""What the system says when it is the machine that lacks something, and no file is to blame."""
PIECE = 64 * MEBIBYTE
"""Bytes of rows that are answered at once."""
SMALL_FRAME, LONGEST_PARCEL = MEBIBYTE, 8
"""Bytes of a frame that is carried over, and answers that leave together."""
TOLD_ON = ("began", "batch")
"""Kinds of answers after which another comes."""
Answer = tuple[dict[str, Any], pl.DataFrame | None]


class Desk:
    """Where answers leave, in parcels: those of a small file in one, those of a large one while the
    next are prepared, and never more."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._hand = ThreadPoolExecutor(1)
        self._sending: Future[None] | None = None
        self._parcel: list[Answer] = []

    def put(self, told: dict[str, Any], frame: pl.DataFrame | None = None) -> None:
        """Answer with what JSON can say, and a frame where there is one."""
        shared = frame is not None and frame.estimated_size() > SMALL_FRAME
        self._parcel.append((told | {"frame": frame is not None, "shared": shared}, frame))
        last = told["kind"] not in TOLD_ON
        if not (last or shared or len(self._parcel) > LONGEST_PARCEL):
            return
        parcel, self._parcel = self._parcel, []
        if self._sending:
            self._sending.result()
        self._sending = None if last else self._hand.submit(self._send, parcel)
        if last:
            self._send(parcel)

    def _send(self, parcel: Sequence[Answer]) -> None:
        # What is told of half a character may hold it, and no text may.
        said = json.dumps([told for told, _ in parcel], ensure_ascii=False)
        self._connection.send_bytes(said.encode("utf-8", "replace"))
        for told, frame in parcel:
            if frame is not None and told["shared"]:
                self._share(frame)
            elif frame is not None:
                written = io.BytesIO()
                frame.write_ipc_stream(written)
                self._connection.send_bytes(written.getbuffer())

    def _share(self, frame: pl.DataFrame) -> None:
        """Lay a frame into memory that the other side looks into: a third of what it costs to
        carry it over."""
        with os.fdopen(os.memfd_create("batch"), "wb") as shared:
            frame.write_ipc(shared)
            shared.flush()
            send_handle(self._connection, shared.fileno(), None)


def serve(descriptor: int) -> None:
    """Read what is asked for until nobody asks any more."""
    _end_with_parent()
    _bound_memory()
    with Connection(descriptor) as connection:
        desk = Desk(connection)
        desk.put({"kind": "ready"})
        while True:
            try:
                asked = json.loads(connection.recv_bytes())
            except EOFError:
                return
            _answer(asked, desk)


def _end_with_parent() -> None:
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    line = sys.stdin.fileno()
    fcntl.fcntl(line, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(line, fcntl.F_SETFL, fcntl.fcntl(line, fcntl.F_GETFL) | os.O_ASYNC)


def _bound_memory() -> None:
    """Bound what is written to (RLIMIT_DATA) and not what is mapped (RLIMIT_AS): allocators and
    threads reserve many times what they use."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if (first := Path("/proc/self/oom_score_adj")).exists():
        first.write_text("1000")  # a machine that is short of memory ends this, and not the night
    held = Path("/proc/self/statm")
    idle = int(held.read_text().split()[5]) * resource.getpagesize() if held.exists() else 0
    resource.setrlimit(resource.RLIMIT_DATA, (idle + MEMORY, idle + MEMORY))


def _answer(asked: dict[str, Any], desk: Desk) -> None:
    """Read one file. Its end, or the reason why there is none, is the last answer."""
    try:
        for told, frame in _read(asked):
            desk.put(told, frame)
    except Unreadable as error:
        desk.put(_refused(error, asked))
    except (MemoryError, duckdb.OutOfMemoryException):
        os._exit(OUT_OF_MEMORY)  # a reader that was short of memory reads no other file
    except OSError as error:
        if error.errno in NOT_OF_THE_FILE:
            desk.put({"kind": "stopped", "reason": os.strerror(error.errno)})
        else:
            desk.put(_refused(_unread(error), asked))
    except Exception as error:
        desk.put(_refused(_failed(error), asked))


def _read(asked: dict[str, Any]) -> Iterator[Answer]:
    path, delivery = Path(asked["path"]), Delivery.model_validate(asked["delivery"])
    open_landed(path).close()
    with open_room(Path(asked["folder"]), asked["rows"]) as room:
        declared = _declared(asked)
        raw = read_raw(path, delivery, room, asked["wanted"], declared, asked["labels"])
        known: set[str] = set()

        def told(kind: str, **more: Any) -> dict[str, Any]:
            """With the names that were not told yet: JSON may name a column late."""
            new = [name for name in raw.names if name not in known]
            known.update(new)
            return {"kind": kind, "names": new, **more}

        yield (
            told("began", sheet=raw.sheet, said_period=raw.said_period, titled=list(raw.titled)),
            None,
        )
        for batch in raw.batches:
            for piece in _pieces_of(batch):
                yield told("batch", columns=[*batch.columns]), piece
        ended = told("ended", problems=[asdict(p) for p in raw.problems.tell()])
    yield ended, None  # whoever hears it finds nothing of the file laid aside any more


def _pieces_of(batch: Batch) -> Iterator[pl.DataFrame]:
    """Lines, then columns, which are called by their places: a file may name one like the lines.

    In one piece, unless its cells are so long that the other side could not take them at once.
    """
    columns = [column.alias(str(n)) for n, column in enumerate(batch.columns.values())]
    frame = pl.DataFrame([batch.lines, *columns])
    return frame.iter_slices(
        max(1, PIECE * frame.height // max(PIECE, int(frame.estimated_size())))
    )


def _declared(asked: dict[str, Any]) -> Declared | None:
    told = asked["declared"]
    return told and Declared(**{key: frozenset(names) for key, names in told.items()})


def _refused(error: Unreadable, asked: dict[str, Any]) -> dict[str, Any]:
    """Why a file is not read; whom it names nobody has looked for so far."""
    declared = _declared(asked)
    people = find_people(Path(asked["path"]), declared) if declared else []
    problem = asdict(error.problem)
    return {"kind": "refused", "problem": problem, "beside": [asdict(one) for one in people]}


def _unread(error: OSError) -> Unreadable:
    return Unreadable(
        f"the file {reason_of(error)}",
        "a delivery is a file that can be read",
        "put it there again as a file of its own, readable for whoever runs the night",
    )


def _failed(error: Exception) -> Unreadable:
    """What no reader foresaw, with its place in the code; what it says of the file is for its holder."""
    if isinstance(error, UnicodeEncodeError):
        return Unreadable(
            "it holds half a character (a lone surrogate, U+D800 to U+DFFF)",
            "text consists of whole characters",
            "correct it in the system that wrote the file",
        )
    last = traceback.extract_tb(error.__traceback__)[-1]
    return Unreadable(
        f"its reader failed ({type(error).__name__} in {Path(last.filename).name}:{last.lineno})",
        "an extract can be read",
        "open it in the program that made it and save it again; if that does not help, "
        "report this message, and what «kinhbac try» says of the file",
        library=error,
    )


if __name__ == "__main__":
    serve(int(sys.argv[1]))
