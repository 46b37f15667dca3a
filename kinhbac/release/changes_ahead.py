"""The next day on which a release says something else though nothing is delivered.

Here: every way in which the calendar alone changes a table, and the first day of them. Until
that day a night without deliveries is idle. Not here: what was delivered (``origin``), columns
that count days (there are none: they say since when). A day too many costs a night; a day too
few is a wrong figure, so what is hard to tell is told early. Whoever lets another model read the
day of the refresh names the days of its changes here: ``tests/unit/test_changes_ahead.py`` builds
random provinces on the last idle day and compares every table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from kinhbac.ingest.demonstration.deliveries import next_delivery
from kinhbac.queries import read_queries
from kinhbac.registry import Registry

QUERIES = read_queries(__file__)


@dataclass(frozen=True, order=True)
class ChangeAhead:
    """A day, what changes on it, and of which source; an empty source touches anything."""

    day: date
    because: str
    source: str | None

    def as_entry(self) -> dict[str, str | None]:
        """The change as a manifest holds it."""
        return {"day": self.day.isoformat(), "because": self.because, "source": self.source}


def find_changes_ahead(
    registry: Registry, warehouse: duckdb.DuckDBPyConnection, as_of: date
) -> list[ChangeAhead]:
    """All that changes on the first day after ``as_of`` on which anything does.

    ``warehouse``: the tables of the release of that day. There always is one: years begin.
    """
    changes = [
        ChangeAhead(date(as_of.year + 1, 1, 1), "a year begins", None),
        *_of_registry(registry, as_of),
    ]
    told = warehouse.execute(QUERIES["days"], {"as_of": as_of}).fetchall()
    awaited = warehouse.execute(QUERIES["awaited"]).fetchall()
    changes += [ChangeAhead(*row) for row in told]
    for source, period, due in awaited:
        changes += _of_awaited(registry, source, period, due)
    ahead = [change for change in changes if change.day > as_of]
    first = min(change.day for change in ahead)
    return sorted(
        {change for change in ahead if change.day == first},
        key=lambda change: (change.source or "", change.because),
    )


def _of_awaited(registry: Registry, source: str, period: str, due: date) -> Iterator[ChangeAhead]:
    late = registry.sources[source].delivery.late
    yield ChangeAhead(due + timedelta(1), f"{source}/{period} is overdue", source)
    for days in filter(None, (late.yellow, late.red)):
        yield ChangeAhead(due + timedelta(days), f"{source}/{period} is {days} days late", source)


def _of_owners(registry: Registry, source: str) -> Iterator[ChangeAhead]:
    """The terms end in which an owner signs what the former one signed."""
    terms = {step.countersigned_within or 0 for step in registry.process.steps.values()}
    for owner in registry.sources[source].owner:
        for term in terms:
            day = owner.from_ + timedelta(term + 1)
            yield ChangeAhead(day, f"the term of {owner.agency} to sign for {source} is over", None)


def _of_registry(registry: Registry, as_of: date) -> Iterator[ChangeAhead]:
    """What the release does not show yet, because its day has not come."""
    for key, round_ in registry.rounds.items():
        for step, acts in round_.acts.items():
            for act in acts:
                yield ChangeAhead(act.date, f"{key} signs for {step}", None)
    for key in registry.sources:
        yield from _of_owners(registry, key)
    for source, responses in registry.responses.items():
        for key, response in responses.items():
            action, closed = response.action, response.closed
            for day in (
                response.acknowledged.on,
                action and action.decided_on,
                closed and closed.on,
            ):
                if day:
                    yield ChangeAhead(day, f"the answer {source}/{key} counts", source)
    for source in registry.sources:
        if day := next_delivery(registry, source, as_of):
            yield ChangeAhead(day, f"the demonstration delivers {source}", source)
