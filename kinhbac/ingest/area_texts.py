"""What a cell means that holds no code of an area, and yet names one, or the sum of all.

Here: codes as spreadsheets and people change them, names beside codes or instead of them, rows that
add up the others. Not here: which rows such cells stand in and what is said of them
(``row_areas``), whether a sum is right (``totals``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from kinhbac.registry import Registry
from kinhbac.registry.areas.atlas import Area
from kinhbac.registry.declared.contract import Source
from kinhbac.spelling import fold_name, without_marks

Change = Literal["zeros", "number", "more", "name"]
"""Zeros are lost, it became a number, it stands among other text, its area's name stands there."""

_SUM = (
    r"(?:tong|tong so|tong cong|cong|cong chung|tong chung|chung|total|grand total|sum total|sum)"
)
_WHOLE = r"(?:(?:toan|ca) )?(?:tinh|thanh pho|nuoc|huyen|xa|phuong|nganh)"
_PARTS = r"(?:cac )?(?:xa phuong|phuong xa|xa|phuong|don vi)"
_TOTAL = re.compile(
    rf"(?:[ivx]+ |[abc] )?(?:{_SUM}(?: {_WHOLE}| {_PARTS})?|(?:toan|ca) (?:tinh|thanh pho|nuoc|nganh))"
)
"""A total, numbered or not: alone, of an area, of all areas of a kind."""
_BEFORE = tuple(
    f"{fold_name(kind)} "
    for kind in ("tỉnh", "thành phố", "tp", "tp.", "đặc khu", "thị trấn", "phường", "xã")
)
_SHORT = {
    f"{short}.": f"{fold_name(kind)} "
    for short, kind in (("p", "phường"), ("x", "xã"), ("tt", "thị trấn"), ("tp", "thành phố"))
}
_BEHIND = (" province", " city", " ward", " commune")
"""Kinds, as they stand before a Vietnamese name and behind an English one, folded."""
_NUMBER = re.compile(r"(\d+)[.,]0+|(\d{1,3}(?:[.,]\d{3})+)")
_FIRST = re.compile(r"\W*([^\W_]+)[\W_]+(.+)")
_LAST = re.compile(r"(.+?)[\W_]+([^\W_]+)\W*")


@lru_cache(4096)
def names_total(text: str) -> bool:
    """Whether a text says that its row adds up the others, with or without tone marks.

    >>> [names_total(text) for text in ("TỔNG CỘNG:", "Cong (I+II)", "Toàn tỉnh", "Xã Cộng Hòa")]
    [True, True, True, False]
    """
    words = re.sub(r"\(.*?\)", " ", text)
    return _TOTAL.fullmatch(" ".join(re.findall(r"[^\W\d_]+", without_marks(words)))) is not None


def find_wholes(registry: Registry, source: Source) -> frozenset[str]:
    """Codes and names, folded, of areas that the delivered ones are parts of: a source that does
    not deliver such an area tells its total with them."""
    kinds = {kind for figure in source.delivered.values() for kind in figure.areas}
    areas = registry.areas.areas
    parents = {area.parent for area in areas.values() if area.kind in kinds and area.parent}
    wholes = {key for key in parents if areas[key].kind not in kinds}
    system = source.area.code_system
    codes = {e.code for e in registry.areas.codes if e.area in wholes and e.code_system == system}
    names = frozenset[str]().union(*(_names(areas[key]) for key in wholes))
    parts = (area for area in areas.values() if area.kind in kinds)
    return names.difference(*map(_names, parts)) | set(map(fold_name, codes))


def is_total(text: str, wholes: Collection[str]) -> bool:
    """Whether a row with this text for its area is a total.

    >>> is_total("Toàn tỉnh Bac Ninh", {"bac ninh"}), is_total("Kinh Bac Ninh", {"bac ninh"})
    (True, False)
    """
    folded = fold_name(text)
    return (
        names_total(text)
        or folded in wholes
        or any(
            folded.endswith(f" {name}") and names_total(folded.removesuffix(name))
            for name in wholes
        )
    )


@lru_cache(1024)
def _names(area: Area) -> frozenset[str]:
    """How people call an area, folded: with its kind and without."""
    full = {fold_name(area.name_vi), fold_name(area.name_en)}
    return frozenset(full | {_without_kind(name) for name in full})


def _fold_written(text: str) -> str:
    """A name as somebody wrote it, folded, its kind written out («P. Bắc Giang»)."""
    name = fold_name(text).strip(" -.:()")
    short = next((short for short in _SHORT if name.startswith(short)), "")
    return _SHORT.get(short, "") + name.removeprefix(short).lstrip()


def _without_kind(name: str) -> str:
    for kind in _BEFORE:
        if name.startswith(kind):
            return name.removeprefix(kind)
    for kind in _BEHIND:
        if name.endswith(kind):
            return name.removesuffix(kind)
    return name


@dataclass(frozen=True)
class Meaning:
    """The one area that a text can mean, and what happened to its code."""

    code: str
    area: Area
    change: Change


class CodeList:
    """Codes of one day, to be recognised in what became of them."""

    def __init__(self, codes: Mapping[str, Area]) -> None:
        self.codes = codes
        self._folded = {fold_name(code): code for code in codes}
        self._by_value: dict[str, list[str]] = {}
        self._by_name: dict[str, set[str]] = {}
        for code, area in codes.items():
            if code.isdecimal():
                self._by_value.setdefault(code.lstrip("0"), []).append(code)
            for name in _names(area):
                self._by_name.setdefault(name, set()).add(code)

    def read(self, text: str) -> Meaning | None:
        """What a text means that is no code; None where no area fits, or more than one."""
        bare = text.strip(" '\"=")
        number = _NUMBER.fullmatch(bare)
        digits = re.sub(r"\D", "", number[1] or number[2]) if number else bare
        if code := self._code(digits):
            change: Change = "more" if code == bare else "number" if number else "zeros"
            return self._meaning([code], change)
        if named := [code for code in self._codes_beside_names(bare) if code]:
            return self._meaning(named, "more")
        return self._meaning(self._by_name.get(_fold_written(bare), ()), "name")

    def _code(self, text: str) -> str | None:
        """The code itself, or the one that it is without its zeros."""
        if code := self._folded.get(fold_name(text)):
            return code
        longer = self._by_value.get(text.lstrip("0"), []) if text.isdecimal() else []
        found = [code for code in longer if len(code) > len(text)]
        return found[0] if len(found) == 1 else None

    def _codes_beside_names(self, text: str) -> Iterable[str | None]:
        """The code in «00001 - Phường X» or «Phường X (00001)», where it is that area's."""
        for pattern, place in ((_FIRST, 1), (_LAST, 2)):
            if parts := pattern.fullmatch(text):
                code, name = self._code(parts[place]), _fold_written(parts[3 - place])
                yield code if code and name in _names(self.codes[code]) else None

    def _meaning(self, codes: Iterable[str], change: Change) -> Meaning | None:
        fitting = {self.codes[code].area: code for code in codes}
        for code in fitting.values() if len(fitting) == 1 else ():
            return Meaning(code, self.codes[code], change)
        return None
