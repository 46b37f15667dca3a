"""How an installation stands, in words, as JSON and as metrics.

Here: the three forms in which it is told. Not here: finding it out (``status``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from kinhbac.upkeep.journal import Night
from kinhbac.upkeep.status import BEAT, Status

MEBIBYTE = 1 << 20


def describe(status: Status) -> str:
    """A few lines for a person: what is wrong first."""
    return "\n".join(_lines(status))


def as_json(status: Status) -> dict[str, Any]:
    """All of it, by name; times with their zone, sizes in bytes, durations in seconds. Names stay
    what they are; new ones may come."""
    release = status.release
    return {
        "at": status.at.isoformat(),
        "exit_code": status.exit_code,
        "matters": [asdict(matter) for matter in status.matters],
        "release": release
        and {
            "number": release.number,
            "as_of": release.as_of.isoformat(),
            "published_at": release.manifest.get("published_at"),
            "code": release.manifest.get("code"),
            "same_code": status.same_code,
        },
        "nights": {
            "last": _night(status.last),
            "last_ended": _night(status.last_ended),
            "last_published": _night(status.last_published),
            "usual_seconds": status.usual_seconds,
            "next_due": status.next_due.isoformat(),
            "missed": status.missed and status.missed.isoformat(),
        },
        "disk": {"free_bytes": status.free, "nights_of_room": status.room},
        "overdue": [asdict(source) for source in status.overdue],
        "held_cells": status.held,
        "writer": status.writer
        and asdict(status.writer) | {"since": status.writer.since.isoformat()},
        "daemon": {
            "heard_of": status.beat and status.beat.isoformat(),
            "alive": status.beat is not None and status.at - status.beat < BEAT,
        },
    }


def as_metrics(status: Status) -> str:
    """The same in numbers, in the text format of OpenMetrics, for the folder of node_exporter."""
    told = {
        "status": ("0 well, 1 to be looked at, 2 to be acted upon", status.exit_code),
        "release_number": ("The release in force", status.release and status.release.number),
        "last_night_timestamp_seconds": ("When the last night began", _time(status.last)),
        "last_published_timestamp_seconds": (
            "When a release was last published",
            _time(status.last_published),
        ),
        "last_night_duration_seconds": (
            "How long the last night took",
            status.last_ended and status.last_ended.seconds,
        ),
        "disk_free_bytes": ("Room on the disk", status.free),
        "disk_nights": ("Nights for which there is room", status.room),
        "sources_overdue": ("Sources that owe a delivery", len(status.overdue)),
        "cells_held": ("Cells held back", status.held),
    }
    lines = []
    for name, (meaning, value) in told.items():
        if value is not None:
            lines += [
                f"# HELP kinhbac_{name} {meaning}.",
                f"# TYPE kinhbac_{name} gauge",
                f"kinhbac_{name} {value}",
            ]
    return "\n".join([*lines, "# EOF", ""])


def _lines(status: Status) -> Iterator[str]:
    for matter in status.matters:
        yield f"{'Act' if matter.gravity == 2 else 'Look':<12} {matter.said}"
    if not status.matters:
        yield "Well         nothing is to be done"
    if release := status.release:
        at = _moment(datetime.fromisoformat(release.manifest["published_at"]), status)
        yield f"Release      {release.number} of {release.as_of:%d/%m/%Y}, published {at}"
    if last := status.last:
        ended = (
            f"{last.outcome or 'failed'} after {last.seconds:.1f} s"
            if last.ended
            else "has not ended"
        )
        usual = f"; usual are {status.usual_seconds:.0f} s" if status.usual_seconds else ""
        yield f"Last night   began {_moment(last.began, status)}, {ended}{usual}"
    yield f"Next night   {_moment(status.next_due, status)}"
    room = f", enough for {status.room:,} nights" if status.room is not None else ""
    yield f"Disk         {status.free // MEBIBYTE:,} MiB free{room}"
    if status.release:
        named = ", ".join(f"{one.source} ({one.owner})" for one in status.overdue[:5])
        more = f" and {len(status.overdue) - 5} more" if status.overdue[5:] else ""
        yield f"Overdue      {len(status.overdue)} sources{': ' if named else ''}{named}{more}"
    if status.held is not None:
        yield f"Held         {status.held:,} cells"
    yield f"Writing      {status.writer or 'nobody'}"
    if status.beat:
        yield f"Daemon       Dagster's was heard of last {_moment(status.beat, status)}"


def _moment(at: datetime, status: Status) -> str:
    return f"{at.astimezone(status.at.tzinfo):%H:%M on %d/%m/%Y}"


def _time(night: Night | None) -> float | None:
    return night.began.timestamp() if night else None


def _night(night: Night | None) -> dict[str, Any] | None:
    if night is None:
        return None
    return {
        "began": night.began.isoformat(),
        "day": night.day.isoformat(),
        "ended": night.ended and night.ended.isoformat(),
        "outcome": night.outcome,
        "release": night.release,
        "seconds": night.seconds,
        "parts": night.parts,
        "said": night.said,
    }
