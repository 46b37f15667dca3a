"""What a cell of a table about areas may hold, and how a slip of the pen is told.

Here: keys, words, days, numbers. Not here: tables as a whole (``csv_document``), what their rows
must agree on (``area_files``, ``area_groups``, ``successions``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from kinhbac.csv_document import CsvColumn
from kinhbac.problems import ProblemFound

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})[/.\- ](?P<month>\d{1,2})[/.\- ](?P<year>\d{4})\b.*")
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})[/.\- ]?(?P<month>\d{1,2})[/.\- ]?(?P<day>\d{1,2})\b.*")
_NUMBER = re.compile(r"\d+(\.\d+)?([eE][+-]?\d+)?")
_PARTED = re.compile(r"[\d ]* [\d ]*")
"""A number with a blank in it: no delivery names an area so."""
_GUARDED = re.compile(r"""(?:=|'|=")(?P<code>[^"=']*)"?""")
"""A code that somebody kept a spreadsheet program from taking for a number."""
LONGEST_KEY = 120
_SLUG = re.compile(r"[a-z][a-z0-9_]{0,79}")
LAST_TILE = 99


def read_key(text: str) -> str:
    """The key or code of an area; it stands in addresses and names of files."""
    if guarded := _GUARDED.fullmatch(text):
        raise ProblemFound(
            f"«{text}» is guarded as a formula",
            "a cell of a table holds its text alone",
            f"write {guarded['code']}",
        )
    leads_elsewhere = not {"", ".", ".."}.isdisjoint(text.split("/")) or "\\" in text
    named = text.isprintable() and len(text) <= LONGEST_KEY and any(map(str.isalnum, text))
    if leads_elsewhere or not named or _PARTED.fullmatch(text):
        raise ProblemFound(
            f"«{text}» is no key or code",
            f"keys and codes are at most {LONGEST_KEY} letters, digits and signs, lead nowhere as a "
            "path, and no blank parts their digits",
            "correct it",
        )
    return text


def read_slug(text: str) -> str:
    """A word that other files of the registry use."""
    if not _SLUG.fullmatch(text):
        raise ProblemFound(
            f"«{text}» is no word of the registry",
            "words are small letters without marks, digits and «_», a letter first",
            "correct it",
        )
    return text


def read_word(text: str, words: Sequence[str]) -> str:
    """One of these words."""
    if text not in words:
        raise ProblemFound(f"unknown «{text}»", f"known are {', '.join(words)}", "choose one")
    return text


def read_day(text: str) -> date:
    """A day as ISO 8601 writes it; one that is written otherwise is told as it is meant."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        raise ProblemFound(f"no calendar has the day «{text}»", _DAY_RULE, "correct it") from None
    meant = _meant_day(text)
    remedy = f"write {meant}" if meant else "write it so, with all four digits of the year"
    raise ProblemFound(f"«{text}» is no day", _DAY_RULE, remedy)


_DAY_RULE = "a day is written year-month-day, such as 2025-07-01"


def _meant_day(text: str) -> date | None:
    form = _DAY_FIRST.fullmatch(text) or _YEAR_FIRST.fullmatch(text)
    try:
        return date(*(int(form[part]) for part in ("year", "month", "day"))) if form else None
    except ValueError:
        return None


def read_share(text: str) -> float:
    """A share of one whole."""
    rule = "a share lies above 0 and is 1 at most, with a decimal point"
    pointed = text.replace(",", ".")
    if not _NUMBER.fullmatch(text) or not 0 < float(text) <= 1:
        meant = _NUMBER.fullmatch(pointed) and pointed != text and 0 < float(pointed) <= 1
        remedy = f"write {pointed}" if meant else "correct it"
        raise ProblemFound(f"the share is {text}", rule, remedy)
    return float(text)


def read_place(text: str) -> int:
    """A column or row on the map of equal squares."""
    if not (text.isascii() and text.isdecimal() and len(text) < 4 and 1 <= int(text) <= LAST_TILE):
        rule = f"a tile has a column and a row, from 1 to {LAST_TILE}"
        raise ProblemFound(f"«{text}» is no place on the map", rule, "correct it")
    return int(text)


KEY = CsvColumn(read_key)
KEY_OR_NONE = CsvColumn(read_key, empty=True)
SLUG = CsvColumn(read_slug)
SLUG_OR_NONE = CsvColumn(read_slug, empty=True)
TEXT = CsvColumn(str)
DAY_OR_NONE = CsvColumn(read_day, empty=True)
SHARE_OR_NONE = CsvColumn(read_share, empty=True)
PLACE_OR_NONE = CsvColumn(read_place, empty=True, absent=True)
