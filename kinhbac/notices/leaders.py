"""The digest of leaders: the province's warnings, communes in numbers, who owes what.

Here: what is put together from the items of all agencies. Not here: the agencies' own digests
(``agencies``), the items (``items``).
"""

from __future__ import annotations

from collections import Counter, defaultdict

from kinhbac.notices.digest import WORDS as words
from kinhbac.notices.digest import (
    Digest,
    Item,
    Kind,
    Section,
    Warned,
    count,
    short_hash,
    table,
)
from kinhbac.release.releases import Release

LEADERS = "leaders"
"""The tag of those who are told of the whole province."""


def leaders_digest(items: list[Item], names: dict[str, str], release: Release) -> Digest:
    """The digest of leaders; ``names`` are those of agencies. Short: it is read on a phone."""
    warned = [item for item in items if isinstance(item, Warned) and item.kind == "warning"]
    overdue = [item for item in items if isinstance(item, Warned) and item.overdue]
    province = [item for item in warned if item.area_kind != "commune"]
    communes = _communes([item for item in warned if item.area_kind == "commune"])
    agencies = _agencies(items, names)
    sections = [
        Section(words.digest_leaders.overdue, tuple(overdue), table("warnings")),
        Section(
            words.digest_leaders.province,
            tuple(item for item in province if not item.overdue),
            table("warnings"),
        ),
        Section(words.digest_leaders.communes, tuple(communes), table("warnings")),
        Section(words.digest_leaders.data, tuple(agencies), "data/current/worklists/"),
    ]
    levels = Counter(item.level for item in province if item.area_kind)
    counts = [
        words.digest_count.red_province.format(n=count(levels["red"])),
        words.digest_count.yellow.format(n=count(levels["yellow"])),
        words.digest_count.shared.format(n=count(sum(not item.area_kind for item in province))),
        words.digest_count.overdue.format(n=count(len(overdue))),
        words.digest_count.late.format(n=count(sum(item.kind == "late" for item in items))),
    ]
    told = tuple(section for section in sections if section.items)
    return Digest(
        LEADERS,
        words.digest_leaders.name,
        ", ".join(counts) if told else words.digest.nothing,
        told,
        release.number,
        release.as_of,
        tuple(dict.fromkeys(section.elsewhere for section in told)),
        shown=6,
    )


def _communes(warned: list[Warned]) -> list[Item]:
    """How many communes are warned, by indicator; another number is a change."""
    by_indicator: dict[str, list[Warned]] = defaultdict(list)
    for item in warned:
        by_indicator[item.indicator].append(item)
    items = []
    for indicator, found in by_indicator.items():
        levels = Counter(item.level for item in found)
        red, yellow = count(levels["red"]), count(levels["yellow"])
        items.append(
            Item(
                agency=LEADERS,
                kind="communes",
                what=indicator,
                state=f"{red} {yellow}",
                label=found[0].indicator_vi or indicator,
                words=words.digest_leaders.of_communes.format(
                    n=count(len(found)), red=red, yellow=yellow
                ),
                page=found[0].page,
                synthetic=any(item.synthetic for item in found),
            )
        )
    return sorted(items, key=lambda item: -len(by_indicator[item.what]))


def _agencies(items: list[Item], names: dict[str, str]) -> list[Item]:
    """What is late, refused or held, an item an agency; another extract or hold is a change."""
    found: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        if item.kind in ("late", "refused", "held"):
            found[item.agency].append(item)
    phrases: dict[Kind, str] = {
        "late": words.digest_count.late,
        "refused": words.digest_count.refused,
    }
    told = []
    for agency, own in sorted(found.items(), key=lambda pair: -len(pair[1])):
        kinds = Counter(item.kind for item in own)
        counts = [phrase.format(n=kinds[kind]) for kind, phrase in phrases.items() if kinds[kind]]
        if cells := sum(item.cells for item in own):
            counts.append(words.digest_count.held.format(n=count(cells)))
        days = [item.since for item in own if item.since]
        told.append(
            Item(
                agency=LEADERS,
                kind="agency",
                what=agency,
                state=short_hash(*sorted(item.key + item.mark for item in own)),
                label=names.get(agency, agency),
                words=", ".join(counts),
                since=min(days, default=None),
                page=own[0].page,
                synthetic=any(item.synthetic for item in own),
            )
        )
    return told
