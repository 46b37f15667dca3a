"""How an installation stands: asked by a person in the morning, and by a monitor every minute.

Here: what the nights, the disk, the release in force, the lock and Dagster's daemon say; what of it
is to be looked at. Not here: whether files are what was sealed (``kinhbac check``), which
indicators are red (the pages). A few lines past 200 because what is found and what of it matters are
read together.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from statistics import median
from typing import Literal
from urllib.parse import quote

from kinhbac.calendar import HANOI
from kinhbac.data_folder import DataFolder, hash_of_code
from kinhbac.database import read_warehouse
from kinhbac.release.releases import Release, ReleaseUnreadable, current_release
from kinhbac.release.warehouse import warehouse_of
from kinhbac.upkeep.journal import Night, read_nights
from kinhbac.upkeep.lock import Writer, find_writer
from kinhbac.upkeep.room import find_free

DUE = time(2)
"""When the nightly job begins, in Hà Nội (``orchestration.defs.schedule``)."""
GRACE = timedelta(hours=1)
"""How late a night may begin before it is missed."""
USUAL = 10
"""Nights of which the middle one says how long a night takes, and how much room."""
LONG = 3
"""A night takes long that takes so many times as long as usual."""
FEW_NIGHTS, LAST_NIGHTS = 30, 3
"""Nights for which the disk has room when that is to be looked at, and when to act."""
BEAT = timedelta(minutes=30)
"""Without a word for so long, Dagster takes its daemon for gone, too."""
OVERDUE = """\
select source, owner, count(*) as periods, min(due_date) as since
from deliveries
where due_date is not null and state in ('late', 'refused')
group by all
order by since, source
"""
Gravity = Literal[1, 2]
"""1: to be looked at; 2: to be acted upon."""


@dataclass(frozen=True)
class Matter:
    """Something that should not be so."""

    gravity: Gravity
    said: str


@dataclass(frozen=True)
class Overdue:
    """A source with what it owes: ``since`` is the day on which the oldest was due."""

    source: str
    owner: str | None
    periods: int
    since: str | None


@dataclass(frozen=True)
class Status:
    """How an installation stands at ``at``, in Hà Nội.

    ``usual_seconds`` is what a night takes that has work to do, ``room`` for how many such nights
    the disk has room; both None until two of them have ended. ``beat`` is when Dagster's
    daemon was heard of last, None where none has ever run. ``missed`` is the hour at which a night
    should have begun and none did.
    """

    at: datetime
    release: Release | None
    unreadable: str
    last: Night | None
    last_ended: Night | None
    last_published: Night | None
    usual_seconds: float | None
    next_due: datetime
    missed: datetime | None
    free: int
    room: int | None
    overdue: tuple[Overdue, ...]
    held: int | None
    writer: Writer | None
    beat: datetime | None
    same_code: bool

    @property
    def matters(self) -> list[Matter]:
        """What is to be acted upon, and then what is to be looked at."""
        return sorted(self._matters(), key=lambda matter: -matter.gravity)

    @property
    def exit_code(self) -> int:
        """0 when all is well, 1 when something is to be looked at, 2 when somebody must act."""
        return max((matter.gravity for matter in self.matters), default=0)

    def _matters(self) -> Iterator[Matter]:
        if self.unreadable:
            yield Matter(2, self.unreadable)
        elif self.release is None:
            yield Matter(2, "there is no release yet: run kinhbac refresh")
        yield from self._of_nights()
        if self.room is not None and self.room < FEW_NIGHTS:
            yield Matter(
                2 if self.room < LAST_NIGHTS else 1,
                f"the disk has room for {self.room} nights: make room (docs/operations.md, «Room»)",
            )
        if self.release and not self.same_code:
            yield Matter(
                1, "the release in force was sealed by other code: the next night renews it"
            )

    def _of_nights(self) -> Iterator[Matter]:
        last, ended = self.last, self.last_ended
        if self.missed:
            yield Matter(
                2, f"no night has begun since {self.missed:%H:%M on %d/%m/%Y}, when one was due"
            )
        if last and last.ended is None and self.writer is None:
            yield Matter(
                2,
                f"the night that began at {last.began:%H:%M on %d/%m/%Y} did not end: it was killed",
            )
        elif ended and ended.outcome in ("refused", "failed"):
            yield Matter(2, f"the last night {ended.outcome}: {ended.said or 'see its log'}")
        if self.usual_seconds is None or last is None:
            return
        running = last.ended is None and self.writer is not None
        took = (self.at - last.began).total_seconds() if running else last.seconds
        if took > LONG * self.usual_seconds:
            word = "has taken" if running else "took"
            yield Matter(
                1, f"the last night {word} {took:.0f} s; usual are {self.usual_seconds:.0f} s"
            )


def find_status(data: DataFolder, at: datetime) -> Status:
    """How the installation of ``data`` stands at the time ``at``, in Hà Nội."""
    release, unreadable = None, ""
    overdue: tuple[Overdue, ...] = ()
    try:
        release = current_release(data)
        overdue = tuple(_overdue(release)) if release else ()
    except ReleaseUnreadable as error:
        unreadable = str(error)
    nights = read_nights(data)
    worked = _worked(nights)
    due = datetime.combine(at.date(), DUE, HANOI)
    last_due = due if due <= at else due - timedelta(days=1)
    began = any(night.began >= last_due for night in nights)
    missed = not began and bool(nights) and at - last_due > GRACE and nights[0].began < last_due
    return Status(
        at=at,
        release=release,
        unreadable=unreadable,
        last=nights[-1] if nights else None,
        last_ended=_newest(nights, "published", "unchanged", "refused", "failed"),
        last_published=_newest(nights, "published"),
        usual_seconds=_usual_seconds(worked),
        next_due=last_due + timedelta(days=1),
        missed=last_due if missed else None,
        free=find_free(data),
        room=_room(data, worked),
        overdue=overdue,
        held=(release.manifest.get("summary") or {}).get("held") if release else None,
        writer=find_writer(data),
        beat=_beat(data),
        same_code=release is None or release.manifest.get("code") == hash_of_code(),
    )


def find_usual(data: DataFolder) -> tuple[float | None, int | None]:
    """The seconds that a night takes which has work to do, and for how many the disk has room; None
    until two of them have ended."""
    worked = _worked(read_nights(data))
    return _usual_seconds(worked), _room(data, worked)


def _worked(nights: list[Night]) -> list[Night]:
    return [night for night in nights if night.parts and night.outcome != "failed"][-USUAL:]


def _usual_seconds(worked: list[Night]) -> float | None:
    return median(night.seconds for night in worked) if len(worked) > 1 else None


def _newest(nights: list[Night], *outcomes: str) -> Night | None:
    return next((night for night in reversed(nights) if night.outcome in outcomes), None)


def _room(data: DataFolder, worked: list[Night]) -> int | None:
    """For how many nights the disk has room, by the middle one of what the last ones took."""
    free = [night.free for night in worked if night.free is not None]
    taken = [before - after for before, after in pairwise(free)]
    if not taken or (usual := median(taken)) <= 0:
        return None
    return int(find_free(data) // usual)


def _overdue(release: Release) -> Iterator[Overdue]:
    with read_warehouse(warehouse_of(release)) as connection:
        for source, owner, periods, since in connection.execute(OVERDUE).fetchall():
            yield Overdue(source, owner, periods, since and since.isoformat())


def _beat(data: DataFolder) -> datetime | None:
    """When Dagster's daemon was heard of last."""
    path = data.dagster / "history" / "runs.db"
    try:
        with closing(sqlite3.connect(f"file:{quote(path.as_posix())}?mode=ro", uri=True)) as own:
            [(newest,)] = own.execute("select max(timestamp) from daemon_heartbeats").fetchall()
        return (
            datetime.fromisoformat(newest).replace(tzinfo=UTC).astimezone(HANOI) if newest else None
        )
    except (sqlite3.Error, OSError, ValueError):
        return None
