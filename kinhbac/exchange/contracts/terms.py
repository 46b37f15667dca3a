"""Words of the standard for words of a contract, in both directions.

Here: reading ``terms.toml``; what a source says beside the standard's own fields, as its custom
properties. Not here: documents (``document``), drafts (``draft``).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from kinhbac.registry.declared.entries import Entry

API_VERSION = "v3.1.0"
Custom = dict[str, Any]


@cache
def read_terms() -> dict[str, Any]:
    """Section → word of a source.yml → word of the standard."""
    path = Path(__file__).with_name("terms.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def customs(said: dict[str, Any]) -> list[Custom]:
    """What the standard has no field for, as its custom properties: names in camel case.

    >>> customs({"over_time": "sum"})
    [{'property': 'overTime', 'value': 'sum'}]
    """
    return [{"property": _camel(name), "value": value} for name, value in said.items()]


def read_customs(properties: Iterable[Any] | None) -> dict[str, Any]:
    """Custom properties by the names of a source.yml."""
    return {_snake(one.property): one.value for one in properties or () if one.property}


def read_mapping(value: Any) -> dict[str, Any]:
    """What a custom property says by name; nothing where it is of another shape."""
    return dict(value) if isinstance(value, dict) else {}


def beside(entry: Entry, *fields: str) -> dict[str, Any]:
    """What an entry says that is not its default, without the fields that the standard has."""
    return entry.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={*fields})


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
