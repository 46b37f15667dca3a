"""Receiving a source's extracts: skip the known, examine the new, keep the examined.

Here: the order of work at the door. Not here: what is checked (``door``), what is in
force (``turns``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from kinhbac.data_folder import PROJECT, DataFolder, hash_code, hash_file
from kinhbac.ingest.extent import measure
from kinhbac.ingest.extracts import Extract, find_deliveries, tell_apart
from kinhbac.ingest.kept_bytes import Keeping
from kinhbac.ingest.landed_file import size_of
from kinhbac.ingest.ledger import (
    Entry,
    entry_path,
    read_entries,
    write_entry,
)
from kinhbac.ingest.personal_data import PERSONAL
from kinhbac.ingest.reading_apart import the_reader
from kinhbac.ingest.reading_room import open_room
from kinhbac.ingest.receipts import record_receipts
from kinhbac.loading import not_installed
from kinhbac.problems import Problem
from kinhbac.registry import Registry
from kinhbac.registry.declared.contract import Source


@dataclass(frozen=True)
class Reception:
    """What came of one source's extracts in one go."""

    source: str
    entries: tuple[Entry, ...]
    accepted: int
    refused: int
    unchanged: int
    rows: int

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Problems of the extracts that were refused, now or earlier."""
        return tuple(problem for entry in self.entries for problem in entry.problems)


def receive(
    registry: Registry, data: DataFolder, source: str, today: date, period: str | None = None
) -> Reception:
    """Take in every extract of ``source`` that is not known under today's contract.

    An extract is read again only when its bytes, what its delivery says of itself, its
    contract, the code lists of areas or the door itself have changed. Raises nothing for a bad file: it is refused, with
    its reasons, and stays where it is. ``period``: its extracts alone, and each is read again.
    """
    contract = registry.sources[source]
    fingerprint = contract_fingerprint(registry, contract)
    entries: dict[str, Entry] = {}
    new: dict[Extract, str] = {}
    found = find_deliveries(registry, data, source)
    deliveries = [one for one in found if period in (None, one.period_label)]
    extracts = tell_apart(registry, deliveries)
    ledger = {entry.extract: entry for entry in read_entries(registry, data, source)}
    for extract in extracts:
        known = ledger.get(extract.extract)
        state = sha256(f"{fingerprint}{extract.delivery}{extract.faults}".encode()).hexdigest()
        again = known and any(p.check in PASSING for p in known.problems)
        if known and known.contract == state and not again and period is None:
            entries[extract.extract] = known
        else:
            new[extract] = state
    fresh = list(examine_and_keep(registry, data, new, contract, today)) if new else []
    entries |= {entry.extract: entry for entry in fresh}
    examined = [one for one in deliveries if one.extract in entries]
    record_receipts(registry, data, source, examined, today)
    return Reception(
        source,
        tuple(entries[one.extract] for one in extracts if one.extract in entries),
        sum(entry.accepted for entry in fresh),
        sum(not entry.accepted for entry in fresh),
        len(entries) - len(fresh),
        sum(entry.rows for entry in fresh),
    )


PASSING = ("day_of_receipt", "killed")
"""Checks of what is looked at again every night: a day that had not come yet has come, or a reader
that the machine ended has memory enough."""
READ_LATER = {
    "name", "unit", "over_time", "over_areas", "to_date", "weight", "shared_by", "zero_needs", "jump",
    "carry", "children", "breakdowns",
}  # fmt: skip
"""What a contract says of an element that changes no reading: the categories are elements."""


def contract_fingerprint(registry: Registry, source: Source) -> str:
    """SHA-256 of everything that decides whether and how an extract is read."""
    elements = {
        key: (
            figure.model_dump_json(exclude=READ_LATER),
            registry.is_whole(key, figure),
            registry.unit_of(key, figure).is_percent,
        )
        for key, figure in source.delivered.items()
    }
    parts = [
        repr(source.owner),
        source.mandate.model_dump_json(),
        source.delivery.model_dump_json(
            exclude={"due_days", "due_in", "due_after", "expected_from"}
        ),
        source.table.model_dump_json() if source.table else "",
        source.records.model_dump_json() if source.records else "",
        repr(elements),
        registry.code_lists,
        hash_code(PROJECT / "kinhbac" / "ingest"),
    ]
    return sha256("\n".join(parts).encode()).hexdigest()


def examine_and_keep(
    registry: Registry,
    data: DataFolder,
    extracts: Mapping[Extract, str],
    contract: Source,
    today: date,
) -> Iterator[Entry]:
    """Examine extracts of one source; keep their bytes, what the door read, and what it said.

    ``extracts`` says of each under which state of the contract it is read. One that is written
    to meanwhile is left for the next night. Of one with personal data that nobody declared
    nothing is kept but what the door said.
    """
    the_reader().start()  # while the door is loaded
    # Pandera imports whatever it could check, which takes ten times as long as what checks polars.
    with not_installed("hypothesis", "pandas", "pyspark"):
        from kinhbac.ingest.door import examine

    sizes = {extract: size_of(extract.path) for extract in extracts}
    with (
        open_room(data.kept / contract.source / ".reading") as room,
        closing(Keeping(data, extracts)) as keeping,
    ):
        for extract, examined in examine(extracts, contract, registry, today, room):
            personal = any(problem.check == PERSONAL for problem in examined.problems)
            if not (keeping.forget if personal else keeping.finish)(extract):
                continue
            extent = typed = None
            path = entry_path(data, extract.source, extract.period_label, extract.sha256)
            if examined.typed is not None:
                examined.typed.keep(path.with_suffix(".parquet"))
                typed = hash_file(path.with_suffix(".parquet"))
                extent = measure(examined.typed, contract, extract.period)
            elif personal:  # what an earlier contract let pass
                path.with_suffix(".parquet").unlink(missing_ok=True)
            entry = Entry(
                extract.extract,
                extract.source,
                extract.period_label,
                extract.place,
                extract.sha256,
                sizes[extract],
                extract.received.isoformat(),
                extracts[extract],
                examined.typed is not None,
                examined.rows,
                tuple(examined.problems),
                extract.agency,
                extract.vintage or contract.delivery.vintage,
                examined.set_aside,
                extent,
                typed,
            )
            write_entry(data, entry)
            yield entry
