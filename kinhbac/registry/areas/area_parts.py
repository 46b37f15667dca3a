"""Of which areas another one is made: the closure over parents and successions.

Here: for each area every area below it (communes of a province), and every area that
became it (former communes of a commune), with the share that it contributes. A roll-up
along parents and a restatement on today's areas are then one sum over parts, so that
the order of adding changes nothing. Not here: adding (SQL), reading files (``areas``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from kinhbac.registry.areas.atlas import Areas


@dataclass(frozen=True)
class AreaPart:
    """One area inside another one.

    ``share`` is what it contributes of measure ``share_of`` (empty: of any measure);
    None where a border divides it and nobody has said in which shares. ``distance``
    counts the steps between the two. ``restated`` marks steps across a border change;
    ``alone`` marks an only predecessor taken over whole: the same area by another name.
    """

    area: str
    part: str
    part_kind: str
    share_of: str
    share: float | None
    distance: int
    restated: bool
    alone: bool


@dataclass(frozen=True)
class _Way:
    """How a part lies in an area above it."""

    share: float | None
    distance: int
    restated: bool
    alone: bool


def find_parts(areas: Areas, measures: Iterable[str] = ()) -> list[AreaPart]:
    """Every part of every area, once for no measure and once for each of ``measures``."""
    words = {entry.share_of for entry in areas.successions if entry.share_of}
    found = []
    for share_of in sorted({"", *words, *measures}):
        closure = _Closure(areas, share_of)
        for part in areas.areas.values():
            found += [
                AreaPart(
                    area, part.area, part.kind, share_of,
                    way.share, way.distance, way.restated, way.alone,
                )
                for area, way in closure.above(part.area).items()
            ]  # fmt: skip
    return found


class _Closure:
    def __init__(self, areas: Areas, share_of: str) -> None:
        self.areas = areas.areas
        self.known: dict[str, dict[str, _Way]] = {}
        self.successors: dict[str, dict[str, float | None]] = {}
        # Shares of the measure itself come after those of everything, and replace them.
        for entry in sorted(areas.successions, key=lambda entry: entry.share_of or ""):
            own = self.successors.setdefault(entry.predecessor, {})
            if entry.share_of in (None, share_of):
                own[entry.successor] = entry.share
            else:
                own.setdefault(entry.successor, None)
        self.predecessors = Counter(after for own in self.successors.values() for after in own)

    def above(self, part: str) -> dict[str, _Way]:
        """The areas in which ``part`` lies, through what it became or through its parent.

        What became of it says where it lies today; its parent says where it lay.
        """
        if part not in self.known:
            self.known[part] = {}  # a parent that leads back to itself ends here
            ways = self._through_successors(part)
            if parent := self.areas[part].parent:
                for area, way in self._with_itself(parent).items():
                    ways.setdefault(
                        area, _Way(way.share, way.distance + 1, way.restated, alone=False)
                    )
            self.known[part] = ways
        return self.known[part]

    def _with_itself(self, area: str) -> dict[str, _Way]:
        return {area: _Way(1.0, 0, restated=False, alone=True)} | self.above(area)

    def _through_successors(self, part: str) -> dict[str, _Way]:
        shares = self.successors.get(part, {})
        by_successor = {after: self._with_itself(after) for after in shares}
        ways = {}
        for area in dict.fromkeys(area for found in by_successor.values() for area in found):
            inside = {after: found.get(area) for after, found in by_successor.items()}
            reached = [way for way in inside.values() if way]
            ways[area] = _Way(
                _add_shares(shares, inside),
                1 + min(way.distance for way in reached),
                restated=True,
                alone=list(shares.values()) == [1.0]
                and all(self.predecessors[after] == 1 for after in shares)
                and all(way.alone for way in reached),
            )
        return ways


def _add_shares(shares: dict[str, float | None], inside: dict[str, _Way | None]) -> float | None:
    """What a divided area contributes: all of it where every successor lies inside."""
    if all(way is not None and way.share == 1 for way in inside.values()):
        return 1.0
    total = 0.0
    for after, way in inside.items():
        if way is None:
            continue
        share = shares[after]
        if share is None or way.share is None:
            return None
        total += share * way.share
    return total
