"""What a person reads first in a folder: what has changed, on which terms, how to cite it.

Here: ``CHANGELOG.md``, ``LICENSE.txt``, ``CITATION.cff`` (Citation File Format 1.2). Not here: the
changes themselves (``history``), pages (``pages``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import yaml

from kinhbac.exchange.edition.facts import Facts
from kinhbac.exchange.edition.history import WITHDRAWN
from kinhbac.registry.declared.entries import Name
from kinhbac.words.catalogue import CODES, Code, words_of
from kinhbac.words.language import Language

CHANGELOG = "CHANGELOG.md"
LICENCE = "LICENSE.txt"
CITATION = "CITATION.cff"


def write_texts(
    facts: Facts,
    edition: int,
    changes: pl.DataFrame,
    days: list[tuple[int, date, int]],
    folder: Path,
) -> None:
    """Write all three. ``days``: each edition, newest first, its day, its number of indicators."""
    for name, text in {
        CHANGELOG: "\n".join(_changelog(facts, changes, days)),
        LICENCE: "\n".join(_licence(facts)),
        CITATION: _citation(facts, edition),
    }.items():
        (folder / name).write_text(f"{text.rstrip()}\n", encoding="utf-8")


def _changelog(
    facts: Facts, changes: pl.DataFrame, days: list[tuple[int, date, int]]
) -> Iterator[str]:
    yield f"# {_both(facts.selection.publication.name)}"
    names = {one.key: one.name for one in facts.indicators}
    for edition, day, indicators in days:
        rows = changes.filter(pl.col("edition") == edition).to_dicts()
        for code in CODES:
            words = words_of(code).edition
            yield ""
            yield f"## {words.number.format(edition=edition, day=Language(code).day(day))}"
            if (edition, day, indicators) == days[-1]:
                yield f"- {words.first.format(n=indicators)}"
            elif not rows:
                yield f"- {words.same}"
            for row in rows:
                yield f"- {_change(row['indicator'], row['change'], row['count'], names, code)}"


def _change(
    indicator: str | None, change: str, count: int, names: dict[str, Name], code: Code
) -> str:
    told: str = words_of(code).edition_change[change]
    if change == WITHDRAWN or indicator is None:
        return f"{count} {told}"
    name = f"{getattr(names[indicator], code)} (`{indicator}`)"
    return f"{name}: {told}" if change == "indicator_added" else f"{name}: {count} {told}"


def _licence(facts: Facts) -> Iterator[str]:
    """The terms, and for which indicators they hold where not all have the same."""
    several = len({one.licence for one in facts.indicators}) > 1
    for code in CODES:
        words = words_of(code).edition
        yield f"{getattr(facts.selection.publication.name, code)}. {words.reuse}:"
        for key, licence in facts.licences.items():
            yield f"  {getattr(licence.name, code)} {licence.document or ''}".rstrip()
            if several:
                yield f"  {words.holds_for.format(indicators=_having(facts, key))}"
        if without := _having(facts, None):
            yield f"  {words.undeclared.format(indicators=without)}"
        yield ""


def _having(facts: Facts, licence: str | None) -> str:
    return ", ".join(one.key for one in facts.indicators if one.licence == licence)


def _citation(facts: Facts, edition: int) -> str:
    publication = facts.selection.publication
    documents = {licence.document for licence in facts.licences.values() if licence.document}
    told = {
        "cff-version": "1.2.0",
        "type": "dataset",
        "message": " ".join(words_of(code).edition.message for code in CODES),
        "title": _both(publication.name),
        "authors": [{"name": _both(facts.publisher)}],
        "version": f"{edition}",
        "date-released": facts.as_of.isoformat(),
        "url": publication.address,
        # One address is all that the format has room for.
        "license-url": documents.pop() if len(documents) == 1 else None,
    }
    text: str = yaml.safe_dump(
        {name: said for name, said in told.items() if said}, allow_unicode=True, sort_keys=False
    )
    return text


def _both(name: Name) -> str:
    return " / ".join(getattr(name, code) for code in CODES)
