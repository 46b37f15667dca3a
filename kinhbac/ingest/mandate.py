"""The mandate: may this agency deliver this source, for this period, on this day?

Here: what is known of a delivery before its file is opened, and to whom a strange column
belongs. Not here: the file's contents (``door``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from kinhbac.ingest.extracts import NAME, Extract
from kinhbac.periods import Period, PeriodKind
from kinhbac.problems import Problem
from kinhbac.registry import Registry
from kinhbac.registry.declared.contract import Source
from kinhbac.spelling import fold_name


def find_breaches_of_mandate(
    extract: Extract, source: Source, registry: Registry, today: date
) -> Iterator[Problem]:
    """Everything that forbids this delivery, whatever its file says."""
    yield from extract.faults
    yield from _agency(extract, source, registry)
    yield from _sender(extract, source)
    named = all(fault.check != NAME for fault in extract.faults)
    if named and extract.received > today:
        yield _problem(
            extract,
            "day_of_receipt",
            f"received on {extract.received:%d/%m/%Y}, which has not come yet",
            "the file's name begins with the day on which it was received",
            "correct the day in the file's name",
        )
    yield from _period(extract, source)


@dataclass(frozen=True)
class OwnColumn:
    """A column that another source delivers: the data element, the source, its owner."""

    element: str
    source: str
    owner: str
    owner_name: str


def find_owners(
    registry: Registry, headers: Iterable[str], source: Source, day: date
) -> dict[str, OwnColumn]:
    """Whose columns these are, of those that another source delivers."""
    wanted = {header: _folded(header) for header in headers}
    if not wanted:
        return {}
    known: dict[str, OwnColumn] = {}
    for other in registry.sources.values():
        if other.source == source.source:
            continue
        owner = registry.answers_for(other.source, day)
        for key, element in other.data_elements.items():
            own = OwnColumn(key, other.source, owner, registry.agencies[owner].name.vi)
            for name in (key, element.column or key, element.name.vi, element.name.en):
                known.setdefault(_folded(name), own)
    return {header: known[name] for header, name in wanted.items() if name in known}


def _folded(header: str) -> str:
    return fold_name(header.rpartition(" / ")[2])


def _problem(extract: Extract, check: str, found: str, rule: str, remedy: str) -> Problem:
    return Problem(found, rule, remedy, extract.place, check=check)


def _agency(extract: Extract, source: Source, registry: Registry) -> Iterator[Problem]:
    owner = registry.owner_of(source.source, extract.received)
    if owner is None:
        first = source.owner[0]
        yield _problem(
            extract,
            "owner",
            f"nobody owned the source on {extract.received:%d/%m/%Y}",
            "a source has exactly one owner on every date",
            f"{first.agency}, its first owner from {first.from_:%d/%m/%Y}, delivers it",
        )
    elif extract.agency is not None and extract.agency != owner:
        yield _problem(
            extract,
            "owner",
            f"{extract.agency} delivered it",
            f"on {extract.received:%d/%m/%Y} the source «{source.source}» belongs to {owner} "
            f"({registry.agencies[owner].name.vi}), and to nobody else",
            f"send it to {owner}, who delivers it; to be compared, register a comparison source",
        )


def _sender(extract: Extract, source: Source) -> Iterator[Problem]:
    if source.delivery.delivered_by == "proven" and not extract.is_proven:
        yield _problem(
            extract,
            "owner",
            "nothing proves who delivered it",
            f"«{source.source}» is delivered by its owner provenly: by an upload with its token, or into "
            "a folder of its own that nobody else may write to",
            "deliver it so; a manifest that names the agency only tells",
        )


def _period(extract: Extract, source: Source) -> Iterator[Problem]:
    kind = source.delivery.frequency
    try:
        period = extract.period
        if period.kind is not kind:
            raise ValueError(f"«{extract.period_label}» is no {kind.value}")
    except ValueError as error:
        yield _problem(
            extract,
            "period",
            str(error),
            f"the folder names the {kind.value} that the extract covers",
            "move the file to the folder of its period",
        )
        return
    if source.delivery.due_after == "end" and period.start > extract.received:
        yield _problem(
            extract,
            "period",
            f"«{period.label}» had not begun when it was received ({extract.received:%d/%m/%Y})",
            "figures of a period come after it has begun",
            "move the file to the folder of its period",
        )
    if not in_mandate(period, source):
        mandate = source.mandate
        yield _problem(
            extract,
            "mandate",
            f"«{period.label}» lies outside the mandate of «{source.source}»",
            f"it speaks for periods from {mandate.from_ or 'the first'} to "
            f"{mandate.to or 'the last'}",
            "leave the period to the source that answers for it, or change the mandate",
        )


def in_mandate(period: Period, source: Source) -> bool:
    """Whether the source may speak for ``period``."""
    mandate = source.mandate
    first = Period.parse(mandate.from_).start if mandate.from_ else date.min
    last = Period.parse(mandate.to).end if mandate.to else date.max
    return first <= period.start and period.end <= last


def may_cover(start: date, kind: PeriodKind, extract: Extract, source: Source) -> bool:
    """Whether a row of this extract may be about the period.

    It lies inside the extract's own period; or before it, where the mandate says from
    when on the source tells history.
    """
    period = Period(start, kind)
    earliest = extract.period.start
    if source.mandate.from_:
        earliest = Period.parse(source.mandate.from_).start
    return (
        earliest <= period.start
        and period.start <= extract.period.end
        and in_mandate(period, source)
    )
