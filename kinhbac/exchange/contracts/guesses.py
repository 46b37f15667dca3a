"""What a file of others seems to hold: area, period, figures, records, persons.

Here: a layout from the schema of a contract that says nothing of our roles, every guess noted. Not
here: contracts that this program wrote (``reading``), the draft as a whole (``draft``).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from kinhbac.exchange.contracts.reading import bounds_of, type_of
from kinhbac.exchange.contracts.terms import read_terms
from kinhbac.yaml_document import Loc

NOT_SAID = "to_be_confirmed"
"""A key that no list of the registry has, so that ``kinhbac check`` asks for the right one."""
BARRED_D = unicodedata.lookup("LATIN SMALL LETTER D WITH STROKE")
"""The one letter that has no mark to take off."""
FIGURES = ("integer", "number")
DAYS = ("date", "timestamp")


@dataclass
class Layout:
    """What is said of columns and data elements; ``guessed``: places of that which is a guess."""

    said: dict[str, Any] = field(default_factory=dict)
    guessed: set[Loc] = field(default_factory=set)


def guess_layout(key: str, properties: list[Any]) -> Layout:
    """A table of figures, or records where a column tells rows apart that is no area or period.

    ``key``: of the source; ``properties``: columns as the contract has them.
    """
    area = next((one for one in properties if _hints_at("area", one)), None)
    period = next((one for one in properties if one is not area and _is_period(one)), None)
    left = [one for one in properties if one not in (area, period)]
    told_apart = any(one.primaryKey or one.unique for one in left)
    figures = [one for one in left if type_of(one) in FIGURES and not _is_personal(one)]
    layout = Layout()
    place = "records" if told_apart or not figures else "table"
    reading: dict[str, Any] = {"area": {"column": _header(area)} if area else {"always": NOT_SAID}}
    layout.guessed.add((place, "area", "column" if area else "always"))
    layout.said[place] = reading
    if place == "table":
        _guess_table(layout, reading, period, left, figures)
    else:
        rest = [one for one in properties if one is not area]
        _guess_records(layout, reading, key, rest)
    return layout


def slug(text: str) -> str:
    """A key from a name: small letters without marks, words joined.

    >>> slug("Hà Nam (2025)"), slug("2025 Hà Nam"), slug("?")
    ('ha_nam_2025', 'k2025_ha_nam', 'to_be_confirmed')
    """
    plain = unicodedata.normalize("NFD", text.casefold().replace(BARRED_D, "d"))
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    words = re.sub(r"[^a-z0-9]+", "_", letters).strip("_")
    if not words:
        return NOT_SAID
    return (words if words[0].isalpha() else f"k{words}")[:80]


def _guess_table(
    layout: Layout, reading: dict[str, Any], period: Any, left: list[Any], figures: list[Any]
) -> None:
    if period:
        days = {"format": "%Y-%m-%d"} if type_of(period) in DAYS else {}
        reading["period"] = {"column": _header(period), **days}
        layout.guessed |= {("table", "period", name) for name in reading["period"]}
    if personal := [_header(one) for one in left if _is_personal(one)]:
        reading["personal"] = personal
    rest = [one for one in left if one not in figures and not _is_personal(one)]
    if rest:
        reading["ignored"] = [_header(one) for one in rest]
        layout.guessed.add(("table", "ignored"))
    keys = _keys(figures)
    layout.said["data_elements"] = {}
    for one, key in zip(figures, keys, strict=True):
        _guess_element(layout, key, one)


def _guess_records(
    layout: Layout, reading: dict[str, Any], source: str, properties: list[Any]
) -> None:
    columns: dict[str, Any] = {}
    keyed = any(one.primaryKey or one.unique for one in properties)
    for place, (one, key) in enumerate(zip(properties, _keys(properties), strict=True)):
        header, kind = _header(one), type_of(one)
        if _is_personal(one):
            columns[header] = {"personal": True}
        elif kind is None:
            columns[header] = {"ignored": True}
            layout.guessed.add(("records", "columns", header, "ignored"))
        else:
            known = bool(one.primaryKey or one.unique)
            bounds = bounds_of(one) if kind in FIGURES else {}
            columns[header] = {
                "as": key,
                "type": kind,
                **({"key": True} if known or (not keyed and not place) else {}),
                **({"required": True} if one.required else {}),
                **bounds,
            }
            if not keyed and not place:
                layout.guessed.add(("records", "columns", header, "key"))
    reading["columns"] = columns
    layout.said["data_elements"] = {}
    _guess_element(layout, f"{source}_records"[:80], None)


def _guess_element(layout: Layout, key: str, one: Any) -> None:
    """A data element of a column, or of a count of records; how it rolls up is not known, and
    what must not be added up is not added up."""
    name = " ".join((getattr(one, "businessName", None) or _header(one) or key).split())
    english = " ".join((getattr(one, "description", None) or name).split())
    element: dict[str, Any] = {
        "name": {"vi": name, "en": english},
        "unit": NOT_SAID,
        **({"column": _header(one)} if one else {}),
        "areas": ["commune"],
        "over_time": "last" if one else "sum",
        "over_areas": "none" if one else "sum",
    }
    guessed = [
        ("name", "vi"),
        ("name", "en"),
        ("unit",),
        ("areas",),
        ("over_time",),
        ("over_areas",),
    ]
    if one:
        element |= {"whole": True} if type_of(one) == "integer" else {}
        element |= {"required": True} if one.required else {}
        element |= bounds_of(one)
    layout.said["data_elements"][key] = element
    layout.guessed |= {("data_elements", key, *place) for place in guessed}


def _keys(properties: list[Any]) -> list[str]:
    """A key for every column, each once."""
    keys: list[str] = []
    for one in properties:
        key, number = slug(one.name or _header(one)), 2
        while key in keys:
            key, number = f"{slug(one.name or _header(one))[:76]}_{number}", number + 1
        keys.append(key)
    return keys


def _header(one: Any) -> str:
    return str(one.physicalName or one.name or "") if one else ""


def _is_period(one: Any) -> bool:
    return type_of(one) in DAYS or _hints_at("period", one)


def _hints_at(what: str, one: Any) -> bool:
    words = {*slug(one.name or "").split("_"), *slug(_header(one)).split("_")}
    return not _is_personal(one) and bool(words & {*read_terms()["hints"][what]})


def _is_personal(one: Any) -> bool:
    said = slug(one.classification or "").split("_")
    return bool({*said} & {*read_terms()["classifications"]["personal"]})
