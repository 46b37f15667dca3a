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
from kinhbac.registry.declared.identity import IDENTITY
from kinhbac.registry.declared.indicator import INDICATORS
from kinhbac.registry.declared.methods import METHODS
from kinhbac.registry.declared.process import NEEDS, PROCESS, ROUNDS
from kinhbac.registry.declared.publication import PUBLICATION
from kinhbac.registry.declared.responses import RESPONSES
from kinhbac.registry.declared.vocabulary import AGENCIES, VOCABULARY
from kinhbac.registry.declared.weighing import WEIGHING
from kinhbac.words.meaning import translate_meaning

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
    "province": IDENTITY,
}


def json_schemas() -> dict[str, dict[str, Any]]:
    """File name → schema. What a field means stands in English for every reader of schemas
    (``description``), and in both languages for editors, which show ``markdownDescription``."""
    return {
        f"{name}.schema.json": _in_both_languages(adapter.json_schema(by_alias=True))
        for name, adapter in SCHEMAS.items()
    }


def _in_both_languages(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_in_both_languages(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    told = {key: _in_both_languages(value) for key, value in schema.items()}
    if isinstance(english := schema.get("description"), str):
        vietnamese = translate_meaning(" ".join(english.split()), "vi", "registry")
        told["markdownDescription"] = f"{vietnamese}\n\n{english}"
    return told
