"""What people see of a number in a cell: percentages, codes with leading zeros, dates.

Here: number formats of spreadsheet programs (ECMA-376, 18.8.31), as far as they change which
figure, code or day a cell shows. Not here: where cells and formats stand (``office_sheets``,
``old_excel_sheets``). Colours, marks between thousands and how many decimals are shown change no figure; a format that
shows thousands of it shows another one, and nobody can tell which is meant; one that shows nothing
of it (``;;;``) is told.
Past 200 lines because a format is one small language.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache

from kinhbac.ingest.cells import unmistakable
from kinhbac.ingest.sheet_cells import Cell, Unread, Unshown, read_day

_TOKEN = re.compile(
    r"""
    "(?P<quoted>[^"]*)"? | \\(?P<escaped>.) | [_*]. | \[(?P<bracket>[^\]]*)\]
    | (?P<ampm>AM/PM|A/P) | (?P<general>General) | (?P<plain>.)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_CLOCK = frozenset("dDyYmMhHsS")
_DATES = _CLOCK | frozenset("eEgGbB")
_SCALED = re.compile(r"[0#?],+(?![0#?,])")
"""A comma behind the last digit shows thousands of a number; one between digits parts them."""
_ELAPSED = re.compile(r"(?:h+|m+|s+)", re.IGNORECASE)
BUILT_IN = {
    1: "0", 2: "0.00", 9: "0%", 10: "0.00%", 14: "m/d/yy", 15: "d-mmm-yy", 16: "d-mmm",
    17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "m/d/yy h:mm", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
    **dict.fromkeys((*range(27, 32), 36, *range(50, 59)), "m/d/yy"),
    **dict.fromkeys(range(32, 36), "h:mm"),
}  # fmt: skip
"""Formats that a workbook refers to by number and does not hold; all others show plain numbers."""


@dataclass(frozen=True)
class Section:
    """One part of a format: what it makes of the numbers that it is for."""

    percents: int = 0
    code: tuple[str, ...] = ()
    """The pieces of a code: what stands in it always, and runs of zeros for its digits."""
    dated: bool = False
    clock: bool = False
    """Whether it shows the hour of a moment, and so midnight too."""
    elapsed: bool = False
    scaled: bool = False
    """Whether it shows a thousandth of a number, or less."""
    hides: bool = False
    """Whether it shows nothing of a number."""
    condition: tuple[str, float] | None = None

    @property
    def plain(self) -> bool:
        """Whether a number is shown as the number that it is."""
        return not (self.percents or self.code or self.dated or self.scaled or self.hides)


@dataclass(frozen=True)
class NumberFormat:
    """A number format that shows some numbers as something else than they are."""

    sections: tuple[Section, ...]

    def section_for(self, number: float) -> Section:
        """The section that shows this number."""
        sections = self.sections
        if any(section.condition for section in sections):
            held = (s for s in sections if s.condition is None or _holds(number, *s.condition))
            return next(held, sections[-1])
        if number < 0 and len(sections) > 1:
            return sections[1]
        return sections[2] if number == 0 and len(sections) > 2 else sections[0]

    def show(self, number: str, decimal: str, epoch: date) -> Cell:
        """What the cell shows, all digits kept.

        >>> percent = read_format("[Red]0.0%;-0.0%")
        >>> percent.show("0.935", ",", date(1899, 12, 30))
        '93,5%'
        """
        value = float(number)
        section = self.section_for(value)
        if section.scaled and value:
            return Unread(scaled=True)
        if section.hides:
            return Unshown(write_number(number, decimal))
        if section.percents:
            return write_percent(number, section.percents, decimal)
        if section.code and value == int(value) >= 0:
            return _in_code(section.code, f"{int(value)}")
        if section.dated and value >= 0:
            if section.elapsed or value < 1:  # a span, or a time of no day
                return str(timedelta(seconds=round(value * 86_400)))
            day = read_day(value, epoch)
            if day is None:
                return write_number(number, decimal)
            return datetime(day.year, day.month, day.day) if _is_midnight(day, section) else day
        return write_number(number, decimal)


def write_number(number: str, decimal: str) -> str:
    """A number as a workbook stores it, as the contract writes numbers, to be read in one way only.
    Raises ValueError.

    >>> write_number("9.3500000000000005", ","), write_number("1E3", ".")
    ('9,35', '1000')
    """
    if number.isdigit() and number.isascii():
        return number
    text = repr(float(number))
    if "e" in text or "n" in text:
        whole = "n" not in text and "e-" not in text and abs(float(number)) < 2**53
        return f"{float(number):.0f}" if whole else text.replace(".", decimal)
    whole_part, _, fraction = text.partition(".")
    return whole_part if fraction == "0" else unmistakable(whole_part + decimal + fraction)


def write_percent(number: str, times: int, decimal: str) -> str:
    """A share as people see it, with its sign, all digits kept. Raises ValueError.

    >>> write_percent("0.935", 1, ","), write_percent("1", 1, ".")
    ('93,5%', '100%')
    """
    shown = Decimal(repr(float(number))).scaleb(2 * times)
    return write_number(f"{shown:f}", decimal) + "%"


@cache
def read_format(code: str) -> NumberFormat | None:
    """The format that a code describes; None for those that show every number as it is.

    >>> read_format('0" %"') is None, read_format(r"0\\%") is None
    (True, True)
    """
    if not code:
        return None
    sections = tuple(_section(part) for part in _parts(code)[:3])
    if len(sections) > 2 and not any(section.condition for section in sections):
        # The third is of zero alone, and a mark there is how people write one.
        marked = sections[2].hides and any(map(_is_seen, _parts(code)[2]))
        sections = (*sections[:2], replace(sections[2], hides=sections[2].hides and not marked))
    return None if all(section.plain for section in sections) else NumberFormat(sections)


def _parts(code: str) -> list[list[re.Match[str]]]:
    parts: list[list[re.Match[str]]] = [[]]
    for token in _TOKEN.finditer(code):
        if token["plain"] == ";":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _section(tokens: Sequence[re.Match[str]]) -> Section:
    plain = [token["plain"] for token in tokens if token["plain"]]
    shown = "".join(token["plain"] or " " for token in tokens)
    brackets = [token["bracket"] for token in tokens if token["bracket"]]
    conditions = (_CONDITION.fullmatch(text.strip()) for text in brackets)
    condition = next(((found[1], float(found[2])) for found in conditions if found), None)
    elapsed = any(_ELAPSED.fullmatch(text) for text in brackets)
    digits = any(mark in "0#?" for mark in plain)
    dated = elapsed or any(token["ampm"] for token in tokens)
    whole = any(token["general"] for token in tokens) or "@" in plain
    if not digits or any(mark in _CLOCK for mark in plain):
        dated |= any(mark in _DATES for mark in plain)
    return Section(
        0 if dated else plain.count("%"),
        () if dated else _code_of(tokens),
        dated,
        dated and (any(token["ampm"] for token in tokens) or any(m in "hHsS" for m in plain)),
        elapsed,
        not dated and _SCALED.search(shown) is not None,
        not (digits or dated or whole),
        condition,
    )


def _is_seen(token: re.Match[str]) -> bool:
    """Whether it stands in the cell as something that people see."""
    return bool((token["quoted"] or token["escaped"] or token["plain"] or "").strip())


def _code_of(tokens: Sequence[re.Match[str]]) -> tuple[str, ...]:
    """The pieces of a code such as ``00000`` or ``"24"000``; nothing for other formats.

    One zero is any number, and a digit behind it is always shown (``0####``). Letters behind the
    digits are a unit.
    """
    pieces: list[str] = []
    for token in tokens:
        text = token["quoted"] or token["escaped"] or token["plain"] or ""
        literal = token["plain"] is None
        if not text:
            if literal and token["bracket"] is None and token["quoted"] is None:
                return ()
            continue
        if literal and "0" in text:
            text = text.replace("0", "\0")  # stands there always and is no place for a digit
        if not literal and text in "#?" and any("0" in piece for piece in pieces):
            text = "0"
        if not literal and text not in "0-/ ":
            return ()
        pieces.append(text)
    code = "".join(pieces)
    if code.count("0") < 2 or not code.endswith("0"):
        return ()
    return tuple(re.findall(r"0+|[^0]+", code))


def _in_code(pieces: Sequence[str], digits: str) -> str:
    places = sum(len(piece) for piece in pieces if piece[0] == "0")
    left = digits.zfill(places)
    more = len(left) - places
    shown = []
    for piece in pieces:
        if piece[0] == "0":
            shown.append(left[: len(piece) + more])
            left, more = left[len(piece) + more :], 0
        else:
            shown.append(piece.replace("\0", "0"))
    return "".join(shown)


def _is_midnight(day: date, section: Section) -> bool:
    """Whether a day without an hour is shown with the hour 0."""
    return section.clock and not isinstance(day, datetime)


def _holds(number: float, compare: str, bound: float) -> bool:
    return {
        "<": number < bound,
        ">": number > bound,
        "<=": number <= bound,
        ">=": number >= bound,
        "=": number == bound,
        "<>": number != bound,
    }[compare]
