"""JSON Schemas of the registry's files, so that editors complete and check them.

Here: generation. Not here: the models (``declared``).
"""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from kinhbac.registry.declared.answers import ANSWERS
from kinhbac.registry.declared.assessment import ASSESSMENT
from kinhbac.registry.declared.contract import Source
from kinhbac.registry.declared.corrections import CORRECTIONS
from kinhbac.registry.declared.indicator import INDICATORS
from kinhbac.registry.declared.methods import METHODS
from kinhbac.registry.declared.process import NEEDS, PROCESS, ROUNDS
from kinhbac.registry.declared.publication import PUBLICATION
from kinhbac.registry.declared.responses import RESPONSES
from kinhbac.registry.declared.vocabulary import AGENCIES, VOCABULARY
from kinhbac.registry.declared.weighing import WEIGHING

SCHEMAS: dict[str, TypeAdapter[Any]] = {
    "agencies": AGENCIES,
    "vocabulary": VOCABULARY,
    "source": TypeAdapter(Source),
    "indicators": INDICATORS,
    "corrections": CORRECTIONS,
    "responses": RESPONSES,
    "answers": ANSWERS,
    "process": PROCESS,
    "rounds": ROUNDS,
    "needs": NEEDS,
    "methods": METHODS,
    "publication": PUBLICATION,
    "today": WEIGHING,
    "quality": ASSESSMENT,
}


def json_schemas() -> dict[str, dict[str, Any]]:
    """File name → schema."""
    return {
        f"{name}.schema.json": adapter.json_schema(by_alias=True)
        for name, adapter in SCHEMAS.items()
    }
