"""Columns and data elements from a contract that this program wrote.

Here: the standard's fields and our custom properties back to the words of a ``source.yml``. Not
here: contracts of others (``guesses``), the draft as a whole (``draft``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kinhbac.exchange.contracts.terms import read_customs, read_mapping, read_terms

Said = dict[str, Any]


def read_back(contract: Any, chosen: Any, customs: Said) -> Said:
    """What ``source.yml`` says of columns, data elements, comparisons and checks."""
    columns = [(one, read_customs(one.customProperties)) for one in chosen.properties]
    counted = [
        (one, read_customs(one.customProperties))
        for other in contract.schema_
        if other is not chosen
        for one in other.properties or ()
    ]
    reading = read_mapping(customs.get("reading"))
    if customs["layout"] == "records":
        reading["columns"] = {
            one.physicalName: said["column"] for one, said in columns if "column" in said
        }
    return {
        customs["layout"]: reading,
        **_figures("data_elements", "data_element", [*columns, *counted]),
        **_figures("comparisons", "comparison", columns),
        **_checks(chosen),
    }


def _figures(place: str, role: str, columns: list[tuple[Any, Said]]) -> Said:
    found = {one.name: _figure(one, said) for one, said in columns if said.get("role") == role}
    return {place: found} if found else {}


def _figure(one: Any, said: Said) -> Said:
    names = {"vi": one.businessName, "en": one.description}
    kept = {name: value for name, value in said.items() if name != "role"}
    return {
        **({"name": names} if said["role"] == "data_element" else {}),
        **({"column": one.physicalName} if one.physicalName else {}),
        **({"required": True} if one.required else {}),
        **bounds_of(one),
        **kept,
    }


def bounds_of(one: Any) -> Said:
    """The least and the most that a column of figures may hold."""
    options = one.logicalTypeOptions or {}
    names = {"min": "minimum", "max": "maximum"}
    return {
        ours: options[name]
        for ours, name in names.items()
        if isinstance(options.get(name), int | float)
    }


def type_of(one: Any) -> str | None:
    """Our type of a column; None for one that a file of rows cannot hold."""
    types: dict[str, str] = {theirs: ours for ours, theirs in read_terms()["types"].items()}
    return types.get(one.logicalType or "string")


def _checks(chosen: Any) -> Said:
    found = dict(_each_check(chosen))
    return {"checks": found} if found else {}


def _each_check(chosen: Any) -> Iterator[tuple[str, Said]]:
    for rule in chosen.quality or ():
        if rule.engine == "kinhbac" and isinstance(rule.implementation, dict):
            english = read_customs(rule.customProperties).get("name_en", rule.description)
            yield rule.name, {"name": {"vi": rule.description, "en": english}} | rule.implementation
