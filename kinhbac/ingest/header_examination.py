"""Columns that a file lacks, and columns that nobody asked it for.

Here: what is said of a header, or of the fields of records. Not here: which columns a contract
names (``headings``), rows (``row_examination``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from kinhbac.ingest.extracts import Extract
from kinhbac.ingest.headings import NamedColumns, match_names
from kinhbac.ingest.mandate import OwnColumn, find_owners
from kinhbac.problems import SHOWN, Problem
from kinhbac.registry import Registry
from kinhbac.registry.declared.contract import Source


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
    by_source: dict[str, list[str]] = {}
    for name in unknown:
        by_source.setdefault(owners[name].source if name in owners else "", []).append(name)
    if missing and "" not in by_source:
        yield _missing(missing, header)
    for owner, strange in by_source.items():
        yield _strange(strange, owners.get(strange[0]), header, () if owner else missing)


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
    """Columns that the contract does not name, all of one other source or of none; of those that
    are of none and of what is ``missing`` as well one may be the other, renamed."""
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
