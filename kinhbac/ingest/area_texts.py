"""What a cell means that holds no code of an area, and yet names one.

Here: codes as spreadsheets and people change them, names beside codes or instead of them, and those
of areas that all delivered ones are parts of. Not here: which rows such cells stand in and what is
said of them (``row_areas``), cells that name a sum (``total_texts``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from kinhbac.registry import Registry
from kinhbac.registry.areas.atlas import Area
from kinhbac.registry.declared.contract import Source
from kinhbac.spelling import fold_name

Change = Literal["zeros", "number", "more", "name"]
"""Zeros are lost, it became a number, it stands among other text, its area's name stands there."""

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
