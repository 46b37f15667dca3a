"""What the installation calls itself (``province.yml``).

Here: the shape of that file. Not here: the province's own name, which stands in ``areas.csv``; who
publishes and under which address (``publication``). A registry without this file has pages of plain
name, Vietnamese first.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, TypeAdapter

from kinhbac.registry.declared.entries import Entry, Name


class Identity(Entry):
    """``province.yml``: the name of the pages, and in which language they open."""

    site: Name = Field(
        Name(vi="Bộ chỉ số", en="Indicators"), description="what stands at the head of every page"
    )
    first_language: Literal["vi", "en"] = Field(
        "vi", description="the language of the first page; the other one lies in a folder below it"
    )


IDENTITY = TypeAdapter(Identity)
