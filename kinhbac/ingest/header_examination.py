"""Columns that a file lacks, and columns that nobody asked it for.

Here: what is said of a header, or of the fields of records. Not here: which columns a contract
names (``headings``), rows (``row_examination``).

A header that is misspelt, or has a footnote behind it, is one mistake: what is missing and what is
strange are told as one where they look alike, or where each is the only one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches

from kinhbac.ingest.extracts import Extract
from kinhbac.ingest.headings import NamedColumns, match_names
from kinhbac.ingest.mandate import OwnColumn, find_owners
from kinhbac.problems import SHOWN, Problem
from kinhbac.registry import Registry
from kinhbac.registry.declared.contract import Source
from kinhbac.spelling import without_marks

ALIKE = 0.7
"""From this similarity on (twice the common characters in both) a header is a missing one misspelt:
«Sinh 1)» is «Sinh», «Trạm y tế» is not «Trẻ em»."""
LOOKED_AT = 200
"""Strange headers of a file among which a missing one is looked for."""


def find_strange_columns(
    extract: Extract,
    names: Iterable[str],
    source: Source,
    registry: Registry,
    columns: NamedColumns,
    records: bool,
    told: Collection[str] = (),
) -> Iterator[Problem]:
    """What the ``names`` of a file lack and have too many; ``records`` may leave a field out.

    Of names that are ``told`` otherwise nothing more is said.
    """
    header = source.delivery.title_rows + 1
    names = tuple(names)
    known = match_names(names, columns.known)
    if not columns.read & set(known.values()):
        named = sorted(columns.read)
        more = ", …" if len(named) > SHOWN else ""
        yield Problem(
            "the file names none of the contract's columns",
            f"the header, or each record, names {', '.join(named[:SHOWN])}{more}",
            "deliver it with its header, or correct «title_rows» in the contract",
            line=header,
            check="columns",
        )
        return
    missing = [] if records else sorted(columns.read - set(known.values()))
    unknown = sorted(set(names) - known.keys() - set(told))
    owners = find_owners(registry, unknown, source, extract.received)
    misspelt = _pair(missing, [name for name in unknown if name and name not in owners])
    for name, found in misspelt.items():
        yield _misspelt(name, found, header)
    lacking = [name for name in missing if name not in misspelt]
    by_source: dict[str, list[str]] = {}
    for name in unknown:
        if name not in misspelt.values():
            by_source.setdefault(owners[name].source if name in owners else "", []).append(name)
    if lacking and "" not in by_source:
        yield _missing(lacking, header)
    for owner, strange in by_source.items():
        yield _strange(strange, owners.get(strange[0]), header, () if owner else lacking)


def _pair(missing: Sequence[str], strange: Sequence[str]) -> dict[str, str]:
    """Missing columns and the strange headers that are theirs, misspelt."""
    left = {without_marks(name): name for name in strange[:LOOKED_AT]}
    pairs = {}
    for name in missing:
        if found := get_close_matches(without_marks(name), left, n=1, cutoff=ALIKE):
            pairs[name] = left.pop(found[0])
    alone = [name for name in missing if name not in pairs]
    others = [name for name in strange if name not in pairs.values()]
    if len(alone) == len(others) == 1:
        pairs[alone[0]] = others[0]
    return pairs


def _misspelt(name: str, found: str, header: int) -> Problem:
    return Problem(
        "the column is not there, and one is that the contract does not know",
        "the contract names it",
        "write its header as the contract does; leave the other column out, if it is another one",
        line=header,
        column=name,
        value=found,
        check="columns",
    )


def _missing(names: Sequence[str], header: int) -> Problem:
    """Columns that the contract names and the file does not."""
    many = len(names) > 1
    return Problem(
        f"{len(names):,} columns are not there" if many else "the column is not there",
        "the contract names them" if many else "the contract names it",
        f"deliver {'them' if many else 'it'}, or correct the contract",
        line=header,
        column=names[0],
        check="columns",
        count=len(names),
        value=names[0] if many else None,
        values=tuple(names[:SHOWN]) if many else (),
    )


def _strange(
    names: Sequence[str], own: OwnColumn | None, header: int, missing: Sequence[str]
) -> Problem:
    """Columns that the contract does not name, all of one other source or of none; where others are
    ``missing``, some may be those, and nobody can tell which."""
    which = "this column" if len(names) == 1 else f"{len(names):,} columns"
    many = f"{len(names):,} columns are" if len(names) > 1 else "the column is"
    if own:
        element = f"«{own.element}» of" if len(names) == 1 else "of"
        problem = Problem(
            f"{many} {element} the source «{own.source}», owned by {own.owner} ({own.owner_name})",
            "a data element comes from exactly one source",
            "leave the column out; its owner delivers it",
            check="source",
        )
    elif missing:
        lacked = ", ".join(f"«{name}»" for name in missing[:SHOWN])
        more = ", …" if len(missing) > SHOWN else ""
        problem = Problem(
            f"the contract does not know {which}; what it names is not there: {lacked}{more}",
            "a file has the contract's columns, in whatever spelling, and no others",
            "call what was renamed as the contract does, deliver what is missing and leave out "
            "the rest, or correct the contract",
            check="columns",
        )
    else:
        problem = Problem(
            f"the contract does not know {which}",
            "only declared columns pass the door",
            "leave it out, or declare it (an element, «ignored», or «personal»)",
            check="columns",
        )
    told = tuple(name or "(no name)" for name in names[:SHOWN])
    if len(names) > 1:
        problem = replace(problem, count=len(names), values=told, value=told[0])
    return replace(problem, line=header, column=told[0])
