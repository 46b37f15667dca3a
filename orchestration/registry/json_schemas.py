"""JSON Schemas of the registry's files, for editors' completion.

Here: the schemas as pydantic knows them. Not here: writing them (``kinhbac schema``).
"""

from __future__ import annotations

from typing import Any

from orchestration.registry.schema import AGENCIES, INDICATORS, Source, Vocabulary


def json_schemas() -> dict[str, dict[str, Any]]:
    """File name → JSON Schema (2020-12), as they stand in ``sources/schema``."""
    return {
        "agencies.schema.json": AGENCIES.json_schema(),
        "vocabulary.schema.json": Vocabulary.model_json_schema(),
        "source.schema.json": Source.model_json_schema(),
        "indicators.schema.json": INDICATORS.json_schema(),
    }
