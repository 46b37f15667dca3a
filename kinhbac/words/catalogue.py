"""The catalogue: every Vietnamese and English word that people see, each written once.

Here: reading ``*.toml`` beside this file, in which an entry is ``section.key = {vi, en}`` and
may have placeholders as ``str.format`` knows them. Not here: how figures, days and periods are
written (``language``), the catalogue as a table for SQL (``table``), whether every entry is
used (``usage``). Names of indicators, areas and agencies come from the registry.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Literal

CATALOGUE = Path(__file__).parent
Code = Literal["vi", "en"]
CODES: tuple[Code, Code] = ("vi", "en")
Entries = dict[str, dict[str, dict[str, str]]]
"""Section → key → language → text."""


class Words(dict[str, Any]):
    """Texts of one language, as ``words.today.title``; an unknown one is an error.

    A key with the name of a method of ``dict`` is read as ``words.report_sheet["values"]``.
    """

    def __getattr__(self, key: str) -> Any:
        try:
            return self[key]
        except KeyError:
            raise AttributeError(
                f"the catalogue in {CATALOGUE.name}/ has no «{key}» here"
            ) from None


@cache
def words_of(code: Code) -> Words:
    """The texts of one language, by section and key.

    >>> words_of("vi").frequency.month
    'hằng tháng'
    """
    return Words(
        {
            section: Words({key: texts[code] for key, texts in entries.items()})
            for section, entries in read_catalogue().items()
        }
    )


@cache
def read_catalogue() -> Entries:
    """The whole catalogue; raises ValueError for an entry that is not whole.

    An entry has both languages and the same placeholders in both; a section stands in one file.
    """
    catalogue: Entries = {}
    for path in sorted(CATALOGUE.glob("*.toml")):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        if again := content.keys() & catalogue.keys():
            raise ValueError(f"{path.name}: section {sorted(again)} stands in another file too")
        for section, entries in content.items():
            for key, texts in entries.items():
                _demand_whole(f"{path.name}, {section}.{key}", texts)
        catalogue |= content
    return catalogue


def _demand_whole(place: str, texts: dict[str, str]) -> None:
    if set(texts) != set(CODES):
        raise ValueError(f"{place}: an entry has both languages, vi and en")
    placeholders = [set(placeholders_of(text)) for text in texts.values()]
    if placeholders[0] != placeholders[1]:
        raise ValueError(f"{place}: both languages have the same placeholders")


def placeholders_of(text: str) -> Iterator[str]:
    """The names in braces, in their order.

    >>> list(placeholders_of("kỳ {period} của {source}"))
    ['period', 'source']
    """
    return (name for _, name, _, _ in Formatter().parse(text) if name is not None)
