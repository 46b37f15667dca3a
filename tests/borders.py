"""Areas before and after a merger, made up: in a line each, or drawn at random.

Here: borders. Not here: figures on them.
"""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from kinhbac.registry.areas.atlas import Area, Areas, Succession
from kinhbac.registry.declared.entries import AreaKind

CHANGE = date(2025, 7, 1)


def before(key: str, parent: str | None = None, kind: AreaKind = "former_commune") -> Area:
    return Area(key, kind, key, key, key, parent, None, date(2025, 6, 30))


def after(key: str, parent: str | None = None, kind: AreaKind = "commune") -> Area:
    return Area(key, kind, key, key, key, parent, CHANGE, None)


def atlas(*areas: Area, successions: list[tuple[str, str, str | None, float | None]]) -> Areas:
    return Areas({a.area: a for a in areas}, (), tuple(Succession(*s) for s in successions))


@st.composite
def mergers(draw: st.DrawFn) -> Areas:
    """Former communes in districts, each given whole or in shares to communes of a province."""
    districts = draw(st.integers(1, 3))
    communes = draw(st.integers(1, 4))
    areas = [before("P0", kind="former_province"), after("P", kind="province")]
    areas += [before(f"d{n}", "P0", kind="former_district") for n in range(districts)]
    areas += [after(f"n{n}", "P") for n in range(communes)]
    successions: list[tuple[str, str, str | None, float | None]] = [("P0", "P", None, 1.0)]
    for number in range(draw(st.integers(1, 6))):
        areas.append(before(f"o{number}", f"d{draw(st.integers(0, districts - 1))}"))
        heirs = draw(st.lists(st.integers(0, communes - 1), min_size=1, max_size=3, unique=True))
        sizes = [draw(st.integers(1, 9)) for _ in heirs]
        for heir, size in zip(heirs, sizes, strict=True):
            share_of = None if len(heirs) == 1 else "people"
            successions.append((f"o{number}", f"n{heir}", share_of, size / sum(sizes)))
    return atlas(*areas, successions=successions)
