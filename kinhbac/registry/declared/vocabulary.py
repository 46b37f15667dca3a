"""Agencies and the words that may be named: ``agencies.yml``, ``vocabulary.yml``.

Here: the shape of both files. Not here: what names their keys (``contract``, ``indicator``).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, TypeAdapter

from kinhbac.registry.declared.entries import AgencyCode, Entry, Name, Slug


class Agency(Entry):
    """A department or unit that can own sources and answer for indicators."""

    name: Name
    kind: Literal["department", "authority", "vertical", "public_unit", "commune"] = Field(
        description="department of the People's Committee, other authority, vertical agency …"
    )


class Dimension(Entry):
    """A way to break figures down, or to group areas, and its categories."""

    name: Name
    categories: dict[Slug, Name] = Field(min_length=2)


class Vocabulary(Entry):
    """``vocabulary.yml``: sectors, units, scopes, breakdowns and groupings that may be named."""

    sectors: dict[Slug, Name]
    units: dict[Slug, Name]
    scopes: dict[Slug, Name] = Field({})
    breakdowns: dict[Slug, Dimension] = Field({})
    groupings: dict[Slug, Dimension] = Field(
        {}, description="ways to group areas that are compared (area_groups.csv)"
    )


AGENCIES = TypeAdapter(dict[AgencyCode, Agency])
"""``agencies.yml``: the only list of agencies."""
