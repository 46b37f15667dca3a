"""For which period a file says that it was made, in its titles or in the guidance of a form.

Here: words such as «tháng 12 năm 2025», «quý III/2025», read as periods. Not here: whether that is
the period of its folder (``opening``). A day («ngày 5 tháng 1 năm 2026») says when something was
signed, and what stands behind «so với» with what it is compared: neither is what a file is about.
A month without its year is one of the year of the folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kinhbac.ingest.text import normalise
from kinhbac.periods import Period

GUIDANCE = "Hướng dẫn"
"""The sheet of a form that says, among other things, what the form is for. Name and line stand
here and not in the catalogue because they are read again, in forms of former days as well."""
_SAID = re.compile(r"Kỳ báo cáo: .*\((?P<period>[0-9QH-]+)\)")
_YEAR = r"(?:\s*[/.-]\s*|,?\s+năm\s+|\s+)(?P<year>20\d{2})(?!\d)"
_ASIDE = re.compile(
    r"\bngày\s+\d{1,2}\s*(?:tháng|[/.-])\s*\d{1,2}(?:\s+năm|\s*[/.-])?\s*\d{0,4}"
    r"|\b(?:so với|so cùng kỳ|cùng kỳ|kèm theo|quyết định|công văn|thông tư|nghị quyết)\b.*",
    re.IGNORECASE,
)
_NAMED = {
    "{year}-{part:02}": re.compile(rf"\b(?:tháng\s+|T)(?P<part>0?[1-9]|1[0-2]){_YEAR}", re.IGNORECASE),
    "{year}-Q{part}": re.compile(
        rf"\bquý\s+(?P<part>[1-4]|IV|I{{1,3}}){_YEAR}", re.IGNORECASE
    ),
    "{year}-H{part}": re.compile(
        rf"\b6\s+tháng\s+(?P<part>đầu|cuối)(?:\s+của)?{_YEAR}", re.IGNORECASE
    ),
}  # fmt: skip
_YEARLESS = re.compile(
    rf"\btháng\s+(?P<part>0?[1-9]|1[0-2])(?!\d|{_YEAR}|\s*[,/.–-]\s*\d)", re.IGNORECASE
)
"""«Tháng 12», and none of «tháng 10, 11», which are several."""
_MONTH = "--"
"""What a month without a year begins with, as ISO 8601 has it: --12."""
_PARTS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "đầu": 1, "cuối": 2}


def read_titles(titles: Iterable[str]) -> tuple[str, ...]:
    """Labels of the periods that the titles of a file name, in their order; months without a year
    begin with «--».

    >>> read_titles(["BÁO CÁO THÁNG 12 NĂM 2025", "Bắc Ninh, ngày 5 tháng 1 năm 2026"])
    ('2025-12',)
    >>> read_titles(["Báo cáo tháng 12"])
    ('--12',)
    """
    return tuple(dict.fromkeys(label for title in titles for label in _labels(normalise(title))))


def _labels(title: str) -> Iterator[str]:
    plain = _ASIDE.sub(" ", title)
    for label, pattern in _NAMED.items():
        for found in pattern.finditer(plain):
            part = found["part"].lower()
            number = int(part) if part.isdecimal() else _PARTS[part]
            yield label.format(year=found["year"], part=number)
    for found in _YEARLESS.finditer(plain):
        yield f"{_MONTH}{int(found['part']):02}"


def read_guidance(guidance: Iterable[Sequence[object]]) -> str | None:
    """The label of the period in the cells of a form's guidance; None where it stands no more."""
    said = (_SAID.fullmatch(cell) for row in guidance for cell in row if isinstance(cell, str))
    return next((found["period"] for found in said if found), None)


def contradict(titled: Sequence[str], period: Period) -> tuple[str, ...]:
    """What titles name where none of it is this period or lies in it or around it, or where
    another one of the same kind is named and this one is not.

    >>> contradict(("2025-12", "2025-Q4"), Period.parse("2026-01"))
    ('2025-12',)
    """
    named = {Period.parse(_complete(label, period)): label for label in titled}
    same = tuple(_say(label) for other, label in named.items() if other.kind is period.kind)
    if same:
        return () if period in named else same
    touched = any(o.start <= period.end and period.start <= o.end for o in named)
    return () if touched else tuple(map(_say, titled))


def _complete(label: str, period: Period) -> str:
    return label.replace(_MONTH, f"{period.start.year}-", 1) if label.startswith(_MONTH) else label


def _say(label: str) -> str:
    return f"month {label.removeprefix(_MONTH)}" if label.startswith(_MONTH) else label
