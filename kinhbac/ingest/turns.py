"""Turns: which extract of a period came into force after which, and how each of them stands.

Here: the order among everything that was accepted for one source and period. Not here: what was
said of an extract (``ledger``), when it came (``receipts``), how much it tells (``extent``).

A delivery of a later vintage comes after one of an earlier; among those the declared day of receipt
counts, then the day of arrival. Nights take deliveries in as they arrive: what comes into force
supersedes what was, and what comes too late never was in force, so that history only grows. Some do
not come into force though the door let them in:

- Two different files of one day contradict each other, until a later one decides.
- A file that was overwritten gives way to what stands under its name now, if that was accepted.
- A file that leaves out what the one before it tells is incomplete, and the one before stays,
  unless the contract says otherwise (``corrections``): «replace» lets it leave out what it will,
  «merge» lets every row count until a later file tells the same row.

Bytes that counted before and are delivered once more count again: nothing is asked of them, they
take back what came in between. A refused extract takes no turn, so the last good one stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Literal

from kinhbac.ingest.extent import Lack, find_lack, unite
from kinhbac.ingest.ledger import Entry
from kinhbac.ingest.receipts import Receipt, complete_receipts
from kinhbac.registry.declared.contract import CorrectedRows

Standing = Literal["in_force", "superseded", "refused", "contested", "incomplete"]
Layer = tuple[tuple[int, str, str], bool, int]
"""The place of a delivery in the order of its period: its receipt's order, whether it stands, and
its number among those that were met."""


@dataclass(frozen=True)
class Event:
    """A receipt of an accepted extract; ``layer`` is its place in the order."""

    receipt: Receipt
    entry: Entry
    layer: Layer

    @property
    def stands(self) -> bool:
        """Whether nothing else has taken its name."""
        return self.layer[1]

    @property
    def extract(self) -> str:
        """The extract that came."""
        return self.entry.extract

    def takes_name_of(self, other: Event) -> bool:
        """Whether it stands where the other one was laid down before."""
        same = self.receipt.name == other.receipt.name
        return same and other.receipt.overwritten and self.layer[2] > other.layer[2]


@dataclass(frozen=True)
class Turn:
    """An extract that came into force: ``number`` counts from 1 in its source and period.

    ``again``: its bytes had counted before. ``lack`` is what it leaves out of what it replaced.
    """

    number: int
    event: Event
    again: bool
    lack: Lack


@dataclass
class Ranking:
    """How the extracts of one source and period stand, and what came into force after what.

    ``lacks`` says of an incomplete one what it leaves out of which other. ``by_arrival``: the days
    of arrival decided something.
    """

    rows: CorrectedRows
    standings: dict[str, Standing]
    turns: list[Turn] = field(default_factory=list)
    lacks: dict[str, tuple[Lack, Entry]] = field(default_factory=dict)
    by_arrival: bool = False
    _contested: dict[str, Layer] = field(default_factory=dict)

    @property
    def in_force(self) -> list[Event]:
        """What counts, the highest layer last: one extract, or several whose rows are merged."""
        last = {turn.event.extract: turn.event for turn in self.turns}
        counting = [e for e in last.values() if self.standings[e.extract] == "in_force"]
        return sorted(counting, key=lambda event: event.layer)

    def newest_turn(self, extract: str) -> Turn | None:
        """The last time that an extract came into force, if it ever did."""
        return next((turn for turn in reversed(self.turns) if turn.event.extract == extract), None)

    def take(self, event: Event) -> None:
        """Let an accepted extract come into force, if it does not come too late and is complete."""
        before, merges = self.in_force, self.rows == "merge"
        if before and before[-1].extract == event.extract:
            return
        again = self.newest_turn(event.extract) is not None
        late = before and before[-1].layer > event.layer and not event.takes_name_of(before[-1])
        if late and (again or not merges):
            if not again:
                self.standings[event.extract] = "superseded"
            return
        lack = Lack() if merges else _lack_of(before, event.entry)
        if lack and self.rows == "whole" and not again:
            self.standings[event.extract] = "incomplete"
            self.lacks[event.extract] = lack, before[-1].entry
            return
        if not merges:
            self.standings |= {one.extract: "superseded" for one in before}
        self._overrule(event.layer)
        self.standings[event.extract] = "in_force"
        self.lacks.pop(event.extract, None)
        self.turns.append(Turn(len(self.turns) + 1, event, again, lack))

    def contest(self, events: Iterable[Event]) -> None:
        """Let extracts of one order stand against each other: none of them comes into force."""
        before = self.in_force
        for event in events:
            if self.newest_turn(event.extract) is None:
                late = before and before[-1].layer > event.layer
                self.standings[event.extract] = "superseded" if late else "contested"
                self._contested[event.extract] = event.layer

    def _overrule(self, layer: Layer) -> None:
        """Whoever contradicted each other before is superseded."""
        for extract, contested in self._contested.items():
            if contested < layer and self.standings[extract] == "contested":
                self.standings[extract] = "superseded"


def _lack_of(before: Sequence[Event], entry: Entry) -> Lack:
    told = [one.entry.extent for one in before if one.entry.extent]
    return find_lack(unite(told), entry.extent) if told and entry.extent else Lack()


def rank_extracts(
    beside: Sequence[Entry], receipts: Iterable[Receipt] = (), rows: CorrectedRows = "whole"
) -> Ranking:
    """How each extract of one source and period stands, by the receipts of that period."""
    accepted = {(entry.period, entry.sha256): entry for entry in beside if entry.accepted}
    came = [
        receipt
        for receipt in complete_receipts(accepted.values(), receipts)
        if (receipt.period, receipt.sha256) in accepted
    ]
    ranking = _rank(beside, list(_place(came, accepted)), rows)
    if len({receipt.arrived_on for receipt in came}) > 1:
        at_once = [replace(receipt, arrived_on="") for receipt in came]
        other = _rank(beside, list(_place(at_once, accepted)), rows)
        told, otherwise = ([t.event.extract for t in one.turns] for one in (ranking, other))
        ranking.by_arrival = (told, ranking.standings) != (otherwise, other.standings)
    return ranking


def _rank(beside: Sequence[Entry], events: Iterable[Event], rows: CorrectedRows) -> Ranking:
    ranking = Ranking(rows, {entry.extract: "refused" for entry in beside})
    ordered = sorted(events, key=lambda event: (event.receipt.arrived_on, event.layer))
    for _, told in groupby(ordered, key=lambda e: (e.receipt.arrived_on, e.layer[0])):
        twins = list(told)
        for event in twins:
            if not event.stands:
                ranking.take(event)
        standing = {event.extract: event for event in twins if event.stands}
        if len(standing) == 1:
            ranking.take(*standing.values())
        elif standing:
            ranking.contest(standing.values())
    return ranking


def _place(came: Sequence[Receipt], accepted: dict[tuple[str, str], Entry]) -> Iterator[Event]:
    """Receipts in their places. One whose name other bytes took before a night could count it
    comes right before those, or in its own place where that is earlier."""
    for number, receipt in enumerate(came):
        after = [
            other.order
            for other in came[number + 1 :]
            if receipt.overwritten and other.name == receipt.name
            if other.arrived_on == receipt.arrived_on
        ]
        layer = min([receipt.order, *after]), not after, number
        yield Event(receipt, accepted[receipt.period, receipt.sha256], layer)
