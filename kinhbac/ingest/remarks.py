"""Remarks: what is said of a delivery beside others, which no row of it breaks alone.

Here: the sentences about files that contradict each other, leave something out, or hold records of
other days. Not here: measuring and comparing (``extent``), what comes of it (``turns``).

A refusal (contested, incomplete) keeps a file out of force. Everything else is told on the owner's
work list and holds nothing: a file that leaves out what was told the last time may be right. Past
200 lines because the sentences share their parts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from kinhbac.ingest.extent import Extent, Lack, find_missing_areas, is_gone
from kinhbac.ingest.ledger import Entry
from kinhbac.periods import Period
from kinhbac.problems import Problem
from kinhbac.registry import Registry
from kinhbac.registry.declared.contract import Source

CONTESTED, INCOMPLETE = "one_file_a_day", "incomplete"
FEWER_AREAS, COLUMN_GONE, OTHER_DAYS = "fewer_areas", "column_gone", "other_days"
TOLD = (FEWER_AREAS, COLUMN_GONE, OTHER_DAYS)
"""Remarks that hold nothing: each is an item of the work list by this name."""
USUALLY_OUTSIDE = 0.05
"""Where one record in twenty of the delivery before lay outside its period, the source tells of
longer spans, and such records say nothing."""
MAY_LEAVE_OUT = ("json", "jsonl")
"""Formats of which no header says that a column is there: one that nobody filled was forgotten."""
NAMED = 5
"""Areas that a sentence names."""


def tell_contested(entry: Entry, others: Iterable[Entry]) -> Problem:
    """Files of one day say something else, and none of them counts."""
    files = ", ".join(other.file for other in others)
    return Problem(
        f"another file of the same day says something else: {files}",
        "on one day a source delivers one file a period",
        "deliver the one that counts again, under a later day; both stay where they are",
        entry.file,
        check=CONTESTED,
    )


def tell_incomplete(
    entry: Entry, lack: Lack, before: Entry, source: Source, registry: Registry
) -> Iterator[Problem]:
    """A file would take figures of the one before it out of force, without a word about them."""
    remedy = (
        "deliver the whole file, what no longer holds with a blank cell; or let the contract say "
        "«corrections: {rows: merge}» where files hold only the rows that changed, or "
        "«{rows: replace}» where they may leave rows out"
    )
    rule = f"a later file of a period tells what the one before it tells ({before.file})"
    for found, column in _say(lack, source, registry):
        yield Problem(found, rule, remedy, entry.file, column=column, check=INCOMPLETE)


def tell_replaced(entry: Entry, lack: Lack, source: Source, registry: Registry) -> list[Problem]:
    """A file left out what the one that it replaced had told, as its contract lets it."""
    return [
        Problem(
            f"{found}; the file that it replaced told that",
            "nothing is left out of a correction but what no longer holds",
            "deliver the whole file, if it was left out by mistake",
            entry.file,
            column=column,
            check=COLUMN_GONE if column else FEWER_AREAS,
        )
        for found, column in _say(lack, source, registry)
    ]


def remark(
    entry: Entry,
    now: Extent,
    before: tuple[Period, Extent] | None,
    source: Source,
    registry: Registry,
) -> Iterator[Problem]:
    """What is told of what is in force for a period, ``now``, beside the period before it, or
    beside the contract where there is none. ``entry`` is the newest of it."""
    period = Period.parse(entry.period)
    yield from _fewer_areas(entry, now, before, source, registry)
    if before:
        for column, was in before[1].filled.items():
            if is_gone(was, now.filled.get(column, (0, 0))):
                yield Problem(
                    f"nothing stands in it, in none of {now.filled[column][0]:,} rows; in "
                    f"{before[0].label} it was filled in {was[1]:,} of {was[0]:,}",
                    "what was told the last time is told again",
                    "deliver it, or say that it is told no more",
                    entry.file,
                    column=_header(source, column),
                    check=COLUMN_GONE,
                )
    elif source.table and source.delivery.format in MAY_LEAVE_OUT:
        for column, (rows, filled) in now.filled.items():
            if rows and not filled:
                yield Problem(
                    f"nothing stands in it, in none of {rows:,} rows",
                    "the contract names it, and a delivery tells every element of its source",
                    "deliver it, or take it out of the contract",
                    entry.file,
                    column=_header(source, column),
                    check=COLUMN_GONE,
                )
    usual = before[1].outside / max(before[1].rows, 1) if before else 0
    if now.outside and usual <= USUALLY_OUTSIDE:
        yield Problem(
            f"none of the days of {now.outside:,} of {now.rows:,} records lies in {period.label}",
            "a record has to do with the period for which it is delivered",
            "deliver it for its own period; correct the day if it is mistyped",
            entry.file,
            line=now.outside_lines[0],
            lines=now.outside_lines,
            count=now.outside,
            check=OTHER_DAYS,
        )


def _fewer_areas(
    entry: Entry,
    now: Extent,
    before: tuple[Period, Extent] | None,
    source: Source,
    registry: Registry,
) -> Iterator[Problem]:
    """Areas that told something the last time and tell nothing; of a first delivery, those of its
    contract. Areas that no longer stand are not asked for."""
    period = Period.parse(entry.period)
    if before:
        among, missing = before[1].areas, find_missing_areas(before[1], now)
        whose = f"that were in {before[0].label}"
    else:
        promised = _promised(now, source, registry, period)
        among, missing = promised, promised - now.areas
        whose = "of the contract"
    standing = [area for area in sorted(missing) if _stands(registry, area, period)]
    if standing:
        yield Problem(
            f"{_count(standing, among, registry)} {whose} {_verb(standing)} not in it: "
            f"{_name(standing, registry)}",
            "a delivery tells every area of its source",
            "deliver them too, with blank cells where there is nothing to report; or limit the "
            "areas of the contract («mandate: areas»)",
            entry.file,
            check=FEWER_AREAS,
        )


def _promised(now: Extent, source: Source, registry: Registry, period: Period) -> frozenset[str]:
    """The areas of a contract, of those kinds that it tells of at all; none of a source of which
    nothing is expected, or whose records tell only what happened."""
    tells_of_all = source.table or (source.records and source.records.none_is_zero)
    if not (source.delivery.expected_from and tells_of_all and source.data_elements):
        return frozenset()
    areas = registry.areas.areas
    told = {areas[area].kind for area in now.areas if area in areas}
    kinds = {kind for element in source.delivered.values() for kind in element.areas} & told
    return frozenset(
        key
        for key, area in areas.items()
        if area.kind in kinds
        and (not source.mandate.areas or key in source.mandate.areas)
        and area.stands(period.start, period.end)
    )


def _stands(registry: Registry, area: str, period: Period) -> bool:
    known = registry.areas.areas.get(area)
    return known is not None and known.stands(period.end, period.end)


def _say(lack: Lack, source: Source, registry: Registry) -> Iterator[tuple[str, str | None]]:
    """What is left out, a sentence for each kind of it, with the column that it concerns."""
    if lack.areas:
        told = _count(lack.areas, lack.among, registry)
        yield f"{told} {_verb(lack.areas)} not in it: {_name(lack.areas, registry)}", None
    if lack.rows:
        listed = ", ".join(f"{area} {period}" for area, period in lack.rows[:NAMED])
        more = " …" if len(lack.rows) > NAMED else ""
        yield f"{len(lack.rows):,} rows of other periods are not in it: {listed}{more}", None
    for column, filled, rows in lack.columns:
        yield (
            f"nothing stands in it, where {filled:,} of {rows:,} rows told something",
            _header(source, column),
        )


def _count(areas: Sequence[str], among: Collection[str], registry: Registry) -> str:
    """«1 of 2 communes», or «areas» where they are of several kinds."""
    known = registry.areas.areas
    kinds = {known[area].kind for area in areas if area in known}
    alike = [area for area in among if area in known and known[area].kind in kinds]
    word = "".join(kinds).replace("_", " ") if len(kinds) == 1 else "area"
    return f"{len(areas):,} of {len(alike):,} {word}{'s' if len(alike) != 1 else ''}"


def _verb(areas: Sequence[str]) -> str:
    return "is" if len(areas) == 1 else "are"


def _name(areas: Sequence[str], registry: Registry) -> str:
    named = [
        f"{area} ({registry.areas.areas[area].name_vi})" if area in registry.areas.areas else area
        for area in areas[:NAMED]
    ]
    return ", ".join(named) + (" …" if len(areas) > NAMED else "")


def _header(source: Source, column: str) -> str:
    """How the file calls a data element or a column of records."""
    if source.records:
        return next(name for name, one in source.records.columns.items() if one.as_ == column)
    return source.delivered[column].column or column
