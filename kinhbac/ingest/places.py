"""Places: all that was delivered for one period of a source, side by side.

Here: how a place stands as a whole, what is said of its extracts beside each other and beside the
period before. Not here: the order among them (``turns``), the words (``remarks``), tables
(``ledger_tables``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from kinhbac.ingest.extent import Extent, unite
from kinhbac.ingest.ledger import Entry, names_period
from kinhbac.ingest.receipts import Receipt, complete_receipts
from kinhbac.ingest.remarks import remark, tell_contested, tell_incomplete, tell_replaced
from kinhbac.ingest.turns import Ranking, Standing, rank_extracts
from kinhbac.periods import Period
from kinhbac.problems import Problem
from kinhbac.registry import Registry

OUT_OF_FORCE: tuple[Standing, ...] = ("refused", "contested", "incomplete")


@dataclass(frozen=True)
class Place:
    """All that was delivered for one period of a source, and how it stands."""

    beside: list[Entry]
    receipts: dict[str, list[Receipt]]
    ranking: Ranking
    held: bool

    def first_receipt(self, entry: Entry) -> Receipt:
        """How the bytes came the first time."""
        return min(self.receipts[entry.extract], key=lambda one: (one.received_on, one.arrived_on))

    def settles_since(self, day: date) -> bool:
        """Whether something that counts was received from that day on."""
        counting = self.ranking.in_force
        return any(date.fromisoformat(one.receipt.received_on) >= day for one in counting)


def find_places(own: list[Entry], receipts: list[Receipt], registry: Registry) -> list[Place]:
    """The places of one source, whose entries are in the order of their periods."""
    found = []
    for period, told in groupby(own, key=lambda entry: entry.period):
        beside = list(told)
        listed = complete_receipts(beside, (one for one in receipts if one.period == period))
        by_extract = {
            entry.extract: [one for one in listed if one.sha256 == entry.sha256] for entry in beside
        }
        rule = registry.sources[beside[0].source].corrected_rows
        ranking = rank_extracts(beside, listed, rule)
        found.append(Place(beside, by_extract, ranking, _is_held(beside, by_extract, ranking)))
    return found


def _is_held(beside: Sequence[Entry], receipts: dict[str, list[Receipt]], ranking: Ranking) -> bool:
    """Whether what came last says something of the source and does not count."""
    came = {
        entry.extract: max(
            (one.received_on, one.arrived_on, not one.overwritten, one.file)
            for one in receipts[entry.extract]
        )
        for entry in beside
        if entry.speaks_for_source
    }
    if not came:
        return False
    last = max(came.values())
    return any(
        ranking.standings[extract] == "contested" if day != last else _is_out(ranking, extract)
        for extract, day in came.items()
        if day[:3] == last[:3]
    )


def _is_out(ranking: Ranking, extract: str) -> bool:
    return ranking.standings[extract] in OUT_OF_FORCE


def find_remarks(places: Sequence[Place], registry: Registry) -> dict[str, list[Problem]]:
    """Extract → what is said of it beside the others of its source. What somebody printed, to be
    compared, has to be whole for nobody."""
    told: dict[str, list[Problem]] = {}
    before: tuple[Period, Extent] | None = None
    for place in sorted(places, key=lambda place: _start(place.beside[0])):
        for extract, problem in _told_of(place, registry):
            told.setdefault(extract, []).append(problem)
        counting = [event.entry for event in place.ranking.in_force]
        extents = [entry.extent for entry in counting if entry.extent]
        if not extents or registry.sources[counting[-1].source].comparisons:
            continue
        newest, now = counting[-1], unite(extents)
        contract = registry.sources[newest.source]
        own = told.setdefault(newest.extract, [])
        said = {problem.check for problem in own}
        own += [p for p in remark(newest, now, before, contract, registry) if p.check not in said]
        before = Period.parse(newest.period), now
    return told


def _start(entry: Entry) -> date:
    return Period.parse(entry.period).start if names_period(entry.period) else date.min


def _told_of(place: Place, registry: Registry) -> Iterator[tuple[str, Problem]]:
    """What is said of extracts of one period that stand against each other."""
    ranking = place.ranking
    for entry in place.beside:
        contract = registry.sources[entry.source]
        if ranking.standings[entry.extract] == "contested":
            yield entry.extract, tell_contested(entry, _rivals(entry, place))
        elif entry.extract in ranking.lacks:
            lack, before = ranking.lacks[entry.extract]
            for problem in tell_incomplete(entry, lack, before, contract, registry):
                yield entry.extract, problem
    last = ranking.turns[-1] if ranking.turns else None
    if last and last.lack and not registry.sources[last.event.entry.source].comparisons:
        contract = registry.sources[last.event.entry.source]
        for problem in tell_replaced(last.event.entry, last.lack, contract, registry):
            yield last.event.extract, problem


def _rivals(entry: Entry, place: Place) -> list[Entry]:
    orders = {one.order for one in place.receipts[entry.extract]}
    return [
        other
        for other in place.beside
        if other is not entry
        and other.accepted
        and any(one.order in orders for one in place.receipts[other.extract])
    ]
