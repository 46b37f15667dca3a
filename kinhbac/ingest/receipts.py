"""Receipts: every time that bytes were delivered, the same bytes once more included.

Here: one list a source (``raw/<source>/receipts.json``, by its chain) of what came, when, under which name and
what has taken that name since. Not here: what the bytes hold (``ledger``), which of them count
(``turns``).

An extract is told by its bytes, and has one entry however often they come. That they came again is
no news of what they hold, but it may be of what counts: who sends an earlier file once more takes
back the correction in between.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from kinhbac.data_folder import DataFolder
from kinhbac.ingest.extracts import Extract
from kinhbac.ingest.ledger import RECEIPTS, Entry, chain_of, read_entries, say
from kinhbac.ingest.mandate import find_breaches_of_mandate
from kinhbac.registry import Registry
from kinhbac.registry.declared.entries import VINTAGES, Vintage

log = logging.getLogger("kinhbac")


@dataclass(frozen=True)
class Receipt:
    """Bytes that came for one period of a source, under one name, as of one day.

    ``received_on`` is the day that the delivery declares, ``arrived_on`` that of the night that met
    it first. One that is ``overwritten`` has lost its name to other bytes.
    """

    period: str
    sha256: str
    file: str
    received_on: str
    arrived_on: str
    vintage: Vintage
    agency: str | None = None
    overwritten: bool = False

    @property
    def order(self) -> tuple[int, str, str]:
        """A later vintage comes after an earlier one; then the declared day counts, then the day
        of arrival."""
        return VINTAGES.index(self.vintage), self.received_on, self.arrived_on

    @property
    def name(self) -> tuple[str, str | None]:
        """Where it was laid down: other bytes there take its place."""
        return self.file, self.agency

    @property
    def delivery(self) -> tuple[str, str, str, str, str | None]:
        """What is one delivery for as long as it is not overwritten."""
        return self.period, self.sha256, self.file, self.received_on, self.agency


def read_receipts(data: DataFolder, source: str) -> list[Receipt]:
    """Every receipt of ``source``, in the order in which they were met. Raises LedgerBroken."""
    return [Receipt(**told) for told in _read(data, source)]


def _read(data: DataFolder, source: str) -> list[dict[str, Any]]:
    chain, path = chain_of(data, source), data.raw / source / RECEIPTS
    if chain is not None:
        return replay(chain.said.get(RECEIPTS, ()))
    return list(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else []


def replay(changes: Iterable[str]) -> list[dict[str, Any]]:
    """The list of which each line of the chain says what changed: number → receipt, or null where
    the list ends."""
    listed: dict[int, dict[str, Any]] = {}
    for line in changes:
        told = {int(number): receipt for number, receipt in json.loads(line).items()}
        listed |= told
        ends = [number for number, receipt in told.items() if receipt is None]
        listed = {n: r for n, r in listed.items() if n < min(ends, default=len(listed) + 1)}
    return [listed[number] for number in sorted(listed)]


def format_receipts(listed: Iterable[dict[str, Any]]) -> str:
    """The list as its file holds it."""
    return json.dumps([*listed], ensure_ascii=False)


def write_receipts(data: DataFolder, source: str, receipts: Iterable[Receipt]) -> None:
    """Let the ledger say what has changed in the list, then write it whole; unless nothing has."""
    now = [asdict(one) for one in receipts]
    if line := tell_changes(_read(data, source), now):
        say(data, source, RECEIPTS, line, format_receipts(now))


def tell_changes(before: Sequence[dict[str, Any]], now: Sequence[dict[str, Any]]) -> str:
    """The line of the chain that makes ``now`` of the list ``before``; nothing where they are one."""
    known = dict(enumerate(before))
    changed = {number: told for number, told in enumerate(now) if known.get(number) != told}
    ended = {len(now): None} if len(now) < len(before) else {}
    return json.dumps(changed | ended, ensure_ascii=False) if changed or ended else ""


def record_receipts(
    registry: Registry, data: DataFolder, source: str, landed: Sequence[Extract], today: date
) -> None:
    """Take down what lies in the landing zones and was not met before, and whose name holds other
    bytes now.

    What nobody may deliver so (a stranger, a day to come, a manifest that lies) is no receipt.
    """
    receipts = read_receipts(data, source)
    if not receipts:  # a ledger from before they were kept
        here = {extract.extract for extract in landed}
        entries = [e for e in read_entries(registry, data, source) if e.extract not in here]
        receipts = [receipt_of(entry) for entry in entries if entry.accepted]
    contract = registry.sources[source]
    present = _present(landed)
    receipts = [_marked(receipt, present.get(receipt.name, ())) for receipt in receipts]
    standing = {r.delivery: place for place, r in enumerate(receipts) if not r.overwritten}
    for extract in landed:
        met = _receipt(extract, contract.delivery.vintage, today)
        place = standing.get(met.delivery)
        if place is not None:
            receipts[place] = replace(met, arrived_on=receipts[place].arrived_on)
        elif breaches := list(find_breaches_of_mandate(extract, contract, registry, today)):
            log.debug("%s is no receipt: %s", extract.place, breaches[0])
        else:
            standing[met.delivery] = len(receipts)
            receipts.append(met)
    if receipts:
        write_receipts(data, source, receipts)


def receipt_of(entry: Entry) -> Receipt:
    """How an entry came of which no receipt is known: once, as it says itself."""
    return Receipt(
        entry.period, entry.sha256, entry.file, entry.received_on, entry.received_on,
        entry.vintage, entry.agency,
    )  # fmt: skip


def complete_receipts(entries: Iterable[Entry], receipts: Iterable[Receipt]) -> list[Receipt]:
    """The receipts, and one of each entry of which none is known; those first."""
    listed = list(receipts)
    known = {(receipt.period, receipt.sha256) for receipt in listed}
    lone = [receipt_of(e) for e in entries if (e.period, e.sha256) not in known]
    return [*lone, *listed]


def _receipt(extract: Extract, vintage: Vintage, today: date) -> Receipt:
    return Receipt(
        extract.period_label, extract.sha256, extract.place, extract.received.isoformat(),
        today.isoformat(), extract.vintage or vintage, extract.agency,
    )  # fmt: skip


def _present(landed: Iterable[Extract]) -> dict[tuple[str, str | None], set[str]]:
    """Name → the bytes that stand under it."""
    present: dict[tuple[str, str | None], set[str]] = {}
    for extract in landed:
        present.setdefault((extract.place, extract.agency), set()).add(extract.sha256)
    return present


def _marked(receipt: Receipt, standing: Collection[str]) -> Receipt:
    """A receipt whose name holds other bytes now; one whose name is gone stays as it was."""
    if not standing or receipt.overwritten:
        return receipt
    return replace(receipt, overwritten=receipt.sha256 not in standing)
