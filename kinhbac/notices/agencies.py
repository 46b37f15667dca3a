"""The digests of a release: each agency's own, and beside them the leaders'.

Here: an agency's sections, counts, and where all of it stands. Not here: the items (``items``),
the leaders' view (``leaders``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from kinhbac.database import read_warehouse
from kinhbac.notices.digest import WORDS as words
from kinhbac.notices.digest import Digest, Item, Kind, Section, count, table
from kinhbac.notices.items import read_items
from kinhbac.notices.leaders import LEADERS, leaders_digest
from kinhbac.release.releases import Release
from kinhbac.release.warehouse import warehouse_of

SECTIONS: tuple[Kind, ...] = ("warning", "late", "refused", "held", "task")


def read_digests(release: Release) -> dict[str, Digest]:
    """The digest of every agency and of leaders, empty ones among them."""
    warehouse = warehouse_of(release)
    items = read_items(warehouse, (release.folder / "site").is_dir())
    with read_warehouse(warehouse) as db:
        names = dict(db.execute("select agency, name_vi from agencies order by agency").fetchall())
    by_agency: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        by_agency[item.agency].append(item)
    digests = {
        agency: _agency_digest(agency, name, by_agency[agency], release)
        for agency, name in names.items()
    }
    return digests | {LEADERS: leaders_digest(items, names, release)}


def _agency_digest(agency: str, name: str, items: list[Item], release: Release) -> Digest:
    file = f"data/current/worklists/{agency}.xlsx"
    worklist = file if (release.folder / "worklists" / f"{agency}.xlsx").exists() else ""
    tables: dict[Kind, str] = {"warning": "warnings", "held": "holds"}
    sections = [
        Section(
            words.digest_section[kind],
            tuple(item for item in items if item.kind == kind),
            table(tables[kind]) if kind in tables else worklist,
        )
        for kind in SECTIONS
    ]
    everything = [
        f"kinhbac worklist {agency}",
        *([worklist] if worklist else []),
        *(section.elsewhere for section in sections if section.items and section.elsewhere),
    ]
    return Digest(
        agency,
        name,
        _count_items(items) if items else words.digest.nothing,
        tuple(section for section in sections if section.items),
        release.number,
        release.as_of,
        tuple(dict.fromkeys(everything)),
        shown=10,
    )


def _count_items(items: Iterable[Item]) -> str:
    found = Counter(item.kind for item in items)
    cells = sum(item.cells for item in items)
    phrases = [
        words.digest_count.warnings.format(n=count(found["warning"])),
        words.digest_count.late.format(n=count(found["late"])),
        words.digest_count.refused.format(n=count(found["refused"])),
    ]
    if cells:
        phrases.append(words.digest_count.held.format(n=count(cells)))
    if found["task"]:
        phrases.append(words.digest_count.task.format(n=count(found["task"])))
    return ", ".join(phrases)
