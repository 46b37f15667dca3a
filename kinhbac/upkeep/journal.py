"""What each night came to, told by the night itself.

Here: a line when a night begins and one when it ends, in ``nights.jsonl``; reading them. Not here:
what is made of them (``status``). It needs the standard library alone, because a night on which
nothing has happened writes here too.

A night that was killed has no second line. A line that a full disk cut off is passed over: that a
night is remembered is never a reason for it to fail.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal

from kinhbac.calendar import now
from kinhbac.data_folder import DataFolder, written_aside
from kinhbac.problems import Refused
from kinhbac.upkeep.heartbeat import beat
from kinhbac.upkeep.lock import FolderBusy
from kinhbac.upkeep.room import find_free
from kinhbac.upkeep.shape import read_shape

log = logging.getLogger("kinhbac")
KEPT = 1_000
"""Nights that are remembered, nearly three years; the oldest are let go."""
SAID = 400
"""Letters of what a night was refused for; the first line says it."""
Outcome = Literal["published", "unchanged", "refused", "failed", "busy"]
"""``busy``: somebody else was writing, and nothing was done."""


@dataclass
class Night:
    """One night: ``outcome`` is None while it runs, and for ever if it was killed.

    ``day`` is the day that it was the night of, ``release`` the one in force when it had ended,
    ``said`` what it was refused or failed for, ``seconds`` how long it took, ``free`` the bytes
    that the disk had left when it had ended.
    """

    began: datetime
    day: date
    ended: datetime | None = None
    outcome: Outcome | None = None
    release: int | None = None
    said: str = ""
    seconds: float = 0.0
    free: int | None = None
    parts: dict[str, float] = field(default_factory=dict)

    def come_to(
        self,
        outcome: Outcome,
        release: int | None,
        said: str = "",
        parts: Mapping[str, float] = MappingProxyType({}),
    ) -> None:
        """What came of it, said by whoever ran it."""
        self.outcome, self.release, self.said, self.parts = outcome, release, said, dict(parts)


@contextmanager
def told(data: DataFolder, day: date) -> Iterator[Night]:
    """Write down that a night begins, and what came of it: whoever runs it says so in the object.

    One that is left by an exception is refused or failed, as the exception says. Raises Refused for a
    folder of a newer shape, into which nothing is written.
    """
    _refuse_newer(data)
    started, night = time.perf_counter(), Night(now(), day)
    _tell_gap(data, night)
    beginning = {"began": night.began.isoformat(), "day": day.isoformat()}
    known = _write(data, beginning)
    try:
        yield night
        night.outcome = night.outcome or "failed"
    except BaseException as error:
        if not night.outcome:
            # What a library says may hold anything; the log has it.
            told_people = isinstance(error, Refused)
            night.said = f"{error}" if told_people else type(error).__name__
            busy = isinstance(error, FolderBusy)
            night.outcome = "busy" if busy else "refused" if told_people else "failed"
        raise
    finally:
        night.ended = now()
        night.seconds = time.perf_counter() - started
        _write(data, beginning | _ending(data, night), told=not known)
        if night.outcome != "busy":
            good = night.outcome in ("published", "unchanged")
            beat("ended" if good else "failed", night.said)


def _refuse_newer(data: DataFolder) -> None:
    try:
        read_shape(data)
    except Refused as refused:
        beat("failed", f"{refused}")
        raise


def _tell_gap(data: DataFolder, night: Night) -> None:
    """Say that nights did not happen: nobody else was there to notice."""
    last = next(reversed(read_nights(data)), None)
    if last and (missed := (night.began.date() - last.began.date()).days - 1) > 0:
        log.warning(
            "%d nights did not happen: the last one began at %s",
            missed,
            f"{last.began:%H:%M on %d/%m/%Y}",
        )


def read_nights(data: DataFolder) -> list[Night]:
    """All nights that are remembered, the oldest first; one that found somebody else writing, and did
    nothing, was none."""
    nights: dict[str, dict[str, Any]] = {}
    try:
        lines = data.journal.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    for line in lines:
        try:
            said = json.loads(line)
            nights.setdefault(said["began"], {}).update(said)
        except (ValueError, KeyError, TypeError):
            continue
    told = (_night(said) for said in nights.values())
    return [night for night in told if night and night.outcome != "busy"]


def _night(said: dict[str, Any]) -> Night | None:
    try:
        known = said | {
            "began": datetime.fromisoformat(said["began"]),
            "day": date.fromisoformat(said["day"]),
            "ended": datetime.fromisoformat(said["ended"]) if said.get("ended") else None,
        }
        return Night(**known)
    except (ValueError, KeyError, TypeError):
        return None


def _ending(data: DataFolder, night: Night) -> dict[str, Any]:
    assert night.ended
    return {
        "ended": night.ended.isoformat(),
        "outcome": night.outcome,
        "release": night.release,
        "said": night.said.strip().partition("\n")[0][:SAID],
        "seconds": round(night.seconds, 3),
        "free": find_free(data),
        "parts": {name: round(spent, 3) for name, spent in night.parts.items()},
    }


def _write(data: DataFolder, said: dict[str, Any], told: bool = False) -> bool:
    """Whether it is remembered; that it is not is ``told`` once a night."""
    try:
        data.root.mkdir(parents=True, exist_ok=True)
        _let_go(data)
        # The line break comes first: what a full disk has cut off spoils no other line.
        line = ("\n" + json.dumps(said, ensure_ascii=False)).encode()
        descriptor = os.open(data.journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if not told:
            log.warning("%s: what the night came to is not remembered (%s)", data.journal, error)
        return False
    return True


def _let_go(data: DataFolder) -> None:
    """Forget the oldest nights once the file has grown to twice what is kept."""
    try:
        lines = data.journal.read_bytes().splitlines(keepends=True)
    except FileNotFoundError:
        return
    if len(lines) > 4 * KEPT:
        with written_aside(data.journal) as aside:
            aside.write_bytes(b"".join(lines[-2 * KEPT :]))
